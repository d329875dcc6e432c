// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QAbstractEventDispatcher>

namespace FileBus
{

/// Whether timers, notifiers and posted calls work in this thread now. They do not in a thread that Qt did not start, nor in the
/// main thread before there is a QCoreApplication. What is posted there waits until an event loop comes, or moves along with its
/// object to a thread that has one.
inline bool hasEventLoop()
{
    return QAbstractEventDispatcher::instance() != nullptr;
}

} // namespace FileBus
