// SPDX-License-Identifier: Apache-2.0
#include "file/consume/lossysource.h"

#include "file/disk/busplace.h"

#include <filebus/lossknowledge.h>

#include <algorithm>
#include <utility>

namespace FileBus
{

namespace
{
constexpr std::chrono::seconds placeCheckInterval{1};
} // namespace

LossySource::LossySource(BusFollower follower, bool fileMonitoring, std::optional<std::chrono::milliseconds> sleepInterval)
    : m_follower(std::move(follower))
    , m_monitor(m_follower.bus(), this)
    , m_retry(this)
{
    m_monitor.setFileMonitoring(fileMonitoring);
    if (sleepInterval)
        m_monitor.setInterval(*sleepInterval);
    connect(&m_monitor, &BusMonitor::lookAgain, this, &LossySource::lookAgain);
    connect(&m_retry, &QTimer::timeout, this, &LossySource::lookAgain);
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
        return m_retry.startNext();
    m_retry.stop();
    m_retry.reset();
}

Awaited LossySource::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const Clock::time_point nextTry = m_retry.due(Clock::time_point::max());
    const Awaited awaited = m_monitor.wait(std::min(end, nextTry), interrupts);
    if (awaited == Awaited::Event)
        m_follower.expectNew();
    return awaited == Awaited::Time && nextTry <= end ? Awaited::Event : awaited;
}

Step LossySource::next()
{
    if (std::exchange(m_checksPlace, false))
        return checkPlace();
    m_follower.setFreshness(m_monitor.freshness());
    Step step = std::visit([](auto found) { return Step(std::move(found)); }, m_follower.next());
    if (m_follower.isTryingAgain() || m_isTryingAgain)
        retryOrNot();
    if (std::holds_alternative<Chunk>(step)) {
        m_placeProblem.clear();
        m_checksPlace = m_nextPlaceCheck.hasExpired() && !m_isTryingAgain && !hasMore();
    }
    const bool isIdle = std::holds_alternative<std::monostate>(step) && !m_isTryingAgain;
    return isIdle && m_nextPlaceCheck.hasExpired() ? checkPlace() : step;
}

// Who has seen the first chunk asks once more, although no event says so: then the place is checked.
bool LossySource::hasMore() const
{
    return !m_monitor.eventsAreCertain() || m_follower.hasMore() || m_checksPlace;
}

// What is there has been read, and that may be all that was wanted. From now on a consumer would wait in vain. Somebody may mount
// the file later.
Step LossySource::checkPlace()
{
    m_nextPlaceCheck.setRemainingTime(placeCheckInterval);
    const Outcome usable = FileBus::checkPlace(m_follower.bus());
    const QString problem = usable ? QString() : usable.failure().text;
    const bool isNew = std::exchange(m_placeProblem, problem) != problem;
    return isNew && !usable ? Step(usable.failure()) : Step();
}

} // namespace FileBus
