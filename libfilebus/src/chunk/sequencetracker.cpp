// SPDX-License-Identifier: Apache-2.0
#include "chunk/sequencetracker.h"

namespace FileBus
{

SequenceTracker::Step SequenceTracker::advance(const QUuid &streamId, quint64 sequence)
{
    if (streamId != m_stream && changeStream(streamId, sequence))
        return {true, 0, 0};
    if (sequence <= m_newest)
        return {};
    const Step step{true, m_newest + 1, sequence - m_newest - 1};
    m_newest = sequence;
    return step;
}

void SequenceTracker::expect(const QUuid &streamId, quint64 sequence)
{
    if (streamId != m_stream)
        changeStream(streamId, 0);
    m_newest = sequence - 1;
}

std::optional<quint64> SequenceTracker::newest(const QUuid &streamId) const
{
    if (streamId == m_stream)
        return m_newest;
    const auto known = m_others.constFind(streamId);
    return known == m_others.cend() ? std::nullopt : std::optional(*known);
}

// True if it is a new one, of which the number is the first.
bool SequenceTracker::changeStream(const QUuid &streamId, quint64 first)
{
    if (!m_stream.isNull())
        m_others.insert(m_stream, m_newest);
    const auto known = m_others.constFind(streamId);
    const bool isNew = known == m_others.cend();
    m_stream = streamId;
    m_newest = isNew ? first : *known;
    return isNew;
}

} // namespace FileBus
