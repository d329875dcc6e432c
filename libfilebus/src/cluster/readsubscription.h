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

/// A short-lived consumer on the servers, from a given number of a stream on, and the subscription that pulls its chunks into a
/// queue. It does not go on by itself after an interruption: then it is complete, and another one is to be made.
class ReadSubscription
{
public:
    struct From {
        QUuid streamId;
        quint64 sequence = 1;
        qint64 usualSize = 0; ///< of a chunk, as far as known
    };

    /// Makes both; null if the stream is no longer there. The calls block, like those of ClusterBus.
    static Result<std::unique_ptr<ReadSubscription>> make(const ClusterConnection &connection, const ClusterBus &bus,
                                                          const From &from, const std::shared_ptr<IncomingChunks> &chunks);
    /// Waits until libnats no longer calls back, briefly. The server forgets the consumer after a while.
    ~ReadSubscription();
    ReadSubscription(const ReadSubscription &) = delete;
    ReadSubscription &operator=(const ReadSubscription &) = delete;

    /// Whether nothing more comes. IncomingChunks::poke() tells of it.
    bool isComplete() const;
    /// Ends the delivery to the queue. Returns the number behind the last chunk that was delivered.
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
