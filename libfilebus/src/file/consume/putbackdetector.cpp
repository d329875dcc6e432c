// SPDX-License-Identifier: Apache-2.0
#include "file/consume/putbackdetector.h"

#include "base/failure.h"

#include <filebus/chunk.h>
#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{
constexpr auto tooShortToPutBack = 1ms; // a copy alone takes longer
} // namespace

void PutBackDetector::note(const Chunk &chunk, const std::optional<FileIdentity> &file)
{
    if (chunk.streamId() != m_seen.streamId() || chunk.sequence() >= m_farthest)
        m_farthest = 0;
    m_seen.note(chunk);
    m_file = file;
}

Failure PutBackDetector::putBackFailure(const QByteArray &bus, quint64 known, quint64 next)
{
    return {
        Error::PutBack,
        QCoreApplication::translate("FileBus::PutBackDetector",
                                    "%1 was put back to an earlier state, as by a restored backup: after chunk %2 comes chunk %3")
            .arg(shownPath(bus), QString::number(known), QString::number(next))};
}

Result<std::optional<quint64>> PutBackDetector::putBackTo(const Chunk &chunk, quint64 known, const LookMoment &lastLook,
                                                          HistoryReader &history)
{
    using Number = std::optional<quint64>;
    if (chunk.streamId() != m_seen.streamId()) // a stream that was seen before another one
        return chunk.sequence() > known ? Number() : Number(chunk.sequence());
    if (m_seen.newest() != known) // the reader waits for a number that is yet to come
        return Number();
    const Result<Past> past = pastOf(chunk, known, lastLook, history);
    if (!past)
        return past.failure();
    if (*past == Seen)
        return Number();
    const Result<quint64> first = firstOther(chunk, known, history);
    if (!first)
        return first.failure();
    m_farthest = std::max(m_farthest, known);
    return Number(*first);
}

// A chunk that is behind is of another past, unless it is the newest once more. For one that is ahead the history must tell, by
// what it holds under the number that was seen last.
Result<PutBackDetector::Past> PutBackDetector::pastOf(const Chunk &chunk, quint64 known, const LookMoment &lastLook,
                                                      HistoryReader &history) const
{
    if (chunk.sequence() <= known)
        return chunk.sequence() == known && m_seen.compare(chunk) == SeenChunks::Same ? Seen : Other;
    const bool follows = chunk.sequence() == known + 1 && lastLook.age() < tooShortToPutBack;
    if (follows || m_farthest > known || (m_file && history.holds(known, *m_file)))
        return Seen;
    const auto entry = history.read(chunk.streamId(), known);
    if (!entry)
        return entry.failure();
    return *entry && m_seen.compare(**entry) == SeenChunks::Other ? Other : Seen;
}

// The lowest number, of those without a break up to the chunk, that is not one of those that were seen.
Result<quint64> PutBackDetector::firstOther(const Chunk &chunk, quint64 known, HistoryReader &history)
{
    quint64 first = std::min(chunk.sequence(), known);
    bool isKnown = m_seen.compare(chunk) == SeenChunks::Same;
    while (!isKnown && first > 1) {
        const auto before = history.read(chunk.streamId(), first - 1);
        if (!before)
            return before.failure();
        if (!*before)
            break;
        isKnown = m_seen.compare(**before) != SeenChunks::Other;
        first -= isKnown ? 0 : 1;
    }
    m_mayHideLosses = m_mayHideLosses || (!isKnown && first > 1);
    return first;
}

Result<quint64> PutBackDetector::gapStart(const Chunk &chunk, quint64 known, HistoryReader &history) const
{
    const quint64 next = known + 1;
    if (m_farthest <= known || chunk.sequence() == next)
        return next;
    if (chunk.sequence() <= m_farthest)
        return isRepeated(chunk) ? chunk.sequence() : next;
    const auto farthest = history.read(chunk.streamId(), m_farthest);
    if (!farthest)
        return farthest.failure();
    return *farthest && isRepeated(**farthest) ? m_farthest + 1 : next;
}

} // namespace FileBus
