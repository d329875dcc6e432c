// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busobserver.h"

#include <QtCore/QJsonObject>

/// What `filebus status --json` prints about a bus.
namespace StatusJson
{
/// @p problem: why the bus cannot be read; empty if it can.
QJsonObject of(const BusObserver &bus, const QString &problem, const FileBus::BusInspection &inspection,
               const FileBus::BusStatistics::Figures &figures);
} // namespace StatusJson
