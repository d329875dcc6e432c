// SPDX-License-Identifier: Apache-2.0
#include "file/publish/publishqueue.h"

#include "base/eventloop.h"
#include "base/postedcall.h"
#include "base/waiting.h"
#include "bus/chunksink.h"
#include "bus/publishsettings.h"
#include "bus/usualtimes.h"
#include "file/disk/buslock.h"
#include "file/publish/obstacle.h"
#include "file/watch/directoryalarm.h"

#include <filebus/chunk.h>
#include <filebus/error.h>

#include <thread>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto refreshInterval = 1h; // what cleans directories by age counts in days

} // namespace

PublishQueue::PublishQueue(const QByteArray &path, const ProducerInfo &producer, QObject *parent)
    : ChunkSink(parent)
    , m_alarm(this)
    , m_publisher(path, producer, m_alarm)
    , m_retryTimer(this)
    , m_refreshTimer(this)
{
    m_retryTimer.setTimerType(Qt::PreciseTimer);
    m_retryTimer.setInterval(BusLock::retryInterval);
    connect(&m_retryTimer, &QTimer::timeout, this, &PublishQueue::retry);
    m_refreshTimer.setInterval(refreshInterval);
    connect(&m_refreshTimer, &QTimer::timeout, this, [this] { m_publisher.refresh(); });
    connect(&m_alarm, &DirectoryAlarm::rang, this, &PublishQueue::retry);
}

void PublishQueue::configure(const PublishSettings &settings)
{
    m_publisher.configure(settings);
    m_alarm.setFileMonitoring(settings.fileMonitoring);
    m_alarm.setInterval(settings.sleepInterval.value_or(usualInterval));
}

void PublishQueue::abort()
{
    m_publisher.letGo();
    m_pending.clear();
    m_ending = NotAsked;
    wait(Obstacle());
}

void PublishQueue::keepFresh()
{
    if (!m_refreshTimer.isActive() && hasEventLoop())
        m_refreshTimer.start();
}

// Whether the outcome is none.
bool PublishQueue::noteFailure(const Outcome &outcome)
{
    m_failure = outcome ? Failure() : outcome.failure();
    return !outcome;
}

bool PublishQueue::open()
{
    keepFresh();
    return !noteFailure(m_publisher.open());
}

bool PublishQueue::close(std::chrono::milliseconds timeout)
{
    if (!advanceUntil(timeout, &PublishQueue::advance))
        return false;
    abort();
    m_refreshTimer.stop();
    return true;
}

bool PublishQueue::publish(const QByteArray &payload)
{
    keepFresh();
    if (noteFailure(m_publisher.check(payload)))
        return false;
    if (!m_pending.isEmpty()) {
        m_pending.enqueue(payload);
        if (!m_retryTimer.isActive() && !m_alarm.isActive()) // given up after an error
            wait(Obstacle{Obstacle::Locked});
        return true;
    }
    m_ending = NotAsked;
    const Result<Obstacle> met = m_publisher.publish(payload);
    if (!met) {
        m_failure = met.failure();
        m_publisher.giveUp();
        return false;
    }
    if (met->kind == Obstacle::None) {
        Q_EMIT published(m_publisher.lastSequence());
    } else {
        m_pending.enqueue(payload);
        wait(met);
    }
    return true;
}

void PublishQueue::end()
{
    m_ending = Asked;
    if (m_pending.isEmpty())
        QMetaObject::invokeMethod(this, &PublishQueue::retry, Qt::QueuedConnection);
}

Result<Obstacle> PublishQueue::flush()
{
    while (!m_pending.isEmpty()) {
        const Result<Obstacle> met = m_publisher.publish(m_pending.head());
        if (!met || met->kind != Obstacle::None)
            return met;
        m_pending.dequeue();
        m_failure = {};
        m_lockDeadline.setRemainingTime(lockTimeout());
        Q_EMIT published(m_publisher.lastSequence());
    }
    return Obstacle();
}

Result<Obstacle> PublishQueue::sayEnd()
{
    const Result<Obstacle> met = m_publisher.sayEnd();
    if (met && met->kind == Obstacle::None) {
        m_ending = Said;
        Q_EMIT ended();
    }
    return met;
}

Obstacle PublishQueue::awaitTaken()
{
    const Obstacle met = m_publisher.awaitTaken();
    if (met.kind == Obstacle::None) {
        m_ending = NotAsked;
        Q_EMIT drained();
    }
    return met;
}

// As far as it goes without waiting.
Result<Obstacle> PublishQueue::advance()
{
    Result<Obstacle> flushed = flush();
    if (!flushed || flushed->kind != Obstacle::None)
        return flushed;
    if (m_ending == Asked) {
        const Result<Obstacle> said = sayEnd();
        if (!said || said->kind != Obstacle::None)
            return said;
    }
    return m_ending == Said ? awaitTaken() : Obstacle();
}

void PublishQueue::wait(const Result<Obstacle> &met)
{
    const bool isBrief = met && met->isBrief();
    if (isBrief && !m_retryTimer.isActive()) {
        m_lockDeadline.setRemainingTime(lockTimeout());
        if (hasEventLoop())
            m_retryTimer.start();
        else // waitForPublished() will be called, or there will be an event loop
            m_postedRetry.post(this, [this] { retry(); });
    } else if (!isBrief) {
        m_retryTimer.stop();
    }
    if (met && met->kind != Obstacle::None && !isBrief)
        m_alarm.start();
    else
        m_alarm.stop();
}

void PublishQueue::retry()
{
    const Result<Obstacle> met = advance();
    wait(met);
    if (!met)
        m_failure = met.failure();
    else if (met->isBrief() && isLockTimeoutOver())
        m_failure = m_publisher.stuck(*met, lockTimeout());
    else
        return;
    Q_EMIT errorOccurred(m_failure.error, m_failure.text);
}

// The same where no event loop does it. Whether it is done.
bool PublishQueue::advanceUntil(std::chrono::milliseconds timeout, Step step)
{
    const Clock::time_point end = endAfter(timeout);
    m_failure = {};
    m_lockDeadline.setRemainingTime(lockTimeout());
    while (true) {
        const Result<Obstacle> met = (this->*step)();
        if (met && met->kind == Obstacle::None)
            return true;
        if (!met)
            m_failure = met.failure();
        else if (met->isBrief() && isLockTimeoutOver())
            m_failure = m_publisher.stuck(*met, lockTimeout());
        else if (Clock::now() >= end)
            m_failure = m_publisher.stuck(*met, timeout);
        if (m_failure.error != Error::NoError)
            return false;
        if (met->isBrief())
            std::this_thread::sleep_for(BusLock::retryInterval);
        else
            m_alarm.wait(end);
    }
}

bool PublishQueue::waitForPublished(std::chrono::milliseconds timeout)
{
    const bool isDone = advanceUntil(timeout, &PublishQueue::flush);
    if (isDone && m_ending == NotAsked)
        wait(Obstacle());
    return isDone;
}

bool PublishQueue::waitForDrained(std::chrono::milliseconds timeout)
{
    const bool isDone = advanceUntil(timeout, &PublishQueue::advance);
    if (isDone)
        wait(Obstacle());
    return isDone;
}

// Once for each timeout.
bool PublishQueue::isLockTimeoutOver()
{
    const bool isOver = m_lockDeadline.hasExpired();
    if (isOver)
        m_lockDeadline.setRemainingTime(lockTimeout());
    return isOver;
}

} // namespace FileBus
