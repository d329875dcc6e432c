// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/busstatistics.h>

#include <ratio>

/// The time line of a capture, in ns since 1970. It starts at the time of the system clock when the process first asks, and then
/// follows the monotonic clock. So it never jumps, while the system clock may.
namespace TimeLine
{
inline qint64 at(const FileBus::BusStatistics::Instant &instant)
{
    static const auto begin = FileBus::BusStatistics::Instant::now();
    return begin.time + (instant.elapsed - begin.elapsed).count();
}

/// What to add to a moment to show it: how far the system clock was set since, in whole seconds, so that seconds of the time line
/// stay seconds of the clock.
inline qint64 clockOffset(const FileBus::BusStatistics::Instant &instant)
{
    const qint64 difference = instant.time - at(instant);
    const qint64 half = difference < 0 ? -std::nano::den / 2 : std::nano::den / 2;
    return (difference + half) / std::nano::den * std::nano::den;
}
} // namespace TimeLine
