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

/// A connection to the servers of a cluster. All buses of a process share it that have the same servers and credentials. It
/// connects in a thread of its own, and for ever: a server that is not there yet, or was there, is tried again until it answers.
/// It closes when the last one lets go of it, without holding anybody up. Any thread.
class ClusterConnection
{
public:
    using Job = ConnectionRecord::Job;

    /// The one that exists, or a new one. One that was refused tries again.
    static std::shared_ptr<ClusterConnection> to(const ClusterAddress &address);
    ~ClusterConnection();
    ClusterConnection(const ClusterConnection &) = delete;
    ClusterConnection &operator=(const ClusterConnection &) = delete;

    ConnectionState state() const { return m_record->state(); }
    /// Why it is not connected; Error::NoError if no attempt has failed yet. Transient unless it is refused.
    Failure failure() const { return m_record->failure(); }
    /// What libnats needs. Nothing while it is not connected. The two objects stay valid as long as this; others take their place
    /// only after the connection was refused.
    std::optional<NatsSession> session() const { return m_record->session(); }
    /// Waits until it is connected or refused, at most until @p end.
    ConnectionState waitWhileConnecting(Clock::time_point end) const { return m_record->waitWhileConnecting(end); }
    void tryAgain() { m_record->tryAgain(); }

    /// Makes the blocking calls of libnats: @p job is called in the thread of the connection as soon as that is connected, one
    /// after the other. A job that fails because the connection is lost may run itself again. If the connection closes before,
    /// the job is destroyed without being called.
    void run(Job job) { m_record->run(std::move(job)); }

    void addObserver(ConnectionObserver *observer) { m_record->addObserver(observer); }
    /// It is not called any more once this returns.
    void removeObserver(ConnectionObserver *observer) { m_record->removeObserver(observer); }

    /// Why a call failed that this thread has just made, having begun at @p begin; on the bus of that address, if one is
    /// concerned.
    Failure explain(natsStatus status, int code, Clock::time_point begin, const QString &bus = {}) const;
    /// For the texts of failures, about a bus or none.
    NatsPlace place(const QString &bus = {}) const;
    /// How many bytes payload and headers of a message may have; nothing while it is not connected.
    std::optional<qint64> maxPayload() const;

private:
    ClusterConnection(const NatsPlace &place, std::shared_ptr<ConnectionRecord> record);

    const NatsPlace m_place;
    const std::shared_ptr<ConnectionRecord> m_record;
};

} // namespace FileBus
