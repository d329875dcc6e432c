// SPDX-License-Identifier: Apache-2.0
#include "file/consume/busfollower.h"

#include "base/logging.h"
#include "file/consume/historyreader.h"
#include "file/disk/busfile.h"
#include "file/disk/fileidentity.h"
#include "file/disk/freshness.h"
#include "file/disk/lookmoment.h"
#include "system/system.h"

#include <filebus/format.h>

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

namespace FileBus
{

BusFollower::BusFollower(const QByteArray &path, const StartPoint &start, std::optional<Format> format, GracePeriod grace)
    : m_reader(path, format)
    , m_history(m_reader.bus().historyDirectory(), grace)
    , m_first(start)
    , m_grace(grace)
{ }

BusFollower::Step BusFollower::next()
{
    m_fromHistory = m_isTryingAgain = false;
    if (m_afterLoss)
        return *std::exchange(m_afterLoss, std::nullopt);
    const Step step = m_gap ? nextFromGap() : nextFromBus();
    const auto *failure = std::get_if<Failure>(&step);
    return failure && failure->isTransient ? tryAgain(*failure) : step;
}

// HistoryReader reports by itself when it gives up; the bus is never given up.
BusFollower::Step BusFollower::tryAgain(const Failure &why)
{
    m_isTryingAgain = true;
    if (m_found || m_gap || !m_grace.isOver() || std::exchange(m_reported, why.text) == why.text)
        return std::monostate();
    return why;
}

BusFollower::Step BusFollower::nextFromBus()
{
    while (true) {
        const Result<std::optional<Chunk>> found = m_found ? Result(m_found) : look();
        if (!found)
            return found.failure();
        if (!*found)
            return std::monostate();
        if ((*found)->isNumbered()) {
            const Step step = place(**found);
            if (!std::holds_alternative<std::monostate>(step))
                return step;
        } else if (m_lastLook || !m_first.skipsFirst()) {
            return deliverUnnumbered(**found);
        }
    }
}

// A numbered chunk stays found until it is placed.
Result<std::optional<Chunk>> BusFollower::look()
{
    if (m_replacements)
        m_replaced += m_replacements->take(); // before the look, so that what is seen was counted
    const LookMoment now = LookMoment::now();
    Result<std::optional<Chunk>> looked = readBus();
    if (!m_thisLook && looked && !*looked) {
        looked = newestOfHistory();
        m_fromHistory = looked && *looked;
    }
    if (!looked && looked.failure().isTransient)
        return looked;
    m_grace.reset();
    m_reported.clear();
    m_lastLook = std::exchange(m_thisLook, now);
    if (looked && *looked && (*looked)->isNumbered()) {
        m_found = *looked;
        m_mustAskHistory = false;
    } else if (!m_lastLook || m_mustAskHistory) {
        const Outcome asked = m_first.sawNone(m_history);
        m_mustAskHistory = m_isTryingAgain = !asked && asked.failure().isTransient;
    }
    return looked;
}

// Each file counts as seen, be it an empty one, damaged, or a copy of what was there before.
Result<std::optional<Chunk>> BusFollower::readBus()
{
    const std::optional<FileIdentity> before = m_reader.file();
    Result<std::optional<Chunk>> looked = m_reader.look();
    const bool isAnother = (looked && *looked) || m_reader.file() != before;
    m_accountedFor += isAnother ? 1 : 0;
    return looked;
}

// Returns nothing if the chunk is not wanted. What was found counts as placed, unless that failed.
BusFollower::Step BusFollower::place(const Chunk &chunk)
{
    const QUuid &stream = chunk.streamId();
    std::optional<quint64> known = m_tracker.newest(stream);
    if (!known) {
        const Result<quint64> first = m_first.of(chunk, m_lastLook, m_history);
        if (!first)
            return first.failure();
        m_tracker.expect(stream, *first);
    } else {
        const auto back = m_putBack.putBackTo(chunk, *known, m_lastLook.value_or(LookMoment()), m_history);
        if (!back)
            return back.failure();
        if (*back)
            return putBack(chunk, *known, **back);
        const Result<quint64> start =
            chunk.sequence() > *known ? m_putBack.gapStart(chunk, *known, m_history) : Result(*known + 1);
        if (!start)
            return start.failure();
        m_tracker.expect(stream, *start);
    }
    m_found.reset();
    const SequenceTracker::Step step = m_tracker.advance(stream, chunk.sequence());
    m_accountedFor += step.missing;
    if (step.missing > 0) {
        m_gap = Gap{step.firstMissing, chunk};
        return nextFromGap();
    }
    m_putBack.note(chunk, m_reader.file());
    return step.isNew ? Step(chunk) : Step();
}

// The numbers from @p next on are given again.
BusFollower::Step BusFollower::putBack(const Chunk &chunk, quint64 known, quint64 next)
{
    m_found.reset();
    m_tracker.expect(chunk.streamId(), chunk.sequence() + 1);
    m_accountedFor += chunk.sequence() - next;
    m_gap = Gap{next, chunk};
    return PutBackDetector::putBackFailure(bus().path(), known, next);
}

// In place of a bus that is gone, as what cleans directories by age leaves it.
Result<std::optional<Chunk>> BusFollower::newestOfHistory()
{
    const auto bus = m_reader.bus().status();
    if (!bus || *bus)
        return std::optional<Chunk>();
    const auto sequences = m_history.sequences();
    if (!sequences)
        return sequences.failure();
    if (!*sequences || (*sequences)->isEmpty())
        return std::optional<Chunk>();
    return m_history.readAny((*sequences)->last());
}

// What was replaced more often than chunks were seen is lost.
BusFollower::Step BusFollower::deliverUnnumbered(const Chunk &chunk)
{
    if (!m_replacements) {
        m_replacements = System::current().replacementsOf(bus().path());
        m_replaced = m_accountedFor = 0;
        return chunk;
    }
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
        return m_putBack.mayHideLosses() ? LossKnowledge::AtLeast : LossKnowledge::Exact;
    return m_replacements->areCounted() ? LossKnowledge::AtLeast : LossKnowledge::Unknown;
}

BusFollower::Step BusFollower::nextFromGap()
{
    while (m_gap->next < m_gap->end.sequence()) {
        const Result<std::optional<Chunk>> chunk = m_history.read(m_gap->end.streamId(), m_gap->next);
        if (!chunk)
            return chunk.failure();
        if (!*chunk)
            return lossInGap();
        ++m_gap->next;
        if (m_putBack.isRepeated(**chunk))
            continue;
        m_putBack.note(**chunk, {});
        m_fromHistory = true;
        return **chunk;
    }
    m_putBack.note(m_gap->end, m_reader.file());
    return std::exchange(m_gap, std::nullopt)->end;
}

// Up to the next entry that is there.
BusFollower::Step BusFollower::lossInGap()
{
    tellIfUnreadable();
    const auto entries = m_history.sequences();
    if (!entries)
        return entries.failure();
    const quint64 end = m_gap->end.sequence();
    const QList<quint64> kept = entries->value_or(QList<quint64>());
    const auto entry = std::upper_bound(kept.begin(), kept.end(), m_gap->next);
    const quint64 next = entry == kept.end() ? end : std::min(*entry, end);
    const Loss loss{m_gap->next, next - m_gap->next};
    m_gap->next = next;
    return loss;
}

// Once. It is not an error, but it explains a loss.
void BusFollower::tellIfUnreadable()
{
    if (m_historyUnreadable || ::access(bus().historyDirectory().constData(), R_OK | X_OK) == 0 || errno != EACCES)
        return;
    m_historyUnreadable = true;
    qCInfo(logConsumer).noquote() << "the history cannot be read:" << shownPath(bus().historyDirectory());
}

} // namespace FileBus
