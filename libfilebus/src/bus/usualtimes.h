// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace FileBus
{

/// The default polling interval of everything that waits for events.
inline constexpr std::chrono::milliseconds usualInterval{100};

/// The default time to wait before reporting that another process is in the way.
inline constexpr std::chrono::seconds usualPatience{10};

} // namespace FileBus
