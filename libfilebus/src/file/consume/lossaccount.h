// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/step.h"
#include "chunk/sequencetracker.h"

#include <QtCore/QList>

#include <set>

namespace FileBus
{

/// Counts what is lost of the chunks that should come into an inbox. Each number counts once, whether it is missing or belongs to
/// something that is no chunk. Pure.
class LossAccount
{
public:
    struct Entry {
        bool isNew = false;  ///< false: seen before, or older than what was seen
        QList<Loss> missing; ///< just before this one
    };

    /// A chunk has come.
    Entry noteChunk(const QUuid &streamId, quint64 sequence);
    /// The newest number that has come of a stream.
    quint64 newest(const QUuid &streamId) const { return m_tracker.newest(streamId).value_or(0); }
    /// The numbers after @p sequence are given again: what follows it is not missing.
    void restartAfter(const QUuid &streamId, quint64 sequence);
    /// What has come under that number is no chunk.
    Loss noteDamaged(quint64 sequence);

private:
    QList<Loss> notCounted(quint64 first, quint64 end) const;

    SequenceTracker m_tracker;
    std::set<quint64> m_damaged; ///< above the last chunk
};

} // namespace FileBus
