// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkstore.h"

#include <filebus/businspection.h>
#include <filebus/busstatistics.h>
#include <filebus/consumer.h>

#include <QtCore/QList>

/// Whether chunks can come from a bus, and why not.
struct BusState {
    enum Kind {
        Absent,    ///< the bus does not exist yet
        Empty,     ///< it exists, and no chunk was published yet
        Receiving, ///< it is there and can be read
        Vanished,  ///< it was there and is gone
        Failed,    ///< it cannot be read: see message
        Silent,    ///< its file system does not answer: see since
    };
    Kind kind = Absent;
    QString message = {}; ///< why it cannot be read, and what can be done
    qint64 since = 0;     ///< when it last answered, in ns since 1970

    friend bool operator==(const BusState &, const BusState &) = default;
};

/// All that is shown of a bus beside its chunks.
struct BusReport {
    BusState state;
    FileBus::BusStatistics::Figures figures;
    FileBus::LossKnowledge lossKnowledge = FileBus::LossKnowledge::Exact;
    QString reasonForPolling; ///< empty if events work
    quint64 historyChunks = 0;
    qint64 historyBytes = 0;
    QList<FileBus::ProducerStatus> producers;
    QList<FileBus::SubscriberStatus> subscribers;
    QString inspectionProblem; ///< what of all this could not be read; empty if everything was, or if the state says it
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

/// What is new on a bus since the batch before. Never changed once it was handed over.
struct BusBatch {
    ChunkStore entries;
    QList<Activity> activity; ///< to be added to what is known of these seconds
    BusReport report;
};
using BusBatchPointer = std::shared_ptr<const BusBatch>;
