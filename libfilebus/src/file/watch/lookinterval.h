// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

namespace FileBus
{

/// How often whoever waits for events looks without them, unless told otherwise.
inline constexpr std::chrono::milliseconds usualInterval{100};

/// The interval that was set, or else as often as pays: where events are certain, on a local file system, it takes a mount, or a
/// directory further up that is renamed, to make them miss something, and waking up costs more than looking.
inline std::chrono::milliseconds intervalBetweenLooks(std::optional<std::chrono::milliseconds> set, bool eventsAreCertain)
{
    return set.value_or(eventsAreCertain ? std::chrono::seconds(1) : usualInterval);
}

} // namespace FileBus
