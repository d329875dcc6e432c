// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/postedcall.h"
#include "file/publish/patientpublisher.h"
#include "file/watch/directoryalarm.h"

#include <filebus/error.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QQueue>

namespace FileBus
{

/// The chunks of a producer on their way to the bus, in order, and its end behind them. While the lock is taken, or consumers are
/// awaited, they wait here and are tried again, by the event loop or without one.
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
    /// Wakes who waits for consumers.
    DirectoryAlarm &alarm() { return m_alarm; }

    bool publish(const QByteArray &payload);
    void end();
    qsizetype pendingChunks() const { return m_pending.size(); }
    /// Whether end() was called, and nobody was told yet.
    bool isEndPending() const { return m_ending == Asked; }

    bool waitForPublished(std::chrono::milliseconds timeout);
    bool waitForDrained(std::chrono::milliseconds timeout);

Q_SIGNALS:
    void published(quint64 sequence);
    void ended();
    void drained();
    void errorOccurred(FileBus::Error error, const QString &message);

private:
    using Attempt = PatientPublisher::Attempt;
    enum Ending { NotAsked, Asked, Said };

    Attempt flush();
    Attempt sayEnd();
    Attempt awaitTaken();
    Attempt advance();
    void keepFresh();
    void wait(Attempt attempted);
    void retry();
    Attempt advanceUntil(std::chrono::milliseconds timeout, Attempt (PublishQueue::*step)());
    bool reportTimeout();
    std::chrono::milliseconds lockTimeout() const { return m_publisher.settings().lockTimeout; }

    DirectoryAlarm m_alarm;
    PatientPublisher m_publisher;
    QQueue<QByteArray> m_pending;
    Ending m_ending = NotAsked;
    QTimer m_retryTimer;
    QTimer m_refreshTimer;
    PostedCall m_postedRetry;
    QDeadlineTimer m_lockDeadline;
};

} // namespace FileBus
