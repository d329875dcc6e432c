// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/postedcall.h"
#include "file/publish/obstacle.h"
#include "file/publish/patientpublisher.h"
#include "file/watch/directoryalarm.h"

#include <filebus/error.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QQueue>

namespace FileBus
{

/// The chunks of a producer on their way to the bus, in order, and its end behind them. They wait here while the lock is taken or
/// consumers are awaited. The event loop tries them again, or the calls that wait do where there is no event loop.
class PublishQueue : public QObject
{
    Q_OBJECT
public:
    explicit PublishQueue(QObject *parent = nullptr);

    /// Drops what is pending.
    void setPath(const QByteArray &path);
    /// The same, and lets go of the bus.
    void abort() { setPath(m_publisher.path()); }
    bool open();
    /// Waits until all is done, and lets go of the bus.
    bool close(std::chrono::milliseconds timeout);
    PatientPublisher &publisher() { return m_publisher; }
    /// Rings when a consumer may have made room.
    DirectoryAlarm &alarm() { return m_alarm; }

    bool publish(const QByteArray &payload);
    void end();
    qsizetype pendingChunks() const { return m_pending.size(); }
    /// Whether end() was called, and the end is not announced yet.
    bool isEndPending() const { return m_ending == Asked; }

    /// Why the last call, or an attempt that came after it, failed.
    const Failure &failure() const { return m_failure; }

    bool waitForPublished(std::chrono::milliseconds timeout);
    bool waitForDrained(std::chrono::milliseconds timeout);

Q_SIGNALS:
    void published(quint64 sequence);
    void ended();
    void drained();
    void errorOccurred(FileBus::Error error, const QString &message);

private:
    using Step = Result<Obstacle> (PublishQueue::*)();
    enum Ending { NotAsked, Asked, Said };

    bool noteFailure(const Outcome &outcome);
    Result<Obstacle> flush();
    Result<Obstacle> sayEnd();
    Obstacle awaitTaken();
    Result<Obstacle> advance();
    void keepFresh();
    void wait(const Result<Obstacle> &met);
    void retry();
    bool advanceUntil(std::chrono::milliseconds timeout, Step step);
    bool isLockTimeoutOver();
    std::chrono::milliseconds lockTimeout() const { return m_publisher.settings().lockTimeout; }

    DirectoryAlarm m_alarm;
    PatientPublisher m_publisher;
    QQueue<QByteArray> m_pending;
    Failure m_failure;
    Ending m_ending = NotAsked;
    QTimer m_retryTimer;
    QTimer m_refreshTimer;
    PostedCall m_postedRetry;
    QDeadlineTimer m_lockDeadline;
};

} // namespace FileBus
