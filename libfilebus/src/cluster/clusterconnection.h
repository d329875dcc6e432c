// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/waiting.h"
#include "bus/clusteraddress.h"
#include "cluster/connectionrecord.h"
#include "cluster/natsfailure.h"

#include <nats/nats.h>

#include <memory>
#include <optional>

namespace FileBus
{

/// A connection to the servers of a cluster, shared by all buses of a process that have the same servers and credentials. It
/// connects in a thread of its own, and retries for ever while no server answers. It closes when the last user releases it,
/// without blocking. Any thread.
class ClusterConnection
{
public:
    using Job = ConnectionRecord::Job;

    /// The existing connection, or a new one. A connection that was refused tries again.
    static std::shared_ptr<ClusterConnection> to(const ClusterAddress &address);
    ~ClusterConnection();
    ClusterConnection(const ClusterConnection &) = delete;
    ClusterConnection &operator=(const ClusterConnection &) = delete;

    ConnectionState state() const { return m_record->state(); }
    /// Why it is not connected; Error::NoError if no attempt has failed yet. Transient unless it is refused.
    Failure failure() const { return m_record->failure(); }
    /// The objects of libnats; nothing while it is not connected. They stay valid as long as this object. They are replaced only
    /// after the connection was refused.
    std::optional<NatsSession> session() const { return m_record->session(); }
    /// Waits until it is connected or refused, at most until @p end.
    ConnectionState waitWhileConnecting(Clock::time_point end) const { return m_record->waitWhileConnecting(end); }
    void tryAgain() { m_record->tryAgain(); }

    /// Runs the blocking calls of libnats: calls @p job in the thread of the connection once that is connected, one job after the
    /// other. A job that fails because the connection is lost may run itself again. If the connection closes first, the job is
    /// destroyed without being called.
    void run(Job job) { m_record->run(std::move(job)); }

    void addObserver(ConnectionObserver *observer) { m_record->addObserver(observer); }
    /// It is not called any more once this returns.
    void removeObserver(ConnectionObserver *observer) { m_record->removeObserver(observer); }

    /// Why a call failed that this thread began at @p begin and has just finished; @p bus is the address of the bus that it
    /// concerned, if any.
    Failure explain(natsStatus status, int code, Clock::time_point begin, const QString &bus = {}) const;
    /// For the texts of failures; @p bus may be empty.
    NatsPlace place(const QString &bus = {}) const;
    /// The maximum size of a message in bytes, headers included; nothing while it is not connected.
    std::optional<qint64> maxPayload() const;

private:
    ClusterConnection(const NatsPlace &place, std::shared_ptr<ConnectionRecord> record);

    const NatsPlace m_place;
    const std::shared_ptr<ConnectionRecord> m_record;
};

} // namespace FileBus
