// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "cluster/clustercredentials.h"
#include "cluster/connectionrecord.h"
#include "cluster/natsfailure.h"
#include "cluster/natshandle.h"

#include <QtCore/QByteArrayList>

#include <memory>
#include <utility>
#include <vector>

namespace FileBus
{

/// The servers to connect to, and the credentials to use.
struct ConnectionTarget {
    QByteArrayList servers;
    bool isSecure = false;
    ClusterCredentials credentials;

    NatsPlace place() const;
};

/// The thread of one connection: tries to connect until it succeeds, then runs the jobs. Owns the connection of libnats, which
/// reconnects by itself whenever it is lost.
class ConnectionWorker
{
public:
    ConnectionWorker(const ConnectionTarget &target, std::shared_ptr<ConnectionRecord> record);
    ~ConnectionWorker();

    /// Returns when the record is stopped.
    void run();

private:
    Outcome connect();
    natsStatus setOptions(natsOptions *options) const;
    natsStatus setCallbacks(natsOptions *options) const;
    void connectOrPause();
    void retire();

    ConnectionTarget m_target;
    std::shared_ptr<ConnectionRecord> m_record;
    void *m_closure;                                             ///< identifies the record in the callbacks of libnats
    std::vector<std::pair<NatsConnection, JetStream>> m_retired; ///< closed permanently after a server refused the credentials
    NatsConnection m_connection;
    JetStream m_jetStream;
};

} // namespace FileBus
