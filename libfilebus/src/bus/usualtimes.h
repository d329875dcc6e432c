// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace FileBus
{

/// How often whoever waits for events looks without them, by default.
inline constexpr std::chrono::milliseconds usualInterval{100};

/// How long to wait, by default, before reporting that another process is in the way.
inline constexpr std::chrono::seconds usualPatience{10};

} // namespace FileBus
