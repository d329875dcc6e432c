// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <filebus/chunk.h>

#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QUuid>

namespace FileBus
{

/// The producers that a lossless consumer has heard, and whether all of them have announced that they send no more.
class HeardProducers
{
public:
    /// @p producers: the directory of their owner files.
    explicit HeardProducers(const QByteArray &producers);

    void hear(const Chunk &chunk);
    /// @p ends: the producers that announced their end, also those that were noted before.
    void noteEnds(const QList<QUuid> &ends);

    enum Verdict {
        SomeMayPublish,
        AllHaveEnded, ///< all that were heard have ended, and nobody else lives but those who announced their end
    };
    /// @p ends: the producers that announced their end. Fails if it cannot be determined who is alive.
    Result<Verdict> judge(const QList<QUuid> &ends) const;

private:
    /// Which chunks of a producer were heard, counted in the order in which all came: sequences can be reused.
    struct Heard {
        quint64 first;
        quint64 last;
    };

    void noteEnd(const QUuid &producer);

    QByteArray m_directory;
    QHash<QUuid, Heard> m_heard; ///< and not ended
    QList<QUuid> m_noted;        ///< the ends that were there at the last look
    quint64 m_chunks = 0;        ///< how many were heard
    quint64 m_replacedUpTo = 0;  ///< an end stands in for who was last heard with this chunk or before, and was killed
};

} // namespace FileBus
