// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkstore.h"

#include <filebus/businspection.h>
#include <filebus/busstatistics.h>
#include <filebus/consumer.h>

#include <QtCore/QList>

/// Whether chunks can arrive from a bus and, if not, why.
struct BusState {
    enum Kind {
        Absent,    ///< the bus does not exist yet
        Empty,     ///< it exists, but no chunk has been published yet
        Receiving, ///< it exists and can be read
        Vanished,  ///< it existed and is gone
        Failed,    ///< it cannot be read: see message
        Silent,    ///< its file system is not responding: see since
    };
    Kind kind = Absent;
    QString message = {}; ///< why it cannot be read, and the remedy
    qint64 since = 0;     ///< when it last responded, in ns since 1970

    friend bool operator==(const BusState &, const BusState &) = default;
};

/// Everything that is shown of a bus, apart from its chunks.
struct BusReport {
    BusState state;
    FileBus::BusStatistics::Figures figures;
    FileBus::LossKnowledge lossKnowledge = FileBus::LossKnowledge::Exact;
    QString reasonForPolling; ///< empty if events work
    quint64 historyChunks = 0;
    qint64 historyBytes = 0;
    QList<FileBus::ProducerStatus> producers;
    QList<FileBus::SubscriberStatus> subscribers;
    QString inspectionProblem; ///< what of this could not be read, and why; empty if nothing, and while the bus is unreadable
    qint64 takenAt = 0;        ///< on the TimeLine
    qint64 clockOffset = 0;    ///< of that moment, see TimeLine::clockOffset()
};

/// What happened in one second.
struct Activity {
    qint64 second = 0; ///< of the TimeLine
    quint64 chunks = 0;
    quint64 bytes = 0;
    quint64 lost = 0;
};

/// What is new on a bus since the previous batch. It is immutable once it has been handed over.
struct BusBatch {
    ChunkStore entries;
    QList<Activity> activity; ///< to be added to the known figures of these seconds
    BusReport report;
};
using BusBatchPointer = std::shared_ptr<const BusBatch>;
