// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/usualtimes.h"

#include <chrono>
#include <optional>

namespace FileBus
{

/// The interval that was set, or a default. Where events are certain, on a local file system, they miss only a mount, or a
/// directory further up that is renamed; so there the default is longer, because waking up costs more than looking.
inline std::chrono::milliseconds intervalBetweenLooks(std::optional<std::chrono::milliseconds> set, bool eventsAreCertain)
{
    return set.value_or(eventsAreCertain ? std::chrono::seconds(1) : usualInterval);
}

} // namespace FileBus
