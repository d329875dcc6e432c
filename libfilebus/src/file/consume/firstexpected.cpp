// SPDX-License-Identifier: Apache-2.0
#include "file/consume/firstexpected.h"

#include "base/failure.h"

#include <filebus/chunk.h>

namespace FileBus
{

Outcome FirstExpected::sawNone(PatientHistory &history)
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

Result<quint64> FirstExpected::of(const Chunk &chunk, const std::optional<LookMoment> &lastLook, PatientHistory &history)
{
    const Result<quint64> first = wanted(chunk, lastLook, history);
    if (first) {
        m_start = {StartPoint::Last};
        m_before = None;
    }
    return first;
}

Result<quint64> FirstExpected::wanted(const Chunk &chunk, const std::optional<LookMoment> &lastLook,
                                      PatientHistory &history) const
{
    if (m_start.kind == StartPoint::AtSequence)
        return m_start.sequence;
    const bool isPast = m_before == Former && chunk.streamId() == m_pastStream;
    if (!lastLook || (isPast && chunk.sequence() <= m_pastNewest))
        return m_start.kind == StartPoint::New ? Result(chunk.sequence() + 1) : ofPresent(chunk, history);
    if (isPast)
        return m_start.kind == StartPoint::All ? m_pastOldest : m_pastNewest + 1;
    const Result<bool> isOlder = m_before == Unknown ? Result(true) : beganUnseen(chunk, *lastLook, history);
    if (!isOlder)
        return isOlder.failure();
    return *isOlder ? ofPresent(chunk, history) : Result(quint64(1));
}

Result<quint64> FirstExpected::ofPresent(const Chunk &chunk, PatientHistory &history) const
{
    return m_start.kind == StartPoint::All ? oldestOf(chunk, history) : Result(chunk.sequence());
}

// Whether the stream began before we watched, and was put here only now: as a copy of another bus, or from a backup. Then its
// history is not here, or what the history holds is too old.
Result<bool> FirstExpected::beganUnseen(const Chunk &chunk, const LookMoment &lastLook, PatientHistory &history)
{
    const auto entries = history.sequences();
    if (!entries)
        return entries.failure();
    if (chunk.sequence() == 1 || !*entries || (*entries)->isEmpty())
        return chunk.sequence() > 1 && lastLook.isAfter(chunk);
    const auto newest = history.readAny((*entries)->last());
    if (!newest)
        return newest.failure();
    if (*newest && (*newest)->streamId() != chunk.streamId())
        return true;
    const auto oldest = history.read(chunk.streamId(), (*entries)->first());
    if (!oldest)
        return oldest.failure();
    const Chunk &witness = *oldest && (*oldest)->sequence() < chunk.sequence() ? **oldest : chunk;
    return witness.sequence() > 1 && lastLook.isAfter(witness);
}

// The oldest chunk of the stream that can still be had.
Result<quint64> FirstExpected::oldestOf(const Chunk &chunk, PatientHistory &history)
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
