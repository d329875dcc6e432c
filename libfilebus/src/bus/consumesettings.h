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
    std::optional<Format> format; ///< without a value, each chunk shows its own
    StartPoint startPoint;        ///< ignored by a lossless consumer
    bool lossless = false;
    QByteArray subscription; ///< its name, for a lossless consumer; empty if it has none
    bool fileMonitoring = true;
    std::optional<std::chrono::milliseconds> sleepInterval = {}; ///< without a value, the default of the carrier
};

} // namespace FileBus
