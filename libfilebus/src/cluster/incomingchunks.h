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
    quint64 next = 1;   ///< the number to come next, whatever came before
    quint64 newest = 0; ///< of the stream at that moment
};

/// What stands between the threads that read a bus on a cluster and that of the consumer: chunks, and what happened, in order.
/// Holds so many chunks and bytes and no more; then whoever brings a chunk waits, and the servers with it. Any thread.
class IncomingChunks
{
public:
    using News = std::variant<ReadBeginning, ReceivedChunk, Failure, Standstill>;
    /// One subscription after the other brings chunks; each has a number.
    using Delivery = quint64;

    static constexpr size_t mostChunks = 256;
    static constexpr qsizetype mostBytes = qsizetype(8) << 20; ///< of payload; a single chunk may be larger

    IncomingChunks();

    // For the consumer.
    /// @p wake is called, in another thread, when there is something after take() has returned nothing. Not any more once a call
    /// with an empty function returns.
    void setWake(std::function<void()> wake);
    std::optional<News> take();
    /// Becomes readable at the same time; invalid if the system has no more descriptors. See noteWoken().
    int descriptor() const { return m_event.get(); }
    /// Makes the descriptor unreadable.
    void noteWoken();
    void stop();

    // For the reader.
    Delivery beginDelivery();
    /// What it still brings does not count.
    void endDelivery();
    /// Waits for room. False if the delivery is over, or nobody wants chunks any more.
    bool push(Delivery delivery, ReceivedChunk chunk);
    /// Finds room at any time. False in the same cases.
    bool push(Delivery delivery, const Failure &why);
    void push(News news);
    bool isStopped() const;
    /// Until there is room, or stop().
    void waitForRoom();
    /// Until stop() or poke(), at most for that long.
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
