// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QLoggingCategory>

#include <chrono>

namespace FileBus
{

using LoggingCategory = const QLoggingCategory &(*)();

/// Whether a setter may be called now. If not, this logs a warning with the reason, and the setter must change nothing: such a
/// call is a mistake of the program, as with the setters of QtNetwork.
bool isAllowed(bool allowed, LoggingCategory category, const char *function, const char *reason);

/// The same for a value that must lie between two others; @p unit follows the numbers.
bool isInRange(qint64 value, qint64 least, qint64 most, LoggingCategory category, const char *function, const char *unit = "");
bool isInRange(std::chrono::milliseconds value, std::chrono::milliseconds least, std::chrono::milliseconds most,
               LoggingCategory category, const char *function);

/// The limits of an interval between two looks.
inline constexpr std::chrono::milliseconds shortestInterval{1};
inline constexpr std::chrono::milliseconds longestInterval = std::chrono::hours(24);

} // namespace FileBus
