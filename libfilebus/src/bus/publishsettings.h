// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/usualtimes.h"

#include <filebus/format.h>

#include <QtCore/qtypes.h>

#include <chrono>
#include <optional>

namespace FileBus
{

/// How much is kept for consumers that start late or fall behind.
struct HistoryBounds {
    quint64 chunks = 64;
    qint64 bytes = qint64(16) << 20; ///< of storage for the chunks, not only of their payloads
};

/// How to publish; Producer has a setter for each.
struct PublishSettings {
    std::chrono::milliseconds lockTimeout = usualPatience;
    Format format = Format::Tar;
    HistoryBounds history;
    bool lossless = false;
    quint64 awaitedConsumers = 1;
    quint64 window = 64;
    bool fileMonitoring = true;
    std::optional<std::chrono::milliseconds> sleepInterval = {}; ///< without a value, the default of the carrier
};

} // namespace FileBus
