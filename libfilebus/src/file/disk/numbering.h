// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/busfile.h"
#include "file/disk/spool.h"

#include <filebus/chunk.h>

#include <utility>

namespace FileBus
{

/// Which number the next chunk gets. The disk is the truth: the newest numbered chunk of the bus file and of the history,
/// whoever published it. Where neither has one, or its number is the last that there is, a new stream begins. To be used under
/// the lock of the bus.
class Numbering
{
public:
    enum Resumed {
        SameStream,   ///< the stream that counted before
        OtherStream,  ///< another stream; the history, if there is any, is of it
        StaleHistory, ///< another stream; what the history holds is of no use to it
    };

    explicit Numbering(const BusFile &bus);

    /// The stream that counts now; null before the first resume().
    const QUuid &streamId() const { return m_streamId; }
    quint64 next() const { return m_newest + 1; }
    /// Whether next() is a number that a chunk can have; else a new stream must begin.
    bool hasNext() const;
    void advanceTo(quint64 sequence) { m_newest = sequence; }
    void beginStream();

    /// Finds the place to go on from, after somebody else may have published. Where neither the bus nor the history tells, the
    /// @p inboxes do. Fails if the disk cannot be read now: a stream must not begin anew for that.
    Result<Resumed> resume(bool busExists, const Spool &history, const QList<Spool> &inboxes = {});

    /// The chunks, from the first number to before the second, that may be in the history and were not seen on the bus.
    std::pair<quint64, quint64> unshown() const { return m_unshown; }

private:
    Resumed goOn(const std::optional<Chunk> &bus, const std::optional<Chunk> &history, const Chunk &otherwise = {});
    void goOnAfter(const Chunk &chunk);

    BusFile m_bus;
    QUuid m_streamId;
    quint64 m_newest = 0;
    std::pair<quint64, quint64> m_unshown = {1, 1};
};

} // namespace FileBus
