// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/graceperiod.h"
#include "bus/startpoint.h"
#include "bus/step.h"
#include "chunk/sequencetracker.h"
#include "file/consume/busreader.h"
#include "file/consume/firstexpected.h"
#include "file/consume/historyreader.h"
#include "file/consume/putbackdetector.h"
#include "file/disk/busfile.h"
#include "file/disk/freshness.h"
#include "file/disk/lookmoment.h"
#include "system/replacements.h"

#include <filebus/format.h>
#include <filebus/lossknowledge.h>

#include <memory>
#include <variant>

namespace FileBus
{

/// Follows a bus, one step at a time: what is new on it, in order, and before it what was missed, from the history as far as it
/// is still there, and what is lost as it is not. Keeps all its state between two steps, so that a step may end anywhere.
class BusFollower
{
public:
    /// Nothing new; a chunk; a loss, in its place; why the bus cannot be read now, or what has become of it.
    using Step = std::variant<std::monostate, Chunk, Loss, Failure>;

    BusFollower() = default;
    /// What cannot be read at the moment is tried again; after @p grace that is reported.
    BusFollower(const QByteArray &path, const StartPoint &start, std::optional<Format> format = {},
                GracePeriod grace = GracePeriod());

    const BusFile &bus() const { return m_reader.bus(); }

    /// An event has announced something new.
    void expectNew() { m_reader.expectNew(); }
    void setFreshness(Freshness freshness)
    {
        m_reader.setFreshness(freshness);
        m_history.setFreshness(freshness);
    }
    Step next();
    /// Whether there are more steps without a new look at the bus.
    bool hasMore() const { return m_gap || m_afterLoss; }
    /// Whether something could not be read at the moment. No event tells when it can: call next() again soon.
    bool isTryingAgain() const { return m_isTryingAgain; }
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
    Result<std::optional<Chunk>> look();
    Step place(const Chunk &chunk);
    Step putBack(const Chunk &chunk, quint64 known, quint64 next);
    Result<std::optional<Chunk>> readBus();
    Result<std::optional<Chunk>> newestOfHistory();
    Step nextFromGap();
    Step lossInGap();
    Step deliverUnnumbered(const Chunk &chunk);
    Step tryAgain(const Failure &why);
    void tellIfUnreadable();

    BusReader m_reader;
    HistoryReader m_history;
    FirstExpected m_first;
    SequenceTracker m_tracker;
    PutBackDetector m_putBack;
    std::optional<Chunk> m_found; ///< on the bus, and not placed yet
    std::optional<Gap> m_gap;
    std::optional<LookMoment> m_lastLook; ///< the one before that which found m_found; none: there was none
    std::optional<LookMoment> m_thisLook;
    bool m_mustAskHistory = false; ///< as the first look found no numbered chunk
    bool m_fromHistory = false;
    bool m_historyUnreadable = false; ///< and that was logged
    GracePeriod m_grace;              ///< of the bus file
    bool m_isTryingAgain = false;
    QString m_reported; ///< of what is tried again

    std::unique_ptr<Replacements> m_replacements; ///< from the first chunk without a number on
    quint64 m_replaced = 0;                       ///< so often since then
    quint64 m_accountedFor = 0;       ///< of these: files that were seen, and chunks that are known to be missing between them
    std::optional<Chunk> m_afterLoss; ///< the chunk to deliver next
};

} // namespace FileBus
