// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "uniquefd.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>

#include <chrono>
#include <cstdint>
#include <optional>

namespace FileBus
{

/// What ended a wait: an event, the time, or something else that a thread must see to, a signal or one of its descriptors.
enum class Awaited { Event, Time, Interrupt };

using Clock = std::chrono::steady_clock;

/// When a time-out is over; one below 0 never is.
inline Clock::time_point endAfter(std::chrono::milliseconds timeout)
{
    const Clock::time_point now = Clock::now();
    const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::time_point::max() - now);
    return timeout.count() < 0 || timeout > longest ? Clock::time_point::max() : now + timeout;
}

/// How often whoever waits for events looks without them, unless told otherwise.
inline constexpr std::chrono::milliseconds usualInterval{100};

/// The interval that was set, or else as often as pays: where events are certain, on a local file system, it takes a mount, or a
/// directory further up that is renamed, to make them miss something, and waking up costs more than looking.
inline std::chrono::milliseconds intervalBetweenLooks(std::optional<std::chrono::milliseconds> set, bool eventsAreCertain)
{
    return set.value_or(eventsAreCertain ? std::chrono::seconds(1) : usualInterval);
}

/// An instance of inotify(7), and why there is none: users have only so many.
class Inotify
{
public:
    /// Opens an instance if there is none yet.
    bool open();
    /// Watches a directory for @p events; false if that cannot be.
    bool watch(const QByteArray &directory, uint32_t events);

    /// Waits for events, at most for @p time; a signal interrupts it, and one of @p interrupts that poll(2) calls readable.
    Awaited wait(std::chrono::nanoseconds time, const QList<int> &interrupts) const;

    int fd() const { return m_fd.get(); }
    explicit operator bool() const { return bool(m_fd); }

    /// Why the last of the two failed, for people; empty if it did not.
    const QString &problem() const { return m_problem; }

private:
    bool refused(const QString &limit);

    UniqueFd m_fd;
    QString m_problem;
};

} // namespace FileBus
