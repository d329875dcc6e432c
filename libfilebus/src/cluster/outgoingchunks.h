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

/// The queue between the thread of a producer and the thread that publishes for it: chunks in one direction, results in the
/// other. Any thread.
class OutgoingChunks
{
public:
    /// What has happened since the last report.
    struct Report {
        std::vector<quint64> published; ///< sequences, one for each chunk
        QUuid streamId;                 ///< of these; null if there are none
        std::optional<Failure> standstill;
    };
    /// The maximum size of a message with a chunk.
    struct SizeLimit {
        qint64 largestMessage = 0;
        qint64 headers = 0; ///< how much of it the headers may take up
    };
    /// What to do next.
    struct Work {
        std::optional<HistoryBounds> preparation; ///< the bus must first be created or adapted
        QByteArray payload;                       ///< of the next chunk, if there is no preparation
    };

    // For the producer.
    /// @p wake is called, in another thread, when there is something to report, once until the report is taken. Once a call with
    /// an empty function has returned, the previous function is no longer called.
    void setWake(std::function<void()> wake);
    void prepare(const HistoryBounds &history);
    void push(const QByteArray &payload);
    /// Ends a standstill.
    void resume();
    void stop();
    Report takeReport();
    /// Waits until there is a report or another obstacle, or the bus is prepared, at most until @p end.
    void wait(Clock::time_point end);
    bool isPrepared() const;
    /// Nothing before the first preparation.
    std::optional<SizeLimit> sizeLimit() const;
    /// What currently prevents the first chunk, or the preparation.
    std::optional<Failure> obstacle() const;

    // For the publisher.
    /// Waits until there is work, and no standstill. False after stop().
    bool waitForWork(Work &work);
    /// Waits until stop() or poke(), at most for @p duration.
    void pause(std::chrono::milliseconds duration);
    /// Something has changed that the publisher may be waiting for.
    void poke();
    void notePrepared(const HistoryBounds &history, const SizeLimit &limit);
    /// The bus is no longer what was prepared.
    void noteUnprepared();
    void notePublished(quint64 sequence, const QUuid &streamId);
    /// The publisher tries again.
    void noteObstacle(const Failure &why);
    /// The publisher does not try again until resume().
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
    bool m_isChanged = false; ///< for wait()

    std::deque<QByteArray> m_payloads;
    std::optional<HistoryBounds> m_history; ///< nothing before the first preparation
    bool m_isPrepared = false;
    std::optional<SizeLimit> m_sizeLimit;
    std::optional<Failure> m_obstacle;
    bool m_isAtStandstill = false;
    Report m_report;
};

} // namespace FileBus
