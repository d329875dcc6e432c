// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qtypes.h>

#include <chrono>

/// Nanoseconds since 1970, as the times in the chunks are.
inline qint64 wallClock()
{
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}
