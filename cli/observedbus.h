// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busobserver.h"
#include "options.h"

#include <chrono>

/// What is shown of a bus.
struct ObservedReport {
    QByteArray output;    ///< text, or one line of JSON
    bool isThere = false; ///< there is a chunk on the bus

    /// In place of one of a bus that does not answer.
    static ObservedReport ofSilent(const QByteArray &fileName, std::chrono::seconds silence, bool asJson);
};

/// One bus that `filebus status` watches: what a consumer of it sees, and what lies beside it on the disk.
class ObservedBus : public QObject
{
    Q_OBJECT
public:
    ObservedBus(const QByteArray &fileName, const Options &options);

    void start();

    ObservedReport report(bool asJson);

private:
    QString text(const FileBus::BusInspection &inspection, const FileBus::BusStatistics::Figures &figures) const;
    QString stateText(const FileBus::BusInspection &inspection, const FileBus::BusStatistics::Figures &figures) const;

    QByteArray m_fileName;
    BusObserver m_observer;
};
