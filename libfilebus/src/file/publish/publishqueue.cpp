// SPDX-License-Identifier: Apache-2.0
#include "file/publish/publishqueue.h"

#include "base/eventloop.h"
#include "base/postedcall.h"
#include "base/waiting.h"
#include "file/disk/buslock.h"
#include "file/watch/directoryalarm.h"

#include <filebus/error.h>

#include <thread>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto refreshInterval = 1h; // what cleans directories by age counts in days

} // namespace

PublishQueue::PublishQueue(QObject *parent)
    : QObject(parent)
    , m_alarm(this)
    , m_publisher(m_alarm)
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

void PublishQueue::setPath(const QByteArray &path)
{
    m_publisher.setPath(path);
    m_pending.clear();
    m_ending = NotAsked;
    wait(PatientPublisher::Done);
}

void PublishQueue::keepFresh()
{
    if (!m_refreshTimer.isActive() && hasEventLoop())
        m_refreshTimer.start();
}

bool PublishQueue::open()
{
    keepFresh();
    m_publisher.clearFailure();
    return m_publisher.open();
}

bool PublishQueue::close(std::chrono::milliseconds timeout)
{
    if (advanceUntil(timeout, &PublishQueue::advance) != PatientPublisher::Done)
        return false;
    abort();
    m_refreshTimer.stop();
    return true;
}

bool PublishQueue::publish(const QByteArray &payload)
{
    keepFresh();
    m_publisher.clearFailure();
    if (!m_publisher.check(payload))
        return false;
    if (!m_pending.isEmpty()) {
        m_pending.enqueue(payload);
        if (!m_retryTimer.isActive() && !m_alarm.isActive()) // given up after an error
            wait(PatientPublisher::Busy);
        return true;
    }
    m_ending = NotAsked;
    const Attempt attempted = m_publisher.publish(payload);
    if (attempted == PatientPublisher::Done) {
        Q_EMIT published(m_publisher.lastSequence());
    } else if (attempted == PatientPublisher::Failed) {
        m_publisher.giveUp();
    } else {
        m_pending.enqueue(payload);
        wait(attempted);
    }
    return attempted != PatientPublisher::Failed;
}

void PublishQueue::end()
{
    m_ending = Asked;
    if (m_pending.isEmpty())
        QMetaObject::invokeMethod(this, &PublishQueue::retry, Qt::QueuedConnection);
}

PublishQueue::Attempt PublishQueue::flush()
{
    while (!m_pending.isEmpty()) {
        if (const Attempt attempted = m_publisher.publish(m_pending.head()); attempted != PatientPublisher::Done)
            return attempted;
        m_pending.dequeue();
        m_publisher.clearFailure();
        m_lockDeadline.setRemainingTime(lockTimeout());
        Q_EMIT published(m_publisher.lastSequence());
    }
    return PatientPublisher::Done;
}

PublishQueue::Attempt PublishQueue::sayEnd()
{
    const Attempt said = m_publisher.sayEnd();
    if (said == PatientPublisher::Done) {
        m_ending = Said;
        Q_EMIT ended();
    }
    return said;
}

PublishQueue::Attempt PublishQueue::awaitTaken()
{
    const Attempt taken = m_publisher.awaitTaken();
    if (taken == PatientPublisher::Done) {
        m_ending = NotAsked;
        Q_EMIT drained();
    }
    return taken;
}

// As far as it goes without waiting.
PublishQueue::Attempt PublishQueue::advance()
{
    if (const Attempt flushed = flush(); flushed != PatientPublisher::Done)
        return flushed;
    if (m_ending == Asked) {
        if (const Attempt said = sayEnd(); said != PatientPublisher::Done)
            return said;
    }
    return m_ending == Said ? awaitTaken() : PatientPublisher::Done;
}

void PublishQueue::wait(Attempt attempted)
{
    if (attempted == PatientPublisher::Busy && !m_retryTimer.isActive()) {
        m_lockDeadline.setRemainingTime(lockTimeout());
        if (hasEventLoop())
            m_retryTimer.start();
        else // waitForPublished() will be called, or there will be an event loop
            m_postedRetry.post(this, [this] { retry(); });
    } else if (attempted != PatientPublisher::Busy) {
        m_retryTimer.stop();
    }
    if (attempted == PatientPublisher::Waiting)
        m_alarm.start();
    else
        m_alarm.stop();
}

void PublishQueue::retry()
{
    const Attempt advanced = advance();
    wait(advanced);
    if (advanced == PatientPublisher::Failed || (advanced == PatientPublisher::Busy && reportTimeout()))
        Q_EMIT errorOccurred(m_publisher.failure().error, m_publisher.failure().text);
}

// The same where no event loop does it.
PublishQueue::Attempt PublishQueue::advanceUntil(std::chrono::milliseconds timeout, Attempt (PublishQueue::*step)())
{
    const Clock::time_point end = endAfter(timeout);
    m_publisher.clearFailure();
    m_lockDeadline.setRemainingTime(lockTimeout());
    while (true) {
        const Attempt advanced = (this->*step)();
        if (advanced == PatientPublisher::Done || advanced == PatientPublisher::Failed)
            return advanced;
        const bool busy = advanced == PatientPublisher::Busy;
        if (busy && reportTimeout())
            return PatientPublisher::Failed;
        if (Clock::now() >= end)
            return busy ? m_publisher.failForLock(timeout) : m_publisher.failForConsumers(timeout);
        if (busy)
            std::this_thread::sleep_for(BusLock::retryInterval);
        else
            m_alarm.wait(end);
    }
}

bool PublishQueue::waitForPublished(std::chrono::milliseconds timeout)
{
    const Attempt advanced = advanceUntil(timeout, &PublishQueue::flush);
    if (advanced == PatientPublisher::Done && m_ending == NotAsked)
        wait(advanced);
    return advanced == PatientPublisher::Done;
}

bool PublishQueue::waitForDrained(std::chrono::milliseconds timeout)
{
    const Attempt advanced = advanceUntil(timeout, &PublishQueue::advance);
    if (advanced == PatientPublisher::Done)
        wait(advanced);
    return advanced == PatientPublisher::Done;
}

// True if the lock was awaited for so long that it must be said, once for each time-out.
bool PublishQueue::reportTimeout()
{
    if (!m_lockDeadline.hasExpired())
        return false;
    m_lockDeadline.setRemainingTime(lockTimeout());
    m_publisher.failForLock(lockTimeout());
    return true;
}

} // namespace FileBus
