// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busreader.h"
#include "replacementcounter.h"
#include "sequencetracker.h"
#include "spool.h"

#include <filebus/consumer.h>

#include <variant>

namespace FileBus
{

/// Where a follower begins.
struct StartPoint {
    enum Kind {
        Last,       ///< with the chunk that is on the bus
        New,        ///< with the first one after it
        All,        ///< with the oldest that the history holds
        AtSequence, ///< with that number
    };
    Kind kind = Last;
    quint64 sequence = 0;
};

/// Chunks that were published and that can no longer be had.
struct Loss {
    quint64 firstSequence; ///< 0: they had no numbers, and there were at least that many
    quint64 count;
};

/// Follows a bus, one step at a time: what is new on it, in order, and before it what was missed, from the history as far as it
/// is still there, and what is lost as it is not. Keeps all its state between two steps, so that a step may end anywhere.
class BusFollower
{
public:
    /// Nothing new; a chunk; a loss, in its place; why the bus cannot be read now.
    using Step = std::variant<std::monostate, Chunk, Loss, Failure>;

    BusFollower() = default;
    BusFollower(const QByteArray &path, const StartPoint &start, std::optional<Format> format = {});

    const BusFile &bus() const { return m_reader.bus(); }

    /// An event told that there is something new.
    void expectNew() { m_reader.expectNew(); }
    Step next();
    /// Whether there are more steps without a new look at the bus.
    bool hasMore() const { return m_gap || m_afterLoss; }
    /// Whether the chunk that next() returned last was no longer on the bus.
    bool isFromHistory() const { return m_fromHistory; }

    LossKnowledge lossKnowledge() const;

private:
    /// What lies between the last chunk that was seen and the one on the bus.
    struct Gap {
        quint64 next; ///< still to be looked for
        Chunk end;    ///< the chunk on the bus
    };

    Step nextFromBus();
    Step nextFromGap();
    Step deliverUnnumbered(const Chunk &chunk);
    void begin(const StartPoint &start, const Chunk &first, bool wasThere);
    quint64 oldestFor(const Chunk &first) const;
    void tellIfUnreadable();

    BusReader m_reader;
    Spool m_history;
    SequenceTracker m_tracker;
    std::optional<Gap> m_gap;
    std::optional<StartPoint> m_start; ///< until the first numbered chunk was seen
    bool m_lookedOnce = false;
    bool m_fromHistory = false;
    bool m_historyUnreadable = false; ///< and that was said

    std::optional<ReplacementCounter> m_replacements; ///< from the first chunk without a number on
    quint64 m_replaced = 0;                           ///< so often since then
    quint64 m_accountedFor = 0;                       ///< of these, seen or known to be lost
    std::optional<Chunk> m_afterLoss;                 ///< the chunk to deliver next
};

} // namespace FileBus
