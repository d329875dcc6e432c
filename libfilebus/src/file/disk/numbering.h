// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/busfile.h"
#include "file/disk/spool.h"

#include <filebus/chunk.h>

#include <utility>

namespace FileBus
{

/// Finds the number of the next chunk. The disk decides: it follows the newest numbered chunk of the bus file and of the history,
/// whoever published that. If neither has one, or its number is the last possible one, a new stream begins. To be used under the
/// lock of the bus.
class Numbering
{
public:
    enum Resumed {
        SameStream,   ///< the same stream as before
        OtherStream,  ///< another stream, to which the history belongs, if there is one
        StaleHistory, ///< another stream, for which the history is useless
    };

    explicit Numbering(const BusFile &bus);

    /// The current stream; null before the first resume().
    const QUuid &streamId() const { return m_streamId; }
    quint64 next() const { return m_newest + 1; }
    /// Whether a chunk can have the number next(). If not, a new stream must begin.
    bool hasNext() const;
    void advanceTo(quint64 sequence) { m_newest = sequence; }
    void beginStream();

    /// Finds the number to continue from after somebody else may have published. If neither the bus nor the history has one, the
    /// @p inboxes decide. Fails if the disk cannot be read now, because that is no reason to begin a new stream.
    Result<Resumed> resume(bool busExists, const Spool &history, const QList<Spool> &inboxes = {});

    /// The chunks that may be in the history and were never seen on the bus: from the first number up to, but without, the
    /// second.
    std::pair<quint64, quint64> unshown() const { return m_unshown; }

private:
    Resumed continueAfterNewest(const std::optional<Chunk> &bus, const std::optional<Chunk> &history,
                                const Chunk &otherwise = {});
    void continueAfter(const Chunk &chunk);

    BusFile m_bus;
    QUuid m_streamId;
    quint64 m_newest = 0;
    std::pair<quint64, quint64> m_unshown = {1, 1};
};

} // namespace FileBus
