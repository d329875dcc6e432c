// SPDX-License-Identifier: Apache-2.0
#include "cluster/incomingchunks.h"

#include "base/failure.h"
#include "cluster/chunkmessage.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace FileBus
{

IncomingChunks::IncomingChunks()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m_event = UniqueFd(ends[0]);
    m_eventSource = UniqueFd(ends[1]);
}

void IncomingChunks::setWake(std::function<void()> wake)
{
    const std::lock_guard lock(m_mutex);
    m_wake = std::move(wake);
}

std::optional<IncomingChunks::News> IncomingChunks::take()
{
    const std::lock_guard lock(m_mutex);
    m_isAwaited = m_news.empty();
    if (m_news.empty())
        return std::nullopt;
    std::optional<News> news(std::move(m_news.front()));
    m_news.pop_front();
    if (const auto *received = std::get_if<ReceivedChunk>(&*news)) {
        const bool hadRoom = hasRoom();
        --m_chunks;
        m_bytes -= received->chunk.payload().size();
        if (!hadRoom && hasRoom())
            m_changed.notify_all();
    }
    return news;
}

void IncomingChunks::noteWoken()
{
    char bytes[64];
    while (::read(m_event.get(), bytes, sizeof(bytes)) == sizeof(bytes)) { }
}

void IncomingChunks::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopped = true;
        m_wake = nullptr;
    }
    m_changed.notify_all();
}

IncomingChunks::Delivery IncomingChunks::beginDelivery()
{
    const std::lock_guard lock(m_mutex);
    return ++m_delivery;
}

void IncomingChunks::endDelivery()
{
    {
        const std::lock_guard lock(m_mutex);
        ++m_delivery;
    }
    m_changed.notify_all();
}

bool IncomingChunks::push(Delivery delivery, ReceivedChunk chunk)
{
    std::unique_lock lock(m_mutex);
    const auto isOver = [&] { return m_isStopped || m_delivery != delivery; };
    m_changed.wait(lock, [&] { return hasRoom() || isOver(); });
    if (isOver())
        return false;
    ++m_chunks;
    m_bytes += chunk.chunk.payload().size();
    append(std::move(chunk));
    return true;
}

bool IncomingChunks::push(Delivery delivery, const Failure &why)
{
    const std::lock_guard lock(m_mutex);
    if (m_isStopped || m_delivery != delivery)
        return false;
    append(why);
    return true;
}

void IncomingChunks::push(News news)
{
    const std::lock_guard lock(m_mutex);
    append(std::move(news));
}

void IncomingChunks::append(News news)
{
    m_news.push_back(std::move(news));
    if (!std::exchange(m_isAwaited, false))
        return;
    [[maybe_unused]] const ssize_t written = ::write(m_eventSource.get(), "", 1); // a full pipe is readable as well
    if (m_wake)
        m_wake();
}

bool IncomingChunks::isStopped() const
{
    const std::lock_guard lock(m_mutex);
    return m_isStopped;
}

void IncomingChunks::waitForRoom()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_isStopped || hasRoom(); });
}

void IncomingChunks::pause(std::chrono::milliseconds duration)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, duration, [this] { return m_isStopped || m_isPoked; });
    m_isPoked = false;
}

void IncomingChunks::poke()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isPoked = true;
    }
    m_changed.notify_all();
}

} // namespace FileBus
