// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/busstatistics.h>

#include <chrono>

inline constexpr qint64 nanosecondsPerSecond = 1'000'000'000;

/// Nanoseconds since 1970, like the times in chunks. It jumps when the clock is set, so use it to show times or to compare them
/// with those of chunks, not to measure intervals.
inline qint64 wallClock()
{
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The current time of both clocks.
inline FileBus::BusStatistics::Instant thisInstant()
{
    return {std::chrono::steady_clock::now().time_since_epoch(), wallClock()};
}
