// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/startpoint.h"

#include <filebus/format.h>

#include <QtCore/QByteArray>

#include <chrono>
#include <optional>

namespace FileBus
{

/// How to consume; Consumer has a setter for each.
struct ConsumeSettings {
    std::optional<Format> format; ///< without it, each chunk tells
    StartPoint startPoint;        ///< of a consumer that is not lossless
    bool lossless = false;
    QByteArray subscription; ///< the name of a lossless consumer's; empty if it has none
    bool fileMonitoring = true;
    std::optional<std::chrono::milliseconds> sleepInterval = {}; ///< the carrier's own without one
};

} // namespace FileBus
