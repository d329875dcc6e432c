// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QList>

#include <chrono>

namespace FileBus
{

/// What ended a wait: an event, the time, or something else that a thread must see to, a signal or one of its descriptors.
enum class Awaited { Event, Time, Interrupt };

using Clock = std::chrono::steady_clock;

/// When a timeout is over; one below 0 never is.
inline Clock::time_point endAfter(std::chrono::milliseconds timeout)
{
    const Clock::time_point now = Clock::now();
    const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::time_point::max() - now);
    return timeout.count() < 0 || timeout > longest ? Clock::time_point::max() : now + timeout;
}

/// Waits until @p events, unless it is negative, is readable, at most for @p time, and not at all if that is negative. A signal
/// interrupts the wait, and so does one of @p interrupts that poll(2) calls readable.
FILEBUS_EXPORT Awaited waitForDescriptors(int events, const QList<int> &interrupts, std::chrono::nanoseconds time);

} // namespace FileBus
