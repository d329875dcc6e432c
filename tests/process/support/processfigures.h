// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

/// What proc(5) tells of a process.
namespace ProcessFigures
{
/// CPU time used so far, in ms.
qint64 cpuTime(qint64 pid);
/// How often it went to sleep; each wake-up ends with that.
qint64 sleeps(qint64 pid);
/// Whether it was stopped by a signal.
bool isStopped(qint64 pid);
/// The most memory it ever had, in KiB.
qint64 peakMemory(qint64 pid);
/// Whether it waits for events of @p directory, the one that is there now.
bool watches(qint64 pid, const QString &directory);
} // namespace ProcessFigures
