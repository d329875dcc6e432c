// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/startpoint.h"
#include "cluster/clusterbus.h"

#include <QtCore/QUuid>

namespace FileBus
{

/// Where a reader of a bus on a cluster begins, and where it continues after an interruption: after the last chunk if the stream
/// is still the same, or with number 1 of a stream that was created meanwhile. Pure.
class ReadPosition
{
public:
    /// What happens to the numbers when reading begins or continues.
    enum class Change {
        None,      ///< they continue
        NewStream, ///< the numbers of the first stream, or of another one, begin
        PutBack,   ///< the stream is in an earlier state again, and numbers will be reused
    };

    explicit ReadPosition(const StartPoint &start)
        : m_start(start)
    { }

    /// There is no bus: one that appears is read from its beginning.
    void sawNoBus() { m_hasSeenNoBus = true; }
    Change sawBus(const ClusterBusState &state);
    /// A chunk was read.
    void advance(quint64 sequence);

    const QUuid &streamId() const { return m_streamId; }
    /// The number to read next.
    quint64 next() const { return m_next; }
    /// The newest number seen.
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
