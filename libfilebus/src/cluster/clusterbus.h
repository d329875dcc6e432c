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

/// The state of a bus, as reported by the servers.
struct ClusterBusState {
    QUuid id;                  ///< of the stream; a bus that was removed and created again has another id, and begins at 1
    quint64 firstSequence = 1; ///< of the oldest chunk; lastSequence + 1 if there is none
    quint64 lastSequence = 0;  ///< of the newest chunk ever published
    quint64 chunks = 0;
    quint64 bytes = 0; ///< that the chunks take up on a server
    int replicas = 1;
    HistoryBounds history;
};

/// A bus on the servers: a JetStream stream, identified by its name. Its functions block: call them only in the thread of the
/// connection, or in a thread that does nothing else. Without a connection they fail at once, with a transient failure.
class ClusterBus
{
public:
    static constexpr auto formatKey = "filebus.format"; ///< in the metadata of the stream: "1"
    static constexpr auto streamKey = "filebus.stream"; ///< its id
    static constexpr int format = 1;
    /// Of the payload and the headers of one chunk. A record of 32 MiB, which a server of 2.10 accepts, destroys the stream.
    static constexpr qint64 largestMessage = qint64(31) << 20;
    /// How long the servers may take to answer while the stream has a leader.
    static constexpr std::chrono::milliseconds usualWait{2000};

    explicit ClusterBus(const ClusterAddress &address, const QString &shownAddress);

    QByteArray streamName() const; ///< FB_NAME
    QByteArray subjects() const;   ///< fb.NAME.in.*
    QByteArray subjectOf(const QUuid &producer) const;
    const QString &shown() const { return m_shown; }

    /// Nothing if the bus does not exist yet. Error::NotABus if a stream of another program has its name.
    Result<std::optional<ClusterBusState>> look(const ClusterConnection &connection,
                                                std::chrono::milliseconds wait = usualWait) const;
    /// Creates the bus, or sets the bounds of the history of an existing one.
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
