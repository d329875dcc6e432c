// SPDX-License-Identifier: Apache-2.0
#include "file/consume/firstexpected.h"

#include "base/failure.h"

#include <filebus/chunk.h>

namespace FileBus
{

Outcome FirstExpected::sawNone(HistoryReader &history)
{
    const auto entries = history.sequences();
    if (!entries)
        return entries.failure();
    if (*entries && (*entries)->isEmpty())
        m_before = None;
    if (!*entries || (*entries)->isEmpty())
        return done();
    const auto newest = history.readAny((*entries)->last());
    if (!newest)
        return newest.failure();
    if (!*newest)
        return done();
    const auto oldest = oldestOf(**newest, history);
    if (!oldest)
        return oldest.failure();
    m_before = Former;
    m_pastStream = (*newest)->streamId();
    m_pastOldest = *oldest;
    m_pastNewest = (*newest)->sequence();
    return done();
}

Result<quint64> FirstExpected::of(const Chunk &chunk, const std::optional<LookMoment> &lastLook, HistoryReader &history)
{
    const Result<quint64> first = wanted(chunk, lastLook, history);
    if (first) {
        m_start = {StartPoint::Last};
        m_before = None;
    }
    return first;
}

Result<quint64> FirstExpected::wanted(const Chunk &chunk, const std::optional<LookMoment> &lastLook, HistoryReader &history) const
{
    if (m_start.kind == StartPoint::AtSequence)
        return m_start.sequence;
    const bool isPast = m_before == Former && chunk.streamId() == m_pastStream;
    if (!lastLook || (isPast && chunk.sequence() <= m_pastNewest))
        return m_start.kind == StartPoint::New ? Result(chunk.sequence() + 1) : ofPresent(chunk, history);
    if (isPast)
        return m_start.kind == StartPoint::All ? m_pastOldest : m_pastNewest + 1;
    const Result<Beginning> beginning = m_before == Unknown ? Unwatched : beginningOf(chunk, *lastLook, history);
    if (!beginning)
        return beginning.failure();
    return *beginning == Unwatched ? ofPresent(chunk, history) : Result(quint64(1));
}

Result<quint64> FirstExpected::ofPresent(const Chunk &chunk, HistoryReader &history) const
{
    return m_start.kind == StartPoint::All ? oldestOf(chunk, history) : Result(chunk.sequence());
}

// Of a stream that began unwatched, the history is not here, or what it holds is too old.
Result<FirstExpected::Beginning> FirstExpected::beginningOf(const Chunk &chunk, const LookMoment &lastLook,
                                                            HistoryReader &history)
{
    const auto told = [&lastLook](const Chunk &witness) {
        return witness.sequence() > 1 && lastLook.isAfter(witness) ? Unwatched : Watched;
    };
    const auto entries = history.sequences();
    if (!entries)
        return entries.failure();
    if (chunk.sequence() == 1 || !*entries || (*entries)->isEmpty())
        return told(chunk);
    const auto newest = history.readAny((*entries)->last());
    if (!newest)
        return newest.failure();
    if (*newest && (*newest)->streamId() != chunk.streamId())
        return Unwatched;
    const auto oldest = history.read(chunk.streamId(), (*entries)->first());
    if (!oldest)
        return oldest.failure();
    return told(*oldest && (*oldest)->sequence() < chunk.sequence() ? **oldest : chunk);
}

// The oldest chunk of the stream that is still available.
Result<quint64> FirstExpected::oldestOf(const Chunk &chunk, HistoryReader &history)
{
    const auto entries = history.sequences();
    if (!entries)
        return entries.failure();
    if (!*entries || (*entries)->isEmpty() || (*entries)->first() >= chunk.sequence())
        return chunk.sequence();
    const auto oldest = history.read(chunk.streamId(), (*entries)->first());
    if (!oldest)
        return oldest.failure();
    return *oldest ? (*entries)->first() : chunk.sequence();
}

} // namespace FileBus
