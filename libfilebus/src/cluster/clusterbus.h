// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/waiting.h"
#include "bus/clusteraddress.h"
#include "bus/publishsettings.h"
#include "cluster/clusterconnection.h"
#include "cluster/natsfailure.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QUuid>

#include <nats/nats.h>

#include <chrono>
#include <optional>

namespace FileBus
{

/// What the servers say of a bus.
struct ClusterBusState {
    QUuid id;                  ///< of the stream; another one if the bus was removed and made again, which then begins at 1
    quint64 firstSequence = 1; ///< of the oldest chunk; behind the last one if there is none
    quint64 lastSequence = 0;  ///< of the newest chunk that there ever was
    quint64 chunks = 0;
    quint64 bytes = 0; ///< that the chunks take on a server
    int replicas = 1;
    HistoryBounds history;
};

/// A bus on the servers: a stream of JetStream, by name. The calls block: only in the thread of the connection, or a thread that
/// does nothing else. Each fails at once, and transiently, while there is no connection.
class ClusterBus
{
public:
    static constexpr auto formatKey = "filebus.format"; ///< in the metadata of the stream: "1"
    static constexpr auto streamKey = "filebus.stream"; ///< its id
    static constexpr int format = 1;
    /// Of the payload and the headers of one chunk. A record of 32 MiB, which a server of 2.10 accepts, destroys the stream.
    static constexpr qint64 largestMessage = qint64(31) << 20;
    /// How long a server with a leader may take to answer.
    static constexpr std::chrono::milliseconds usualWait{2000};

    explicit ClusterBus(const ClusterAddress &address, const QString &shownAddress);

    QByteArray streamName() const; ///< FB_NAME
    QByteArray subjects() const;   ///< fb.NAME.in.*
    QByteArray subjectOf(const QUuid &producer) const;
    const QString &shown() const { return m_shown; }

    /// Nothing if the bus has not been made yet. Error::NotABus if somebody else's stream has its name.
    Result<std::optional<ClusterBusState>> look(const ClusterConnection &connection,
                                                std::chrono::milliseconds wait = usualWait) const;
    /// Makes the bus, or gives one that exists this history.
    Result<ClusterBusState> prepare(const ClusterConnection &connection, const HistoryBounds &history) const;

private:
    using Found = Result<std::optional<ClusterBusState>>;

    Result<ClusterBusState> make(const ClusterConnection &connection, const HistoryBounds &history, int replicas) const;
    Result<ClusterBusState> adapt(const ClusterConnection &connection, const ClusterBusState &state,
                                  const HistoryBounds &history) const;
    Result<ClusterBusState> evaluate(const jsStreamInfo &info, const NatsPlace &place) const;

    QByteArray m_name;
    std::optional<int> m_replicas;
    QString m_shown;
};

} // namespace FileBus
