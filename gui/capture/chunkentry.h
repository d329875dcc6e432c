// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

/// One row of a capture: a chunk, or, in their place, chunks that were lost.
struct ChunkEntry {
    FileBus::Chunk chunk;     ///< empty if this is a loss
    qint64 when = 0;          ///< its place on the TimeLine: when the viewer learnt of it
    qint64 clockOffset = 0;   ///< of that moment, see TimeLine::clockOffset()
    quint64 lostCount = 0;    ///< 0 if this is a chunk
    quint64 firstLost = 0;    ///< 0 if the lost chunks had no numbers
    bool fromHistory = false; ///< the chunk was gone from the bus and was fetched from the history

    bool isLoss() const { return lostCount > 0; }
    quint64 chunks() const { return isLoss() ? 0 : 1; }

    /// About what it takes of memory, in bytes.
    qint64 memory() const
    {
        const FileBus::ProducerInfo producer = chunk.producer();
        constexpr qint64 objects = 512; // this one, the chunk's, and what the allocator adds
        return objects + chunk.payload().size() + 2 * (producer.program.size() + producer.host.size());
    }

    /// When the viewer learnt of it, by the clock of that time, in ns since 1970.
    qint64 receivedAt() const { return when + clockOffset; }
    /// The moment to show, in ns since 1970: the publish time, where the chunk tells it exactly.
    qint64 shownTime() const { return chunk.isNumbered() && chunk.time() > 0 ? chunk.time() : receivedAt(); }
};
