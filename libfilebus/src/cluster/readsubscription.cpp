// SPDX-License-Identifier: Apache-2.0
#include "cluster/readsubscription.h"

#include "base/failure.h"
#include "base/waiting.h"
#include "cluster/chunkmessage.h"
#include "cluster/clusterbus.h"
#include "cluster/clusterconnection.h"
#include "cluster/connectionrecord.h"
#include "cluster/fetchwindow.h"
#include "cluster/incomingchunks.h"
#include "cluster/natsfailure.h"
#include "cluster/natshandle.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto longestFarewell = 1s;
constexpr int heartbeat = 500;          // ms; two missing heartbeats are an interruption
constexpr int longestFetch = 3'600'000; // ms; without a limit, a server refuses heartbeats
constexpr qint64 usualHeader = 512;
constexpr std::chrono::nanoseconds forgottenAfter = 10s; // the server removes a consumer that requests nothing for this long

struct SubscriptionText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ReadSubscription)
};

// Only the server may number the chunks of its stream.
Result<ReceivedChunk> checked(Result<ReceivedChunk> received, const QUuid &streamId)
{
    if (!received || received->chunk.streamId() != streamId || received->chunk.sequence() == received->sequence)
        return received;
    return Failure{Error::CorruptChunk,
                   SubscriptionText::tr("a chunk claims the number %1, but is number %2")
                       .arg(QString::number(received->chunk.sequence()), QString::number(received->sequence))};
}

jsConsumerConfig configuration(const QByteArray &name, quint64 sequence)
{
    jsConsumerConfig config;
    jsConsumerConfig_Init(&config);
    config.Name = name.constData();
    config.DeliverPolicy = js_DeliverByStartSequence;
    config.OptStartSeq = sequence;
    config.AckPolicy = js_AckNone;
    config.MaxDeliver = 1;
    config.MemoryStorage = true;
    config.Replicas = 1;
    config.InactiveThreshold = forgottenAfter.count();
    return config;
}

} // namespace

/// The data of the callbacks of libnats; lives until the last callback.
class ReadSubscription::Delivery
{
public:
    Delivery(const QUuid &streamId, quint64 next, const FetchWindow &window, const QString &bus,
             std::shared_ptr<IncomingChunks> chunks)
        : m_streamId(streamId)
        , m_bus(bus)
        , m_chunks(std::move(chunks))
        , m_number(m_chunks->beginDelivery())
        , m_next(next)
        , m_window(window)
    { }

    natsStatus subscribe(NatsSubscription &subscription, const NatsSession &session, jsConsumerConfig &config, const char *stream,
                         jsErrCode &code, const std::shared_ptr<Delivery> &self);
    bool isComplete() const
    {
        const std::lock_guard lock(m_mutex);
        return m_isComplete;
    }
    quint64 end();
    void waitUntilReleased();

private:
    static void onMessage(natsConnection *, natsSubscription *, natsMsg *message, void *closure);
    static bool onNextFetch(int *messages, int64_t *bytes, natsSubscription *, void *closure);
    static void onComplete(natsConnection *, natsSubscription *, natsStatus, void *closure);
    static void onReleased(void *closure);
    void take(natsMsg *message);
    void noteDelivered(quint64 sequence);

    const QUuid m_streamId;
    const QString m_bus;
    const std::shared_ptr<IncomingChunks> m_chunks;
    const IncomingChunks::Delivery m_number;

    mutable std::mutex m_mutex;
    std::condition_variable m_released;
    quint64 m_next;
    bool m_isComplete = false;
    bool m_isReleased = false;

    FetchWindow m_window; ///< of the callbacks
};

void ReadSubscription::Delivery::onMessage(natsConnection *, natsSubscription *, natsMsg *message, void *closure)
{
    const NatsMessage owner(message);
    (*static_cast<std::shared_ptr<Delivery> *>(closure))->take(message);
}

bool ReadSubscription::Delivery::onNextFetch(int *messages, int64_t *bytes, natsSubscription *, void *closure)
{
    *bytes = 0; // no limit
    *messages = (*static_cast<std::shared_ptr<Delivery> *>(closure))->m_window.next();
    return *messages > 0;
}

// The subscription has ended by itself.
void ReadSubscription::Delivery::onComplete(natsConnection *, natsSubscription *, natsStatus, void *closure)
{
    const auto &self = *static_cast<std::shared_ptr<Delivery> *>(closure);
    {
        const std::lock_guard lock(self->m_mutex);
        self->m_isComplete = true;
    }
    self->m_chunks->poke();
}

// Always the last callback.
void ReadSubscription::Delivery::onReleased(void *closure)
{
    const std::unique_ptr<std::shared_ptr<Delivery>> owner(static_cast<std::shared_ptr<Delivery> *>(closure));
    const auto &self = *owner;
    {
        const std::lock_guard lock(self->m_mutex);
        self->m_isComplete = self->m_isReleased = true;
    }
    self->m_released.notify_all();
    self->m_chunks->poke();
}

