// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qglobal.h>

#include <chrono>
#include <sys/stat.h>

namespace FileBus
{

inline constexpr qint64 nanosecondsPerSecond = 1'000'000'000;

/// Times as chunks have them, in nanoseconds since 1970-01-01 00:00 UTC: that of the clock, and that of the last change to the
/// content of a file.
inline qint64 wallClock()
{
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

inline qint64 modificationTime(const struct stat &status)
{
    return qint64(status.st_mtim.tv_sec) * nanosecondsPerSecond + status.st_mtim.tv_nsec;
}

} // namespace FileBus
