// SPDX-License-Identifier: Apache-2.0
#include "busfollower.h"

#include <utility>

namespace FileBus
{

BusFollower::BusFollower(const QByteArray &path)
    : m_reader(path)
    , m_history(m_reader.bus().historyDirectory())
{ }

BusFollower::Step BusFollower::next()
{
    return m_gap ? nextFromGap() : nextFromBus();
}

BusFollower::Step BusFollower::nextFromBus()
{
    while (true) {
        const Result<std::optional<Chunk>> looked = m_reader.look();
        if (!looked)
            return looked.failure();
        if (!*looked)
            return std::monostate();
        const Chunk &chunk = **looked;
        if (!chunk.isNumbered())
            return chunk;
        const SequenceTracker::Step step = m_tracker.advance(chunk.streamId(), chunk.sequence());
        if (step.missing > 0) {
            m_gap = Gap{step.firstMissing, chunk};
            return nextFromGap();
        }
        if (step.isNew)
            return chunk;
    }
}

BusFollower::Step BusFollower::nextFromGap()
{
    const quint64 end = m_gap->end.sequence();
    if (m_gap->next == end)
        return std::exchange(m_gap, std::nullopt)->end;
    if (const std::optional<Chunk> chunk = m_history.read(m_gap->end.streamId(), m_gap->next)) {
        ++m_gap->next;
        return *chunk;
    }
    const quint64 next = m_history.firstAfter(m_gap->next).value_or(end);
    const Loss loss{m_gap->next, std::min(next, end) - m_gap->next};
    m_gap->next = std::min(next, end);
    return loss;
}

} // namespace FileBus
