// SPDX-License-Identifier: Apache-2.0
#include "sequencetracker.h"

namespace FileBus
{

SequenceTracker::Step SequenceTracker::advance(const QUuid &streamId, quint64 sequence)
{
    const auto known = m_newest.find(streamId);
    if (known == m_newest.end()) {
        m_newest.insert(streamId, sequence);
        return {true, 0, 0};
    }
    if (sequence <= *known)
        return {};
    const Step step{true, *known + 1, sequence - *known - 1};
    *known = sequence;
    return step;
}

} // namespace FileBus
