// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

/// Threads for work that may hang in the kernel for ever, as calls on a dead mount do: nobody waits for them, so the window goes
/// on and closes at once.
namespace DetachedThread
{
/// Runs @p work in a thread of its own. False if the system has none to give.
bool run(std::function<void()> work);

/// Waits until no such work is left; false if some still goes on then. The process must then end without destroying what is
/// static (quick_exit(3)), as the work may still use it.
bool allEndWithin(std::chrono::milliseconds time);

/// Announces work in a thread that was started elsewhere, and given up.
void abandon();
} // namespace DetachedThread
