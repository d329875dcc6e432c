// SPDX-License-Identifier: Apache-2.0
#include "file/consume/rawsource.h"

#include "base/failure.h"
#include "base/waiting.h"
#include "bus/chunksource.h"
#include "bus/step.h"

#include <algorithm>

namespace FileBus
{

RawSource::RawSource(const QByteArray &path, bool fileMonitoring, std::optional<std::chrono::milliseconds> sleepInterval)
    : m_subscription(path)
    , m_alarm(this)
    , m_retry(this)
{
    m_alarm.setFileMonitoring(fileMonitoring);
    if (sleepInterval)
        m_alarm.setInterval(*sleepInterval);
    connect(&m_retry, &QTimer::timeout, this, &RawSource::lookAgain);
    connect(&m_alarm, &DirectoryAlarm::rang, this, [this] {
        m_asked = false;
        Q_EMIT lookAgain();
    });
}

void RawSource::start()
{
    m_alarm.start();
}

// What was not acknowledged stays on the bus, for another consumer.
void RawSource::stop()
{
    m_alarm.stop();
    m_retry.stop();
    m_subscription.release();
}

Step RawSource::next()
{
    Step step = m_subscription.next();
    if (std::holds_alternative<std::monostate>(step) && !m_subscription.isLockTaken() && !std::exchange(m_asked, true)) {
        m_alarm.ask(m_subscription.bus().directory(), DirectoryAlarm::SomethingComes);
        step = m_subscription.next(); // it may have come just before
    }
    if (m_subscription.isLockTaken() || m_subscription.isTryingAgain())
        lookWhenPossible();
    else
        m_retry.reset();
    if (!std::holds_alternative<std::monostate>(step))
        m_asked = false;
    return step;
}

Awaited RawSource::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const Awaited awaited = m_alarm.wait(std::min(end, m_retry.due(end)), interrupts);
    m_asked = false;
    return awaited;
}

// No event tells that a lock is free. A producer holds it for a moment, another consumer for as long as its slots take.
void RawSource::lookWhenPossible()
{
    if (m_retry.intervalAsDuration() < m_alarm.interval())
        m_retry.startNext(m_alarm.interval());
}

} // namespace FileBus
