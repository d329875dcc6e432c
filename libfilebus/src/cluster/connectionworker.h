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

/// Whom to connect to, and as whom.
struct ConnectionTarget {
    QByteArrayList servers;
    bool isSecure = false;
    ClusterCredentials credentials;

    NatsPlace place() const;
};

/// The thread of one connection: connects, again and again until it succeeds, then does the jobs. Owns the connection of libnats,
/// which makes itself again whenever it is lost.
class ConnectionWorker
{
public:
    ConnectionWorker(const ConnectionTarget &target, std::shared_ptr<ConnectionRecord> record);
    ~ConnectionWorker();

    /// Returns when the record says stop.
    void run();

private:
    Outcome connect();
    natsStatus setOptions(natsOptions *options) const;
    natsStatus setCallbacks(natsOptions *options) const;
    void connectOrPause();
    void retire();

    ConnectionTarget m_target;
    std::shared_ptr<ConnectionRecord> m_record;
    void *m_closure;                                             ///< by which the callbacks of libnats find the record
    std::vector<std::pair<NatsConnection, JetStream>> m_retired; ///< closed for good by a server that refused the credentials
    NatsConnection m_connection;
    JetStream m_jetStream;
};

} // namespace FileBus
