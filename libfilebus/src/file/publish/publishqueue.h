// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/postedcall.h"
#include "bus/chunksink.h"
#include "bus/publishsettings.h"
#include "file/publish/obstacle.h"
#include "file/publish/patientpublisher.h"
#include "file/watch/directoryalarm.h"

#include <filebus/chunk.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QQueue>

namespace FileBus
{

/// The chunks of a producer on their way to the bus, in order, and its end behind them. They wait here while the lock is taken or
/// consumers are awaited. The event loop tries them again, or the calls that wait do where there is no event loop.
class PublishQueue : public ChunkSink
{
    Q_OBJECT
public:
    PublishQueue(const QByteArray &path, const ProducerInfo &producer, QObject *parent = nullptr);

    void configure(const PublishSettings &settings) override;
    bool open() override;
    bool close(std::chrono::milliseconds timeout) override;
    void abort() override;

    bool publish(const QByteArray &payload) override;
    void end() override;
    qsizetype pendingChunks() const override { return m_pending.size(); }
    bool isEndPending() const override { return m_ending == Asked; }

    bool waitForPublished(std::chrono::milliseconds timeout) override;
    bool waitForDrained(std::chrono::milliseconds timeout) override;

    const Failure &failure() const override { return m_failure; }
    QUuid streamId() const override { return m_publisher.streamId(); }

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

    DirectoryAlarm m_alarm; ///< rings when a consumer may have made room
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
