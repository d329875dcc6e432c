// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/uniquefd.h"
#include "bus/step.h"
#include "cluster/chunkmessage.h"

#include <QtCore/QUuid>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <variant>

namespace FileBus
{

/// Reading of a stream begins.
struct ReadBeginning {
    QUuid streamId;
    quint64 next = 1;   ///< the next number, whatever was read before
    quint64 newest = 0; ///< of the stream at that time
};

/// The queue between the threads that read a bus on a cluster and the thread of the consumer: chunks and events, in order. Its
/// size is limited. When it is full, a thread that adds a chunk waits, and so do the servers. Any thread.
class IncomingChunks
{
public:
    using News = std::variant<ReadBeginning, ReceivedChunk, Failure, Standstill>;
    /// Subscriptions deliver chunks one after the other; each delivery has a number.
    using Delivery = quint64;

    static constexpr size_t mostChunks = 256;
    static constexpr qsizetype mostBytes = qsizetype(8) << 20; ///< of payload; a single chunk may be larger

    IncomingChunks();

    // For the consumer.
    /// @p wake is called, in another thread, when there is something to take after take() has returned nothing. Once a call with
    /// an empty function has returned, the previous function is no longer called.
    void setWake(std::function<void()> wake);
    std::optional<News> take();
    /// Becomes readable at the same time; -1 if the system has no more descriptors. See noteWoken().
    int descriptor() const { return m_event.get(); }
    /// Makes the descriptor unreadable.
    void noteWoken();
    void stop();

    // For the reader.
    Delivery beginDelivery();
    /// Later chunks of the current delivery are ignored.
    void endDelivery();
    /// Waits for room. False if the delivery has ended, or the queue is stopped.
    bool push(Delivery delivery, ReceivedChunk chunk);
    /// Does not wait: there is always room for it. False in the same cases.
    bool push(Delivery delivery, const Failure &why);
    void push(News news);
    bool isStopped() const;
    /// Waits until there is room, or stop().
    void waitForRoom();
    /// Waits until stop() or poke(), at most for @p duration.
    void pause(std::chrono::milliseconds duration);
    /// Something has changed that the reader may be waiting for.
    void poke();

private:
    bool hasRoom() const { return m_chunks < mostChunks && m_bytes < mostBytes; }
    void append(News news);

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::function<void()> m_wake;
    UniqueFd m_event; ///< the end of a pipe
    UniqueFd m_eventSource;
    std::deque<News> m_news;
    size_t m_chunks = 0;
    qsizetype m_bytes = 0;
    Delivery m_delivery = 0;
    bool m_isAwaited = true; ///< take() has returned nothing
    bool m_isStopped = false;
    bool m_isPoked = false;
};

} // namespace FileBus
