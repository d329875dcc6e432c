// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wallclock.h"

/// Moments on the time line of what was captured: ns since 1970 as the clock stood when the process first asked, and from then on
/// by the clock that nobody can set. So the line never jumps, while the clock on the wall does.
namespace TimeLine
{
inline qint64 at(const FileBus::BusStatistics::Instant &instant)
{
    static const qint64 begin =
        wallClock() - std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
    return begin + instant.elapsed.count();
}

/// What is added to a moment to show it: how far the clock was set meanwhile, in whole seconds, so that seconds stay seconds.
inline qint64 clockOffset(const FileBus::BusStatistics::Instant &instant)
{
    const qint64 difference = instant.time - at(instant);
    const qint64 half = difference < 0 ? -nanosecondsPerSecond / 2 : nanosecondsPerSecond / 2;
    return (difference + half) / nanosecondsPerSecond * nanosecondsPerSecond;
}
} // namespace TimeLine
