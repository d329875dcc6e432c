// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/graceperiod.h"
#include "bus/clusteraddress.h"
#include "bus/startpoint.h"
#include "cluster/clusterbus.h"
#include "cluster/clusterconnection.h"
#include "cluster/connectionrecord.h"
#include "cluster/incomingchunks.h"
#include "cluster/readposition.h"
#include "cluster/readsubscription.h"

#include <QtCore/QString>

#include <atomic>
#include <chrono>
#include <memory>

namespace FileBus
{

/// Reads a bus into a queue, in a thread of its own that ends some time after the queue is stopped. Waits for servers that cannot
/// be reached, and for a bus that does not exist. After any interruption it continues after the last chunk. It reports an
/// obstacle once; one that only an intervention can remove is a standstill.
class ClusterReader final : private ConnectionObserver
{
public:
    struct Task {
        ClusterAddress address;
        QString shownAddress;
        StartPoint start;
        std::chrono::milliseconds interval; ///< how often to look for a bus that does not exist
    };

    static void start(const Task &task, const std::shared_ptr<IncomingChunks> &chunks);

private:
    ClusterReader(const Task &task, std::shared_ptr<IncomingChunks> chunks);

    void run();
    bool begin();
    bool fail(const Failure &why);
    void noteSuccess();
    bool isWorthReporting(const Failure &why);
    Outcome awaitConnection() const;
    void tellBeginning(ReadPosition::Change change);
    void waitForInterruption();
    void connectionChanged() override;

    Task m_task;
    std::shared_ptr<IncomingChunks> m_chunks;
    std::shared_ptr<ClusterConnection> m_connection;
    ClusterBus m_bus;
    ReadPosition m_position;
    std::unique_ptr<ReadSubscription> m_subscription;
    std::atomic<bool> m_isInterrupted = false;
    bool m_isAtStandstill = false;
    bool m_wasConnected = false;
    GracePeriod m_grace; ///< for failures that usually pass by themselves
    QString m_reported;
};

} // namespace FileBus
