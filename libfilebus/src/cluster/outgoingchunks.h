// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/waiting.h"
#include "bus/publishsettings.h"

#include <QtCore/QByteArray>
#include <QtCore/QUuid>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace FileBus
{

/// What stands between the thread of a producer and the one that publishes for it: the chunks in the one direction, what became
/// of them in the other. Any thread.
class OutgoingChunks
{
public:
    /// What happened since the last report.
    struct Report {
        std::vector<quint64> published; ///< sequences, one for each chunk
        QUuid streamId;                 ///< of these; null if there are none
        std::optional<Failure> standstill;
    };
    /// Of a message with a chunk.
    struct SizeLimit {
        qint64 largestMessage = 0;
        qint64 headers = 0; ///< what they take of it at most
    };
    /// What there is to do.
    struct Work {
        std::optional<HistoryBounds> preparation; ///< the bus is to be made or adapted first
        QByteArray payload;                       ///< of the next chunk, if there is no preparation
    };

    // For the producer.
    /// @p wake is called, in another thread, when there is something to report, once until the report is taken. Not any more once
    /// a call with an empty function returns.
    void setWake(std::function<void()> wake);
    void prepare(const HistoryBounds &history);
    void push(const QByteArray &payload);
    /// Ends a standstill.
    void resume();
    void stop();
    Report takeReport();
    /// Until there is a report, another obstacle or the bus is prepared, at most until @p end.
    void wait(Clock::time_point end);
    bool isPrepared() const;
    /// Nothing before the first preparation.
    std::optional<SizeLimit> sizeLimit() const;
    /// What keeps the first chunk, or the preparation, from being done at once.
    std::optional<Failure> obstacle() const;

    // For the publisher.
    /// Waits until there is work, and no standstill. False after stop().
    bool waitForWork(Work &work);
    /// Until stop() or poke(), at most for that long.
    void pause(std::chrono::milliseconds duration);
    /// Something has changed that the publisher may be waiting for.
    void poke();
    void notePrepared(const HistoryBounds &history, const SizeLimit &limit);
    /// The bus is no longer what was prepared.
    void noteUnprepared();
    void notePublished(quint64 sequence, const QUuid &streamId);
    /// It is tried again.
    void noteObstacle(const Failure &why);
    /// Nothing more is tried until resume().
    void noteStandstill(const Failure &why);

private:
    bool hasWork() const;
    void wake();

    mutable std::mutex m_mutex;
    std::condition_variable m_forPublisher;
    std::condition_variable m_forProducer;
    std::function<void()> m_wake;
    bool m_isWoken = false;
    bool m_isStopped = false;
    bool m_isPoked = false;
    bool m_isChanged = false; ///< for who waits

    std::deque<QByteArray> m_payloads;
    std::optional<HistoryBounds> m_history; ///< nothing before the first preparation
    bool m_isPrepared = false;
    std::optional<SizeLimit> m_sizeLimit;
    std::optional<Failure> m_obstacle;
    bool m_isAtStandstill = false;
    Report m_report;
};

} // namespace FileBus
