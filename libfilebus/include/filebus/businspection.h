// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/export.h>

#include <QtCore/QList>

#include <optional>

namespace FileBus
{

/// A process that publishes, or published, on a bus.
struct ProducerStatus {
    ProducerInfo info;                  ///< what the process says of itself; pid is 0 if unknown
    bool alive = false;                 ///< it is running, or that cannot be decided (judged)
    std::optional<quint32> userId = {}; ///< whose process it is: the owner of its owner file, as Chunk::userId()

    /// The user who published the newest chunk in the name of this producer, if that user is not userId: a forgery, or a chunk
    /// that was completed by a copy (Chunk::userId()).
    std::optional<quint32> claimedBy = {};

    /// False if that cannot be decided from here: the process is on another host, or its owner file is not readable.
    bool judged = true;
};

/// A lossless consumer of a bus, or the subscription that one left.
struct SubscriberStatus {
    QString name;                       ///< empty for a consumer that chose none
    qint64 pid = 0;                     ///< of the consumer that holds the subscription, or held it last; 0 if unknown
    QString host;                       ///< of that consumer, as ProducerInfo::host
    QString program;                    ///< of that consumer, as ProducerInfo::program
    bool alive = false;                 ///< it is running and holds the subscription, or that cannot be decided (judged)
    qint64 since = 0;                   ///< when it took the subscription, in nanoseconds since 1970; 0 if unknown
    quint64 waiting = 0;                ///< how many chunks it has not acknowledged yet
    std::optional<quint32> userId = {}; ///< whose process it is, or was: the owner of its owner file
    bool judged = true;                 ///< as ProducerStatus::judged
};

/// What is on disk for a bus now, beside the chunks that a Consumer reads.
struct FILEBUS_EXPORT BusInspection {
    quint64 historyChunks = 0;           ///< how many chunks the history holds
    qint64 historyBytes = 0;             ///< total size of their files
    QList<qint64> recentTimes;           ///< when the last of them, at most nine, were written, in ns since 1970, ascending
    std::optional<Chunk> newest;         ///< the chunk on the bus, if there is one and it can be read
    QList<ProducerStatus> producers;     ///< those that run or were killed, and the one that published the newest chunk
    QList<SubscriberStatus> subscribers; ///< the lossless consumers, and the named subscriptions that nobody holds now

    Error error = Error::NoError; ///< of the first thing that could not be read; all else is there all the same
    QString errorString;          ///< in words, with the remedy; empty without an error

    /// Inspects the bus @p fileName (a path, as raw bytes). A bus that does not exist is empty, which is no error; a path that
    /// names no file is Error::InvalidName. What vanishes while it is being read counts as absent.
    ///
    /// Writes nothing, and waits for no lock. It tries a shared flock(2) on each owner file, for a moment, to see whether that
    /// process lives (FORMAT.md, "Owner files"). It lists the history and every inbox, and reads the newest chunk, up to 64 MiB,
    /// into memory: on a large history or a slow file system that takes time, and on a hung one it blocks. Any thread; needs no
    /// event loop.
    static BusInspection of(const QByteArray &fileName);
};

} // namespace FileBus