// A damaged chunk keeps its number, which is then missing.
void ReadSubscription::Delivery::take(natsMsg *message)
{
    m_window.noteSize(natsMsg_GetDataLength(message) + usualHeader);
    const Result<ReceivedChunk> received = checked(ChunkMessage::decode(message, m_streamId), m_streamId);
    if (received) {
        if (m_chunks->push(m_number, *received))
            noteDelivered(received->sequence);
    } else {
        Failure failure = received.failure();
        failure.text = SubscriptionText::tr("%1: %2; it counts as lost").arg(m_bus, failure.text);
        m_chunks->push(m_number, failure);
    }
}

void ReadSubscription::Delivery::noteDelivered(quint64 sequence)
{
    const std::lock_guard lock(m_mutex);
    m_next = std::max(m_next, sequence + 1);
}

quint64 ReadSubscription::Delivery::end()
{
    m_chunks->endDelivery();
    const std::lock_guard lock(m_mutex);
    return m_next;
}

void ReadSubscription::Delivery::waitUntilReleased()
{
    std::unique_lock lock(m_mutex);
    m_released.wait_for(lock, longestFarewell, [this] { return m_isReleased; });
}

// Binds to an existing consumer: libnats would remove a consumer that it has created itself, with a request in the thread of the
// callbacks, which takes seconds while there is no leader. If the subscription has already ended, nothing reports the end of its
// callbacks, so their data is never freed.
natsStatus ReadSubscription::Delivery::subscribe(NatsSubscription &subscription, const NatsSession &session,
                                                 jsConsumerConfig &config, const char *stream, jsErrCode &code,
                                                 const std::shared_ptr<Delivery> &self)
{
    auto closure = std::make_unique<std::shared_ptr<Delivery>>(self);
    jsOptions options;
    jsOptions_Init(&options);
    options.Wait = usualWait.count();
    options.PullSubscribeAsync.Heartbeat = heartbeat;
    options.PullSubscribeAsync.Timeout = longestFetch;
    options.PullSubscribeAsync.NextHandler = onNextFetch;
    options.PullSubscribeAsync.NextHandlerClosure = closure.get();
    options.PullSubscribeAsync.CompleteHandler = onComplete;
    options.PullSubscribeAsync.CompleteHandlerClosure = closure.get();
    jsSubOptions binding;
    jsSubOptions_Init(&binding);
    binding.Stream = stream;
    binding.Consumer = config.Name;
    binding.Config = config; // libnats compares it
    const natsStatus status = receive(subscription, js_PullSubscribeAsync, session.jetStream, nullptr, nullptr, onMessage,
                                      static_cast<void *>(closure.get()), &options, &binding, &code);
    if (status != NATS_OK)
        return status;
    void *const shared = closure.release();
    if (natsSubscription_SetOnCompleteCB(subscription.get(), onReleased, shared) != NATS_OK)
        onComplete(nullptr, nullptr, NATS_OK, shared);
    return NATS_OK;
}

// The consumer belongs to the stream with that id only if the id was the same before and after it was created.
Result<std::unique_ptr<ReadSubscription>> ReadSubscription::make(const ClusterConnection &connection, const ClusterBus &bus,
                                                                 const From &from, const std::shared_ptr<IncomingChunks> &chunks)
{
    const std::optional<NatsSession> session = connection.session();
    if (!session)
        return NatsFailure::ofInterruption(connection.place(bus.shown()));
    const QByteArray stream = bus.streamName();
    const QByteArray name = "filebus-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    jsConsumerConfig config = configuration(name, from.sequence);
    jsOptions options;
    jsOptions_Init(&options);
    options.Wait = usualWait.count();
    jsErrCode code{};
    const Clock::time_point begin = Clock::now();
    natsStatus status = js_AddConsumer(nullptr, session->jetStream, stream.constData(), &config, &options, &code);
    if (status != NATS_OK)
        return connection.explain(status, code, begin, bus.shown());
    const Result<std::optional<ClusterBusState>> state = bus.look(connection, usualWait);
    if (!state)
        return state.failure();
    if (!*state || (*state)->id != from.streamId)
        return std::unique_ptr<ReadSubscription>();
    std::unique_ptr<ReadSubscription> made(new ReadSubscription);
    const FetchWindow window(connection.maxPayload().value_or(ClusterBus::largestMessage), from.usualSize);
    made->m_delivery = std::make_shared<Delivery>(from.streamId, from.sequence, window, bus.shown(), chunks);
    status = made->m_delivery->subscribe(made->m_subscription, *session, config, stream.constData(), code, made->m_delivery);
    if (status != NATS_OK)
        return connection.explain(status, code, begin, bus.shown());
    return made;
}

ReadSubscription::~ReadSubscription()
{
    end();
    if (!m_subscription)
        return;
    m_subscription.reset();
    m_delivery->waitUntilReleased();
}

bool ReadSubscription::isComplete() const
{
    return m_delivery->isComplete();
}

quint64 ReadSubscription::end()
{
    return m_delivery->end();
}

} // namespace FileBus
