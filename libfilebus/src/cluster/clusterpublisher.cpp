// SPDX-License-Identifier: Apache-2.0
#include "cluster/clusterpublisher.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/logging.h"
#include "base/waiting.h"
#include "bus/publishsettings.h"
#include "cluster/clusterbus.h"
#include "cluster/clusterconnection.h"
#include "cluster/connectionrecord.h"
#include "cluster/detachedthread.h"
#include "cluster/natsfailure.h"
#include "cluster/natshandle.h"
#include "cluster/outgoingchunks.h"
#include "cluster/publishanswer.h"

#include <filebus/error.h>

#include <algorithm>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr std::chrono::milliseconds retryInterval = 20ms;
constexpr std::chrono::milliseconds longestPause = 1s; // a new connection ends it earlier
constexpr int noMessageFound = 10037;

QByteArrayView dataOf(natsMsg *message)
{
    return {natsMsg_GetData(message), natsMsg_GetDataLength(message)};
}

} // namespace

void ClusterPublisher::start(const Task &task, const std::shared_ptr<OutgoingChunks> &chunks)
{
    const std::shared_ptr<ClusterPublisher> publisher(new ClusterPublisher(task, chunks));
    DetachedThread::start([publisher] { publisher->run(); });
}

ClusterPublisher::ClusterPublisher(const Task &task, std::shared_ptr<OutgoingChunks> chunks)
    : m_chunks(std::move(chunks))
    , m_connection(ClusterConnection::to(task.address))
    , m_bus(task.address, task.shownAddress)
    , m_subject(m_bus.subjectOf(task.producer.id))
    , m_message(m_subject, task.producer)
    , m_window(task.firstNumber)
{ }

void ClusterPublisher::run()
{
    m_connection->addObserver(this);
    for (OutgoingChunks::Work work; m_chunks->waitForWork(work);)
        advance(work);
    m_connection->removeObserver(this);
}

void ClusterPublisher::advance(const OutgoingChunks::Work &work)
{
    if (std::exchange(m_isAtStandstill, false))
        m_connection->tryAgain();
    const Outcome outcome = step(work);
    if (outcome)
        return;
    if (outcome.failure().isTransient) {
        m_chunks->noteObstacle(outcome.failure());
        m_chunks->pause(m_connection->session() ? retryInterval : longestPause);
    } else {
        m_isAtStandstill = true;
        m_chunks->noteStandstill(outcome.failure());
    }
}

Outcome ClusterPublisher::step(const OutgoingChunks::Work &work)
{
    if (const Outcome connected = awaitConnection(); !connected)
        return connected;
    if (work.preparation)
        return prepare(*work.preparation);
    if (m_window.next() == PublishWindow::Next::Ask)
        return ask();
    return send(work.payload);
}

Outcome ClusterPublisher::awaitConnection() const
{
    if (m_connection->session())
        return done();
    const Failure failure = m_connection->failure();
    if (failure.error != Error::NoError)
        return failure;
    return NatsFailure::ofConnecting({NATS_TIMEOUT, 0, QString::fromUtf8(natsStatus_GetText(NATS_TIMEOUT)), {}},
                                     m_connection->place());
}

Outcome ClusterPublisher::prepare(const HistoryBounds &history)
{
    const Result<ClusterBusState> state = m_bus.prepare(*m_connection, history);
    if (!state)
        return state.failure();
    m_streamId = state->id;
    m_chunks->notePrepared(history, sizeLimit());
    return done();
}

// Asks the leader, not just any replica: one that lags would not know a chunk that is stored.
Outcome ClusterPublisher::ask()
{
    const std::optional<NatsSession> session = m_connection->session();
    const auto wait = m_window.patienceOfQuestion();
    const Result<std::optional<ClusterBusState>> state = m_bus.look(*m_connection, wait);
    if (!state || !session) {
        m_window.unanswered();
        return state ? NatsFailure::ofInterruption(m_connection->place(m_bus.shown())) : state.failure();
    }
    if (!*state) { // the bus was removed
        m_chunks->noteUnprepared();
        return done();
    }
    m_streamId = (*state)->id; // the bus may have been removed and created again

    const Clock::time_point begin = Clock::now();
    jsOptions options;
    jsOptions_Init(&options);
    options.Wait = wait.count();
    NatsMessage newest;
    jsErrCode code{};
    const natsStatus status = receive(newest, js_GetLastMsg, session->jetStream, m_bus.streamName().constData(),
                                      m_subject.constData(), &options, &code);
    const bool isNone = status == NATS_NOT_FOUND || code == noMessageFound;
    if (status != NATS_OK && !isNone) {
        m_window.unanswered();
        return m_connection->explain(status, code, begin, m_bus.shown());
    }
    if (m_window.found(isNone ? 0 : ChunkMessage::numberOf(newest.get()), isNone ? 0 : natsMsg_GetSequence(newest.get())))
        tellPublished();
    return done();
}

OutgoingChunks::SizeLimit ClusterPublisher::sizeLimit() const
{
    return {std::min(m_connection->maxPayload().value_or(ClusterBus::largestMessage), ClusterBus::largestMessage),
            m_message.largestHeader()};
}

// The producer may be connected to another server by now, which accepts less.
Outcome ClusterPublisher::checkSize(qint64 payload) const
{
    const OutgoingChunks::SizeLimit limit = sizeLimit();
    if (payload + limit.headers <= limit.largestMessage)
        return done();
    return NatsFailure::ofLargeChunk(payload + limit.headers, limit.largestMessage, m_connection->place(m_bus.shown()));
}

Outcome ClusterPublisher::send(const QByteArray &payload)
{
    const std::optional<NatsSession> session = m_connection->session();
    if (!session)
        return NatsFailure::ofInterruption(m_connection->place(m_bus.shown()));
    if (const Outcome fits = checkSize(payload.size()); !fits)
        return fits;
    const Clock::time_point begin = Clock::now();
    natsStatus status = m_answers.isOpen(session->connection) ? NATS_OK : m_answers.open(session->connection);
    if (status != NATS_OK)
        return m_connection->explain(status, 0, begin, m_bus.shown());

    NatsMessage answer;
    const NatsMessage message = m_message.encode(payload, wallClock(), m_window.number(), m_window.expected(), m_answers.next());
    status = message ? natsConnection_PublishMsg(session->connection, message.get()) : NATS_NO_MEMORY;
    if (status == NATS_OK)
        status = m_answers.wait(answer, m_window.patience(payload.size()));
    if (status == NATS_OK)
        return evaluate(answer.get());
    m_window.unanswered();
    qCInfo(logProducer).noquote() << m_bus.shown() << "has not confirmed chunk" << m_window.number()
                                  << "of this producer:" << natsStatus_GetText(status);
    return m_connection->explain(status, 0, begin, m_bus.shown());
}

Outcome ClusterPublisher::evaluate(natsMsg *answer)
{
    const PublishAnswer read = PublishAnswer::parse(dataOf(answer));
    if (m_window.answered(read))
        tellPublished();
    if (read.code == 0 || read.isWrongPredecessor())
        return done();
    return NatsFailure::ofUsing({NATS_ERR, read.code, read.text, {}}, m_connection->place(m_bus.shown()));
}

void ClusterPublisher::tellPublished()
{
    m_chunks->notePublished(m_window.lastSequence(), m_streamId);
}

} // namespace FileBus
