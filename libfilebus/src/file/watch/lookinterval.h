// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

namespace FileBus
{

/// How often to look without an event, by default.
inline constexpr std::chrono::milliseconds usualInterval{100};

/// The interval that was set, or a default. Where events are certain, on a local file system, they miss only a mount, or a
/// directory further up that is renamed; so there the default is longer, because waking up costs more than looking.
inline std::chrono::milliseconds intervalBetweenLooks(std::optional<std::chrono::milliseconds> set, bool eventsAreCertain)
{
    return set.value_or(eventsAreCertain ? std::chrono::seconds(1) : usualInterval);
}

} // namespace FileBus
