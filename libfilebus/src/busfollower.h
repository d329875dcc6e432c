// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busreader.h"
#include "sequencetracker.h"
#include "spool.h"

#include <variant>

namespace FileBus
{

/// Chunks that were published and that can no longer be had.
struct Loss {
    quint64 firstSequence;
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
    explicit BusFollower(const QByteArray &path);

    const BusFile &bus() const { return m_reader.bus(); }

    Step next();

private:
    /// What lies between the last chunk that was seen and the one on the bus.
    struct Gap {
        quint64 next; ///< still to be looked for
        Chunk end;    ///< the chunk on the bus
    };

    Step nextFromBus();
    Step nextFromGap();

    BusReader m_reader;
    Spool m_history;
    SequenceTracker m_tracker;
    std::optional<Gap> m_gap;
};

} // namespace FileBus
