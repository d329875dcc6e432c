// SPDX-License-Identifier: Apache-2.0
#include "cluster/clusterconnection.h"

#include "base/failure.h"
#include "base/waiting.h"
#include "bus/clusteraddress.h"
#include "cluster/clustercredentials.h"
#include "cluster/connectionrecord.h"
#include "cluster/connectionworker.h"
#include "cluster/detachedthread.h"
#include "cluster/natsfailure.h"

#include <QtCore/QByteArray>

#include <map>
#include <mutex>
#include <utility>

namespace FileBus
{

namespace
{

// The connections of this process, by servers and credentials.
struct Connections {
    std::mutex mutex;
    std::map<QByteArray, std::weak_ptr<ClusterConnection>> known;

    static Connections &instance()
    {
        static auto &connections = *new Connections; // needed as long as anyone may release a connection
        return connections;
    }
};

QByteArray keyOf(const ConnectionTarget &target)
{
    return target.servers.join('\0') + '\0' + target.credentials.key();
}

} // namespace

ClusterConnection::ClusterConnection(const NatsPlace &place, std::shared_ptr<ConnectionRecord> record)
    : m_place(place)
    , m_record(std::move(record))
{ }

ClusterConnection::~ClusterConnection()
{
    m_record->stop();
}

std::shared_ptr<ClusterConnection> ClusterConnection::to(const ClusterAddress &address)
{
    const ConnectionTarget target{address.servers(), address.isSecure, ClusterCredentials(address)};
    Connections &connections = Connections::instance();
    const std::lock_guard lock(connections.mutex);
    std::erase_if(connections.known, [](const auto &entry) { return entry.second.expired(); });
    std::weak_ptr<ClusterConnection> &known = connections.known[keyOf(target)];
    if (auto connection = known.lock()) {
        connection->tryAgain();
        return connection;
    }
    const auto record = std::make_shared<ConnectionRecord>();
    std::shared_ptr<ClusterConnection> connection(new ClusterConnection(target.place(), record));
    DetachedThread::start([target, record] { ConnectionWorker(target, record).run(); });
    known = connection;
    return connection;
}

NatsPlace ClusterConnection::place(const QString &bus) const
{
    NatsPlace place = m_place;
    place.bus = bus;
    place.maxPayload = maxPayload().value_or(0);
    return place;
}

std::optional<qint64> ClusterConnection::maxPayload() const
{
    const std::optional<NatsSession> current = session();
    return current ? std::optional<qint64>(natsConnection_GetMaxPayload(current->connection)) : std::nullopt;
}

// A timeout may be caused by a missing permission, which is reported only to the error handler.
Failure ClusterConnection::explain(natsStatus status, int code, Clock::time_point begin, const QString &bus) const
{
    NatsError error = NatsError::ofLastCall(status, code);
    error.violation = m_record->violationSince(begin);
    return NatsFailure::ofUsing(error, place(bus));
}

} // namespace FileBus
