// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

/// Figures of a process from proc(5).
namespace ProcessFigures
{
/// CPU time used so far, in ms.
qint64 cpuTime(qint64 pid);
/// How often it went to sleep; every wake-up ends with that.
qint64 sleeps(qint64 pid);
/// What it does in one second.
struct Effort {
    qint64 cpuTime; ///< in ms
    qint64 sleeps;
};
Effort effortInASecond(qint64 pid);
/// Whether it is stopped by a signal.
bool isStopped(qint64 pid);
/// Its peak memory use, in KiB.
qint64 peakMemory(qint64 pid);
/// Whether it watches @p directory, the one that is there now, for events.
bool watches(qint64 pid, const QString &directory);
} // namespace ProcessFigures
