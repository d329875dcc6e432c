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
    ProducerInfo info;                  ///< how the process describes itself; pid is 0 if unknown
    bool alive = false;                 ///< the process runs, or that cannot be decided (see judged)
    std::optional<quint32> userId = {}; ///< whose process it is: the owner of its owner file; ids as in Chunk::userId()

    /// The user who published the newest chunk in the name of this producer, if that is not userId: the chunk is a forgery, or a
    /// copy that another producer made to complete it (see Chunk::userId()).
    std::optional<quint32> claimedBy = {};

    /// Whether it could be decided if the process runs. Not if it is on another host, or if its owner file cannot be read.
    bool judged = true;
};

/// A lossless consumer of a bus, or the subscription that a consumer left behind.
struct SubscriberStatus {
    QString name;                       ///< empty if the subscription has none
    qint64 pid = 0;                     ///< of the consumer that holds the subscription, or held it last; 0 if unknown
    QString host;                       ///< of that consumer; see ProducerInfo::host
    QString program;                    ///< of that consumer; see ProducerInfo::program
    bool alive = false;                 ///< the consumer runs and holds the subscription, or that cannot be decided (see judged)
    qint64 since = 0;                   ///< when it subscribed, in nanoseconds since 1970; 0 if unknown
    quint64 waiting = 0;                ///< how many chunks it has not acknowledged
    std::optional<quint32> userId = {}; ///< whose process it is or was: the owner of its owner file
    bool judged = true;                 ///< see ProducerStatus::judged
};

/// What is on disk, or on the servers of a cluster, for a bus now, apart from the chunks that a Consumer reads.
struct FILEBUS_EXPORT BusInspection {
    quint64 historyChunks = 0;   ///< how many chunks the history holds
    qint64 historyBytes = 0;     ///< total size of their files; on a cluster, what they take up on a server
    QList<qint64> recentTimes;   ///< when the newest of them (at most nine) were published, in nanoseconds since 1970, ascending
    std::optional<Chunk> newest; ///< the chunk on the bus, if there is one and it can be read
    QList<ProducerStatus> producers;     ///< those that run or were killed, and the one that published the newest chunk
    QList<SubscriberStatus> subscribers; ///< lossless consumers, and named subscriptions that nobody holds now

    Error error = Error::NoError; ///< the first thing that could not be read; everything else is still filled in
    QString errorString;          ///< its text, with the remedy; empty without an error

    /// Inspects the bus at the path @p fileName (raw bytes). A bus that does not exist is empty, which is not an error. A path
    /// that cannot name a file is Error::InvalidName. Files that vanish meanwhile count as absent.
    ///
    /// Writes nothing, and waits for no lock. It takes a shared flock(2) on each owner file for a moment, to see whether the
    /// process lives (FORMAT.md, "Owner files"). It lists the history and every inbox, and reads the newest chunk (up to 64 MiB)
    /// into memory. This takes time with a large history or a slow file system, and blocks on a hung one. Any thread; needs no
    /// event loop.
    ///
    /// @p fileName can also be the address of a bus on a cluster. Then this asks the servers, and blocks for a few seconds at
    /// most. Only the producer of the newest chunk is known; whether it runs cannot be decided. User ids are unknown, and there
    /// are no subscribers.
    static BusInspection of(const QByteArray &fileName);
};

} // namespace FileBus
