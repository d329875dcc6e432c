// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

#include <filebus/businspection.h>
#include <filebus/busstatistics.h>
#include <filebus/consumer.h>

#include <QtCore/QJsonObject>

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

    ObservedReport report(bool asJson) const;

private:
    bool isThere() const;
    QString text() const;
    QJsonObject json() const;
    QString stateText(const FileBus::BusInspection &inspection) const;
    QString producersText(const FileBus::BusInspection &inspection) const;
    QString subscribersText(const FileBus::BusInspection &inspection) const;

    QByteArray m_fileName;
    FileBus::Consumer m_consumer;
    FileBus::BusStatistics m_statistics;
    QString m_error; ///< why the bus cannot be read now; empty when it can
};
