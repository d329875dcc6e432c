// SPDX-License-Identifier: Apache-2.0
#include "cluster/connectionworker.h"

#include "base/failure.h"
#include "cluster/connectionrecord.h"
#include "cluster/natsfailure.h"
#include "cluster/natshandle.h"

#include <filebus/displaytext.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

#include <algorithm>
#include <csignal>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr int connectTimeout = 2000; // ms, for each server
constexpr auto attemptInterval = 100ms;
constexpr int reconnectInterval = 100; // ms
constexpr int reconnectJitter = 50;    // ms
constexpr int pingInterval = 2000;     // ms; a server that is silent for twice as long counts as gone
constexpr int requestTimeout = 2000;   // ms, by default

// libnats calls back from its own threads, some time after the event that it reports, possibly after the end of the connection.
// It therefore gets a number instead of a pointer, which leads to the record if that still exists.
class Callbacks
{
public:
    struct Party {
        std::weak_ptr<ConnectionRecord> record;
        NatsPlace place;
    };

    static Callbacks &instance()
    {
        static auto &callbacks = *new Callbacks; // callbacks may come while the process ends
        return callbacks;
    }
    void *add(Party party)
    {
        const std::lock_guard lock(m_mutex);
        m_parties.emplace(++m_last, std::move(party));
        return reinterpret_cast<void *>(m_last);
    }
    void remove(void *closure)
    {
        const std::lock_guard lock(m_mutex);
        m_parties.erase(reinterpret_cast<quintptr>(closure));
    }
    Party find(void *closure)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_parties.find(reinterpret_cast<quintptr>(closure));
        return found == m_parties.end() ? Party() : found->second;
    }

private:
    std::mutex m_mutex;
    std::map<quintptr, Party> m_parties;
    quintptr m_last = 0;
};

void onDisconnected(natsConnection *, void *closure)
{
    const Callbacks::Party party = Callbacks::instance().find(closure);
    if (const auto record = party.record.lock())
        record->interrupted(NatsFailure::ofInterruption(party.place));
}

void onReconnected(natsConnection *, void *closure)
{
    if (const auto record = Callbacks::instance().find(closure).record.lock())
        record->reconnected();
}

// libnats gives up only if a server no longer accepts the credentials.
void onClosed(natsConnection *connection, void *closure)
{
    const Callbacks::Party party = Callbacks::instance().find(closure);
    const auto record = party.record.lock();
    if (!record)
        return;
    const char *text = nullptr;
    const natsStatus status = natsConnection_GetLastError(connection, &text);
    record->attemptFailed(NatsFailure::ofConnecting({status, 0, QString::fromUtf8(text), {}}, party.place));
}

// Reports what belongs to no call, such as missing permissions.
void onError(natsConnection *, natsSubscription *, natsStatus status, void *closure)
{
    const auto record = Callbacks::instance().find(closure).record.lock();
    if (record && status == NATS_NOT_PERMITTED)
        record->noteViolation(NatsError::ofLastCall(status).text);
}

// libnats makes the process ignore SIGPIPE, but the program decides about that; the threads of libnats get no signals anyway.
void openLibrary()
{
    static std::once_flag opened;
    std::call_once(opened, [] {
        struct sigaction before{};
        sigaction(SIGPIPE, nullptr, &before);
        nats_Open(-1);
        sigaction(SIGPIPE, &before, nullptr);
    });
}

std::vector<const char *> pointers(const QByteArrayList &texts)
{
    std::vector<const char *> result;
    std::transform(texts.begin(), texts.end(), std::back_inserter(result),
                   [](const QByteArray &text) { return text.constData(); });
    return result;
}

} // namespace

NatsPlace ConnectionTarget::place() const
{
    QStringList hosts;
    for (const QByteArray &server : servers)
        hosts.append(displayText(server, server.size()));
    return {hosts.join(u", "), {}, credentials.shown(), 0};
}

