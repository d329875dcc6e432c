// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "cluster/clusterbus.h"
#include "cluster/clusterconnection.h"
#include "cluster/incomingchunks.h"
#include "cluster/natshandle.h"

#include <QtCore/QUuid>

#include <chrono>
#include <memory>

namespace FileBus
{

/// A short-lived consumer on the servers that begins at a given number of a stream, and the subscription that pulls its chunks
/// into a queue. It does not continue after an interruption: it is then complete, and must be replaced by another one.
class ReadSubscription
{
public:
    struct From {
        QUuid streamId;
        quint64 sequence = 1;
        qint64 usualSize = 0; ///< of a chunk; 0 if unknown
    };

    /// Creates both; null if the stream no longer exists. Blocks, like the functions of ClusterBus.
    static Result<std::unique_ptr<ReadSubscription>> make(const ClusterConnection &connection, const ClusterBus &bus,
                                                          const From &from, const std::shared_ptr<IncomingChunks> &chunks);
    /// Waits briefly until libnats no longer calls back. The server removes the consumer after a while.
    ~ReadSubscription();
    ReadSubscription(const ReadSubscription &) = delete;
    ReadSubscription &operator=(const ReadSubscription &) = delete;

    /// Whether no more chunks will come; announced by IncomingChunks::poke().
    bool isComplete() const;
    /// Ends the delivery to the queue. Returns the number after that of the last chunk delivered.
    quint64 end();

    /// How long the servers may take to answer, each time.
    static constexpr std::chrono::milliseconds usualWait{500};

private:
    class Delivery;

    ReadSubscription() = default;

    std::shared_ptr<Delivery> m_delivery; ///< shared with the callbacks
    NatsSubscription m_subscription;
};

} // namespace FileBus
