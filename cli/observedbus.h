// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busobserver.h"
#include "options.h"

#include <chrono>

/// What status shows of a bus.
struct ObservedReport {
    QByteArray output;    ///< text, or one line of JSON
    bool isThere = false; ///< the bus holds a chunk

    /// The report on a bus that does not answer.
    static ObservedReport ofSilent(const QByteArray &fileName, std::chrono::seconds silence, bool asJson);
};

/// A bus that `filebus status` watches: what a consumer of it sees, and which files lie beside it.
class ObservedBus : public QObject
{
    Q_OBJECT
public:
    ObservedBus(const QByteArray &fileName, const Options &options);

    void start();

    ObservedReport report(bool asJson);

private:
    /// Why there is no chunk to show: the bus cannot be read, or does not exist. Empty if it can be read, even if it is empty.
    QString problem() const;
    QString text(const FileBus::BusInspection &inspection, const FileBus::BusStatistics::Figures &figures) const;
    QString stateText(const FileBus::BusInspection &inspection, const FileBus::BusStatistics::Figures &figures) const;

    QByteArray m_fileName;
    BusObserver m_observer;
};
