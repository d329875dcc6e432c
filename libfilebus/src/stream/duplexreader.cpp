// SPDX-License-Identifier: Apache-2.0
#include "stream/duplexreader.h"

#include "bus/step.h"
#include "file/disk/inbox.h"

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/stream.h>

#include <utility>

namespace FileBus
{

void DuplexReader::reset()
{
    m_received.clear();
    m_blocked.reset();
    m_progress = Open;
    m_holdProblem.clear();
    m_isFullnessReported = false;
}

void DuplexReader::setBufferSize(qint64 size)
{
    m_bufferSize = size;
    m_isFullnessReported = false;
}

// An application that waits for more would wait for ever.
std::optional<Failure> DuplexReader::takeFullness()
{
    if (!isFull() || std::exchange(m_isFullnessReported, true))
        return std::nullopt;
    return Failure{Error::BufferFull,
                   Stream::tr("the read buffer of %1 bytes is full; read, or make it larger").arg(m_bufferSize)};
}

qint64 DuplexReader::read(char *data, qint64 size)
{
    const qint64 count = m_received.read(data, size);
    if (count > 0)
        m_isFullnessReported = false;
    return count;
}

bool DuplexReader::receive(DirectoryAlarm &alarm)
{
    const qsizetype before = m_received.size();
    bool isAsked = false;
    m_blocked.reset();
    while (m_progress == Open && hasRoom()) {
        if (take(isAsked ? Subscription::Search : Subscription::NextOnly))
            continue;
        if (m_blocked || std::exchange(isAsked, true))
            break;
        alarm.ask(m_subscription->inbox().path(), DirectoryAlarm::SomethingComes); // and look once more
        alarm.tellPolling();
    }
    return m_received.size() > before;
}

// False if nothing was there.
bool DuplexReader::take(Subscription::Depth depth)
{
    const Step step = m_subscription->next(depth);
    if (const auto *chunk = std::get_if<Chunk>(&step))
        m_received.append(chunk->payload());
    else if (const auto *standstill = std::get_if<Standstill>(&step))
        m_blocked = standstill->why;
    else if (const auto *why = std::get_if<Failure>(&step)) // bytes of an earlier state do not belong between those of this one
        m_blocked = *why;
    else if (const auto *loss = std::get_if<Loss>(&step))
        m_blocked = Failure{
            Error::CorruptChunk,
            Stream::tr(
                "%1 chunks of the stream are lost: a producer that does not wait published on it, or somebody removed them")
                .arg(loss->count)};
    else if (std::holds_alternative<EndOfStream>(step))
        m_progress = Ending;
    return !m_blocked && m_progress == Open && !std::holds_alternative<std::monostate>(step);
}

std::optional<Failure> DuplexReader::takeBlock()
{
    return std::exchange(m_blocked, std::nullopt);
}

// What fails for the moment is tried again at the next look.
std::optional<Failure> DuplexReader::hold()
{
    if (m_blocked || m_progress != Open || !hasRoom())
        return std::nullopt;
    const Outcome held = m_subscription->hold();
    if (!held && held.failure().isTransient)
        return std::nullopt;
    const QString problem = held ? QString() : held.failure().text;
    const bool isNew = std::exchange(m_holdProblem, problem) != problem;
    return isNew && !held ? std::optional(held.failure()) : std::nullopt;
}

// The end is not acknowledged: a successor must find it until this side is left.
void DuplexReader::acknowledge(qint64 kept)
{
    for (qsizetype finished = m_received.takeFinished(kept); finished > 0; --finished)
        m_subscription->acknowledge();
}

bool DuplexReader::takeEnding()
{
    if (m_progress != Ending)
        return false;
    m_progress = Ended;
    return true;
}

bool DuplexReader::isEndKnown() const
{
    return m_progress != Open || !m_subscription->inbox().content().valueOr({}).ends.isEmpty();
}

} // namespace FileBus
