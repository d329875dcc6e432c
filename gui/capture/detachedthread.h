// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

/// Threads for work that may hang in the kernel for ever, such as calls on a dead mount. Nobody waits for them, so the window
/// stays responsive and closes at once.
namespace DetachedThread
{
/// Runs @p work in a thread of its own. False if the system cannot start one.
bool run(std::function<void()> work);

/// Waits until no such work is left; false if some is still running after @p time. Then the process must end without destroying
/// static objects (quick_exit(3)), as the work may still use them.
bool allEndWithin(std::chrono::milliseconds time);

/// Registers work of a thread that was started elsewhere and has been abandoned.
void abandon();
} // namespace DetachedThread
