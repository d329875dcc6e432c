// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

/// One row of a capture: a chunk, or a loss in the place of the lost chunks.
struct ChunkEntry {
    FileBus::Chunk chunk;     ///< empty if this is a loss
    qint64 when = 0;          ///< its place on the TimeLine: when the viewer learned of it
    qint64 clockOffset = 0;   ///< of that moment, see TimeLine::clockOffset()
    quint64 lostCount = 0;    ///< 0 if this is a chunk
    quint64 firstLost = 0;    ///< 0 if the lost chunks had no numbers
    bool fromHistory = false; ///< the chunk had left the bus and was fetched from the history

    bool isLoss() const { return lostCount > 0; }
    quint64 chunks() const { return isLoss() ? 0 : 1; }

    /// About how much memory it takes, in bytes.
    qint64 memory() const
    {
        const FileBus::ProducerInfo producer = chunk.producer();
        constexpr qint64 objects = 512; // this object, those of the chunk, and the overhead of the allocator
        return objects + chunk.payload().size() + 2 * (producer.program.size() + producer.host.size());
    }

    /// When the viewer learned of it, by the clock of that time, in ns since 1970.
    qint64 receivedAt() const { return when + clockOffset; }
    /// The time to show, in ns since 1970: the publish time if the chunk has an exact one.
    qint64 shownTime() const { return chunk.isNumbered() && chunk.time() > 0 ? chunk.time() : receivedAt(); }
};
