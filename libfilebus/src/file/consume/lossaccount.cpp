// SPDX-License-Identifier: Apache-2.0
#include "file/consume/lossaccount.h"

namespace FileBus
{

LossAccount::Entry LossAccount::noteChunk(const QUuid &streamId, quint64 sequence)
{
    const SequenceTracker::Step step = m_tracker.advance(streamId, sequence);
    Entry entry{step.isNew, {}};
    if (step.missing > 0)
        entry.missing = notCounted(step.firstMissing, sequence);
    m_damaged.erase(m_damaged.begin(), m_damaged.upper_bound(sequence));
    return entry;
}

void LossAccount::restartAfter(const QUuid &streamId, quint64 sequence)
{
    m_tracker.expect(streamId, sequence + 1);
}

// The tracker is not told: nobody knows of which stream it was, and the chunk of that number may yet come.
Loss LossAccount::noteDamaged(quint64 sequence)
{
    m_damaged.insert(sequence);
    return {sequence, 1};
}

QList<Loss> LossAccount::notCounted(quint64 first, quint64 end) const
{
    QList<Loss> missing;
    for (auto counted = m_damaged.lower_bound(first); counted != m_damaged.lower_bound(end); ++counted) {
        if (*counted > first)
            missing.append({first, *counted - first});
        first = *counted + 1;
    }
    if (end > first)
        missing.append({first, end - first});
    return missing;
}

} // namespace FileBus
