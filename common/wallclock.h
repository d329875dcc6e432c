// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/busstatistics.h>

#include <chrono>

inline constexpr qint64 nanosecondsPerSecond = 1'000'000'000;

/// Nanoseconds since 1970, as the times in the chunks are. It jumps when the clock is set: for what is shown, or compared with a
/// chunk; not to measure with.
inline qint64 wallClock()
{
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Now, by both clocks.
inline FileBus::BusStatistics::Instant thisInstant()
{
    return {std::chrono::steady_clock::now().time_since_epoch(), wallClock()};
}
