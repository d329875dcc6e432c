// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>
#include <filebus/export.h>

#include <QtCore/QList>

#include <optional>

namespace FileBus
{

/// A process that publishes, or published, on a bus. The info is what that process says of itself.
struct ProducerStatus {
    ProducerInfo info;                  ///< its pid is 0 if it is not known
    bool alive = false;                 ///< it is alive, or that cannot be decided
    std::optional<quint32> userId = {}; ///< whose process it is, by the owner of its file, as Chunk::userId() reports it

    /// The user who published the newest chunk in the name of this producer, if that user is not userId: a forgery, or a chunk
    /// that was completed by a copy (Chunk::userId()).
    std::optional<quint32> claimedBy = {};

    /// False if this process cannot decide whether it is alive: it is on another host, or its file may not be read.
    bool judged = true;
};

/// A lossless consumer of a bus, or the subscription that one left.
struct SubscriberStatus {
    QString name;                       ///< empty for a consumer that chose none
    qint64 pid = 0;                     ///< of the consumer that holds the subscription, or held it last; 0 if unknown
    QString host;                       ///< the same
    QString program;                    ///< the same
    bool alive = false;                 ///< whether it holds it now, or that cannot be decided
    qint64 since = 0;                   ///< when it took the subscription, in nanoseconds since 1970; 0 if unknown
    quint64 waiting = 0;                ///< how many chunks it has not taken yet
    std::optional<quint32> userId = {}; ///< whose process it is, or was, by the owner of its file
    bool judged = true;                 ///< as for a producer
};

/// What lies on the disk of a bus now, beside the chunks that a Consumer reads. Taking it writes nothing and slows nobody.
struct FILEBUS_EXPORT BusInspection {
    quint64 historyChunks = 0;           ///< how many chunks the history holds
    qint64 historyBytes = 0;             ///< size of their files
    QList<qint64> recentTimes;           ///< when the last of them, at most nine, were written, in ns since 1970, ascending
    std::optional<Chunk> newest;         ///< the chunk on the bus, if there is one that can be read
    QList<ProducerStatus> producers;     ///< those that live or were killed, and the one of the newest chunk
    QList<SubscriberStatus> subscribers; ///< the lossless consumers

    /// @p fileName: path of the bus, as bytes.
    static BusInspection of(const QByteArray &fileName);
};

} // namespace FileBus
