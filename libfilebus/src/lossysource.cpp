// SPDX-License-Identifier: Apache-2.0
#include "lossysource.h"

#include <algorithm>

namespace FileBus
{

namespace
{
constexpr std::chrono::milliseconds longestRetry{100};
} // namespace

LossySource::LossySource(BusFollower follower, bool fileMonitoring, std::optional<std::chrono::milliseconds> sleepInterval)
    : m_follower(std::move(follower))
    , m_monitor(m_follower.bus())
{
    m_monitor.setFileMonitoring(fileMonitoring);
    if (sleepInterval)
        m_monitor.setInterval(*sleepInterval);
    connect(&m_monitor, &BusMonitor::lookAgain, this, &LossySource::lookAgain);
    connect(&m_retry, &QTimer::timeout, this, &LossySource::lookAgain);
    connect(&m_monitor, &BusMonitor::reasonForPollingChanged, this, &LossySource::reasonForPollingChanged);
}

void LossySource::start()
{
    m_monitor.start();
}

void LossySource::stop()
{
    m_monitor.stop();
    m_retry.stop();
}

void LossySource::retryOrNot()
{
    m_isTryingAgain = m_follower.isTryingAgain();
    if (m_isTryingAgain)
        return m_retry.startNext(longestRetry);
    m_retry.stop();
    m_retry.reset();
}

Awaited LossySource::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const bool retries = m_retry.isActive();
    const Clock::time_point nextTry = Clock::now() + m_retry.remainingTimeAsDuration();
    const Awaited awaited = m_monitor.wait(retries ? std::min(end, nextTry) : end, interrupts);
    if (awaited == Awaited::Event)
        m_follower.expectNew();
    return awaited == Awaited::Time && retries && nextTry <= end ? Awaited::Event : awaited;
}

ChunkSource::Step LossySource::next()
{
    Step step = std::visit([](auto &&found) { return Step(std::move(found)); }, m_follower.next());
    if (m_follower.isTryingAgain() || m_isTryingAgain)
        retryOrNot();
    return step;
}

} // namespace FileBus
