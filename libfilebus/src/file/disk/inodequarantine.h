// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QHash>

#include <chrono>
#include <deque>
#include <sys/types.h>

namespace FileBus
{

/// Keeps the inode numbers that were visible at the path of the bus a moment ago from being used again. Pure; the time is passed
/// in.
///
/// The original consumer tells chunks apart by inode number alone, and ext4 gives a number that was freed to the very next file:
/// a new chunk that carries the number it printed last is invisible to it.
class InodeQuarantine
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Three times the 100 ms between two looks of the original.
    static constexpr std::chrono::milliseconds duration{300};

    /// The number was visible until @p now; the times must not go back.
    void sawLeave(ino_t inode, Time now);
    /// When the number may be used again: in the past, if it may be now.
    Time endOf(ino_t inode) const;

private:
    void forgetOver(Time now);

    QHash<ino_t, Time> m_until;
    std::deque<std::pair<Time, ino_t>> m_byTime;
};

} // namespace FileBus
