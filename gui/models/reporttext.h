// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"

/// The report of a bus as text for people.
namespace ReportText
{
/// One figure: its value, and a detail beside it.
struct Figure {
    QString value;
    QString detail;
};

Figure published(const BusReport &report);
Figure seen(const BusReport &report);
Figure data(const BusReport &report);
Figure lost(const BusReport &report);
Figure newest(const BusReport &report);
Figure latency(const BusReport &report);
Figure producers(const BusReport &report);
/// For a bus with lossless consumers.
Figure subscribers(const BusReport &report);
Figure foundBy(const BusReport &report);

/// What to show in place of the chunks; @p path is the bus.
QString stateTitle(const BusState &state);
QString stateExplanation(const BusState &state, const QString &path);
} // namespace ReportText
