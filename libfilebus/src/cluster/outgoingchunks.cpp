// SPDX-License-Identifier: Apache-2.0
#include "cluster/outgoingchunks.h"

#include "base/failure.h"
#include "base/waiting.h"
#include "bus/publishsettings.h"

#include <algorithm>
#include <utility>

namespace FileBus
{

void OutgoingChunks::setWake(std::function<void()> wake)
{
    const std::lock_guard lock(m_mutex);
    m_wake = std::move(wake);
}

void OutgoingChunks::prepare(const HistoryBounds &history)
{
    const std::lock_guard lock(m_mutex);
    m_isPrepared = m_isPrepared && m_history->chunks == history.chunks && m_history->bytes == history.bytes;
    m_history = history;
    m_forPublisher.notify_one();
}

void OutgoingChunks::push(const QByteArray &payload)
{
    const std::lock_guard lock(m_mutex);
    m_payloads.push_back(payload);
    m_forPublisher.notify_one();
}

void OutgoingChunks::resume()
{
    const std::lock_guard lock(m_mutex);
    m_report.standstill.reset(); // if it was not reported, the next one will be
    if (std::exchange(m_isAtStandstill, false))
        m_forPublisher.notify_one();
}

void OutgoingChunks::stop()
{
    const std::lock_guard lock(m_mutex);
    m_isStopped = true;
    m_forPublisher.notify_one();
}

OutgoingChunks::Report OutgoingChunks::takeReport()
{
    const std::lock_guard lock(m_mutex);
    m_isWoken = false;
    return std::exchange(m_report, {});
}

void OutgoingChunks::wait(Clock::time_point end)
{
    std::unique_lock lock(m_mutex);
    m_forProducer.wait_until(lock, std::min(end, Clock::now() + std::chrono::hours(24)), [this] { return m_isChanged; });
    m_isChanged = false;
}

bool OutgoingChunks::isPrepared() const
{
    const std::lock_guard lock(m_mutex);
    return m_isPrepared;
}

std::optional<OutgoingChunks::SizeLimit> OutgoingChunks::sizeLimit() const
{
    const std::lock_guard lock(m_mutex);
    return m_sizeLimit;
}

std::optional<Failure> OutgoingChunks::obstacle() const
{
    const std::lock_guard lock(m_mutex);
    return m_obstacle;
}

bool OutgoingChunks::hasWork() const
{
    return !m_isAtStandstill && (!m_payloads.empty() || (m_history && !m_isPrepared));
}

bool OutgoingChunks::waitForWork(Work &work)
{
    std::unique_lock lock(m_mutex);
    m_forPublisher.wait(lock, [this] { return m_isStopped || hasWork(); });
    work.preparation = m_isPrepared ? std::nullopt : m_history;
    work.payload = m_payloads.empty() ? QByteArray() : m_payloads.front();
    return !m_isStopped;
}

void OutgoingChunks::pause(std::chrono::milliseconds duration)
{
    std::unique_lock lock(m_mutex);
    m_forPublisher.wait_for(lock, duration, [this] { return m_isStopped || m_isPoked; });
    m_isPoked = false;
}

void OutgoingChunks::poke()
{
    const std::lock_guard lock(m_mutex);
    m_isPoked = true;
    m_forPublisher.notify_one();
}

void OutgoingChunks::notePrepared(const HistoryBounds &history, const SizeLimit &limit)
{
    const std::lock_guard lock(m_mutex);
    m_sizeLimit = limit;
    m_isPrepared =
        m_history && m_history->chunks == history.chunks && m_history->bytes == history.bytes; // they may have changed meanwhile
    m_obstacle.reset();
    m_isChanged = true;
    m_forProducer.notify_one();
}

void OutgoingChunks::noteUnprepared()
{
    const std::lock_guard lock(m_mutex);
    m_isPrepared = false;
}

void OutgoingChunks::notePublished(quint64 sequence, const QUuid &streamId)
{
    const std::lock_guard lock(m_mutex);
    m_payloads.pop_front();
    m_obstacle.reset();
    m_report.published.push_back(sequence);
    m_report.streamId = streamId;
    wake();
}

void OutgoingChunks::noteObstacle(const Failure &why)
{
    const std::lock_guard lock(m_mutex);
    const bool isNew = !m_obstacle || m_obstacle->text != why.text;
    m_obstacle = why;
    if (isNew)
        wake();
}

void OutgoingChunks::noteStandstill(const Failure &why)
{
    const std::lock_guard lock(m_mutex);
    m_isAtStandstill = true;
    m_report.standstill = why;
    wake();
}

// Call it with the mutex locked, so that setWake() waits for a running call.
void OutgoingChunks::wake()
{
    m_isChanged = true;
    m_forProducer.notify_one();
    if (!std::exchange(m_isWoken, true) && m_wake)
        m_wake();
}

} // namespace FileBus
