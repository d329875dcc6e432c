// SPDX-License-Identifier: Apache-2.0
#include "lossysource.h"

namespace FileBus
{

LossySource::LossySource(BusFollower follower, bool fileMonitoring, std::optional<std::chrono::milliseconds> sleepInterval)
    : m_follower(std::move(follower))
    , m_monitor(m_follower.bus())
{
    m_monitor.setFileMonitoring(fileMonitoring);
    if (sleepInterval)
        m_monitor.setInterval(*sleepInterval);
    connect(&m_monitor, &BusMonitor::lookAgain, this, &LossySource::lookAgain);
    connect(&m_monitor, &BusMonitor::reasonForPollingChanged, this, &LossySource::reasonForPollingChanged);
}

void LossySource::start()
{
    m_monitor.start();
}

Awaited LossySource::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const Awaited awaited = m_monitor.wait(end, interrupts);
    if (awaited == Awaited::Event)
        m_follower.expectNew();
    return awaited;
}

ChunkSource::Step LossySource::next()
{
    return std::visit([](auto &&step) { return Step(std::move(step)); }, m_follower.next());
}

} // namespace FileBus
