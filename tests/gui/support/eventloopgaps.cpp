// SPDX-License-Identifier: Apache-2.0
#include "eventloopgaps.h"

#include <algorithm>
#include <ctime>

using namespace std::chrono_literals;

namespace
{

double threadTime()
{
    timespec time;
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

} // namespace

EventLoopGaps::EventLoopGaps()
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &EventLoopGaps::measure);
    m_timer.start(5ms);
    m_since.start();
    m_workBefore = threadTime();
}

void EventLoopGaps::measure()
{
    const double gap = static_cast<double>(m_since.nsecsElapsed()) / 1e6;
    m_longest = std::max(m_longest, gap);
    m_felt += gap > 50 ? 1 : 0;
    const double work = threadTime();
    m_longestWork = std::max(m_longestWork, work - m_workBefore);
    m_workBefore = work;
    m_since.restart();
}
