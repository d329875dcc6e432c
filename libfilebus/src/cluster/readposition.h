// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/startpoint.h"
#include "cluster/clusterbus.h"

#include <QtCore/QUuid>

namespace FileBus
{

/// Where a reader of a bus on a cluster begins, and goes on after an interruption: behind the last chunk, if the stream is still
/// the same; with number 1 of one that was made meanwhile. Pure.
class ReadPosition
{
public:
    /// What becomes of the numbers when reading begins or goes on.
    enum class Change {
        None,      ///< they go on
        NewStream, ///< those of another stream begin, or the first
        PutBack,   ///< the stream is in an earlier state again, and numbers will be given again
    };

    explicit ReadPosition(const StartPoint &start)
        : m_start(start)
    { }

    /// There is no bus: one that comes is read from its beginning.
    void sawNoBus() { m_hasSeenNoBus = true; }
    Change sawBus(const ClusterBusState &state);
    /// A chunk was read.
    void advance(quint64 sequence);

    const QUuid &streamId() const { return m_streamId; }
    /// The number to read next.
    quint64 next() const { return m_next; }
    /// The newest number that there has been.
    quint64 newest() const { return m_newest; }

private:
    quint64 firstOf(const ClusterBusState &state) const;

    StartPoint m_start;
    bool m_hasSeenNoBus = false;
    QUuid m_streamId; ///< null before the first
    quint64 m_next = 1;
    quint64 m_newest = 0;
};

} // namespace FileBus
