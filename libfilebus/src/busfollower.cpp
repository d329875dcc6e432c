// SPDX-License-Identifier: Apache-2.0
#include "busfollower.h"

#include "logging.h"

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace FileBus
{

BusFollower::BusFollower(const QByteArray &path, const StartPoint &start, std::optional<Format> format)
    : m_reader(path, format)
    , m_history(m_reader.bus().historyDirectory())
    , m_start(start)
{ }

BusFollower::Step BusFollower::next()
{
    m_fromHistory = false;
    if (m_afterLoss)
        return *std::exchange(m_afterLoss, std::nullopt);
    return m_gap ? nextFromGap() : nextFromBus();
}

BusFollower::Step BusFollower::nextFromBus()
{
    while (true) {
        if (m_replacements)
            m_replaced += m_replacements->take(); // before the look, so that what is seen was counted
        const Result<std::optional<Chunk>> looked = m_reader.look();
        const bool wasThere = !std::exchange(m_lookedOnce, true);
        if (!looked)
            return looked.failure();
        if (!*looked)
            return std::monostate();
        const Chunk &chunk = **looked;
        if (!chunk.isNumbered()) {
            if (wasThere && m_start && m_start->kind == StartPoint::New)
                continue;
            return deliverUnnumbered(chunk);
        }
        if (const auto start = std::exchange(m_start, std::nullopt))
            begin(*start, chunk, wasThere);
        const SequenceTracker::Step step = m_tracker.advance(chunk.streamId(), chunk.sequence());
        m_accountedFor += step.isNew ? step.missing + 1 : 0;
        if (step.missing > 0) {
            m_gap = Gap{step.firstMissing, chunk};
            return nextFromGap();
        }
        if (step.isNew)
            return chunk;
    }
}

// What was replaced more often than chunks were seen is lost.
BusFollower::Step BusFollower::deliverUnnumbered(const Chunk &chunk)
{
    if (!m_replacements) {
        m_replacements.emplace(bus().path());
        m_replaced = m_accountedFor = 0;
        return chunk;
    }
    ++m_accountedFor;
    if (m_replaced <= m_accountedFor)
        return chunk;
    const Loss loss{0, m_replaced - m_accountedFor};
    m_accountedFor = m_replaced;
    m_afterLoss = chunk;
    return loss;
}

LossKnowledge BusFollower::lossKnowledge() const
{
    if (!m_replacements)
        return LossKnowledge::Exact;
    return m_replacements->works() ? LossKnowledge::AtLeast : LossKnowledge::Unknown;
}

// Tells the tracker what counts as seen before the first chunk.
void BusFollower::begin(const StartPoint &start, const Chunk &first, bool wasThere)
{
    if (start.kind == StartPoint::New && wasThere)
        m_tracker.advance(first.streamId(), first.sequence());
    else if (start.kind == StartPoint::All)
        m_tracker.advance(first.streamId(), oldestFor(first) - 1);
    else if (start.kind == StartPoint::AtSequence)
        m_tracker.advance(first.streamId(), start.sequence - 1);
}

// The number of the oldest chunk of the stream that can still be had.
quint64 BusFollower::oldestFor(const Chunk &first) const
{
    const quint64 oldest = m_history.firstAfter(0).value_or(first.sequence());
    return oldest < first.sequence() && m_history.read(first.streamId(), oldest) ? oldest : first.sequence();
}

BusFollower::Step BusFollower::nextFromGap()
{
    const quint64 end = m_gap->end.sequence();
    if (m_gap->next == end)
        return std::exchange(m_gap, std::nullopt)->end;
    if (const std::optional<Chunk> chunk = m_history.read(m_gap->end.streamId(), m_gap->next)) {
        ++m_gap->next;
        m_fromHistory = true;
        return *chunk;
    }
    tellIfUnreadable();
    const quint64 next = m_history.firstAfter(m_gap->next).value_or(end);
    const Loss loss{m_gap->next, std::min(next, end) - m_gap->next};
    m_gap->next = std::min(next, end);
    return loss;
}

// Once; it is no error, but it explains a loss.
void BusFollower::tellIfUnreadable()
{
    if (m_historyUnreadable || ::access(bus().historyDirectory().constData(), R_OK | X_OK) == 0 || errno != EACCES)
        return;
    m_historyUnreadable = true;
    qCInfo(logConsumer).noquote() << "the history cannot be read:" << shownPath(bus().historyDirectory());
}

} // namespace FileBus