ConnectionWorker::ConnectionWorker(const ConnectionTarget &target, std::shared_ptr<ConnectionRecord> record)
    : m_target(target)
    , m_record(std::move(record))
    , m_closure(Callbacks::instance().add({m_record, m_target.place()}))
{ }

ConnectionWorker::~ConnectionWorker()
{
    Callbacks::instance().remove(m_closure);
}

void ConnectionWorker::run()
{
    openLibrary();
    while (!m_record->isStopped()) {
        if (m_record->state() == ConnectionState::Refused)
            m_record->waitWhileRefused();
        else if (m_record->state() == ConnectionState::Connecting)
            connectOrPause();
        else if (const ConnectionRecord::Job job = m_record->takeJob())
            job({m_connection.get(), m_jetStream.get()});
    }
}

void ConnectionWorker::connectOrPause()
{
    retire();
    const Outcome connected = connect();
    if (connected) {
        m_record->connected({m_connection.get(), m_jetStream.get()});
        return;
    }
    m_record->attemptFailed(connected.failure());
    m_record->pause(attemptInterval);
}

// The old connection may still be in use.
void ConnectionWorker::retire()
{
    if (m_connection)
        m_retired.emplace_back(std::move(m_connection), std::move(m_jetStream));
}

Outcome ConnectionWorker::connect()
{
    if (const Outcome readable = m_target.credentials.check(); !readable)
        return readable;
    NatsOptions options;
    natsStatus status = receive(options, natsOptions_Create);
    if (status == NATS_OK)
        status = setOptions(options.get());
    if (status == NATS_OK)
        status = receive(m_connection, natsConnection_Connect, options.get());
    jsOptions usual;
    jsOptions_Init(&usual);
    usual.Wait = requestTimeout;
    if (status == NATS_OK)
        status = receive(m_jetStream, natsConnection_JetStream, m_connection.get(), &usual);
    if (status == NATS_OK)
        return done();
    const Failure failure = NatsFailure::ofConnecting(NatsError::ofLastCall(status), m_target.place());
    m_connection.reset();
    return failure;
}

// Nothing is buffered here while there is no connection: unsent messages stay with their senders. After the first connection,
// libnats tries to reconnect for ever, unless the server refuses the credentials twice.
natsStatus ConnectionWorker::setOptions(natsOptions *options) const
{
    std::vector<const char *> servers = pointers(m_target.servers);
    const QByteArray name = "filebus/" + QByteArray::number(QCoreApplication::applicationPid());
    for (const natsStatus status : {
             natsOptions_SetServers(options, servers.data(), static_cast<int>(servers.size())),
             natsOptions_SetName(options, name.constData()),
             natsOptions_SetTimeout(options, connectTimeout),
             natsOptions_SetMaxReconnect(options, -1),
             natsOptions_SetReconnectWait(options, reconnectInterval),
             natsOptions_SetReconnectJitter(options, reconnectJitter, reconnectJitter),
             natsOptions_SetReconnectBufSize(options, 0),
             natsOptions_SetFailRequestsOnDisconnect(options, true),
             natsOptions_SetSendAsap(options, true), // otherwise another thread sends, up to a millisecond later
             natsOptions_SetPingInterval(options, pingInterval),
             natsOptions_SetMaxPingsOut(options, 2),
             m_target.isSecure ? natsOptions_SetSecure(options, true)
                               : NATS_OK, // the scheme alone permits an unencrypted connection
             m_target.credentials.apply(options),
             setCallbacks(options),
         }) {
        if (status != NATS_OK)
            return status;
    }
    return NATS_OK;
}

natsStatus ConnectionWorker::setCallbacks(natsOptions *options) const
{
    for (const natsStatus status : {
             natsOptions_SetDisconnectedCB(options, onDisconnected, m_closure),
             natsOptions_SetReconnectedCB(options, onReconnected, m_closure),
             natsOptions_SetClosedCB(options, onClosed, m_closure),
             natsOptions_SetErrorHandler(options, onError, m_closure),
         }) {
        if (status != NATS_OK)
            return status;
    }
    return NATS_OK;
}

} // namespace FileBus
