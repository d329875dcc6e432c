// SPDX-License-Identifier: Apache-2.0
#include "cluster/clusterreader.h"

#include "base/failure.h"
#include "bus/step.h"
#include "cluster/clusterbus.h"
#include "cluster/clusterconnection.h"
#include "cluster/connectionrecord.h"
#include "cluster/detachedthread.h"
#include "cluster/incomingchunks.h"
#include "cluster/readposition.h"
#include "cluster/readsubscription.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <optional>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto retryInterval = 50ms;
constexpr auto longInterval = 1s; // events end it earlier

struct ReaderText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ClusterReader)
};

// Any other failure may be temporary.
bool isFinal(const Failure &why)
{
    return !why.isTransient
        && (why.error == Error::PermissionDenied || why.error == Error::NotABus || why.error == Error::NotSupported
            || why.error == Error::InvalidName);
}

Failure putBackFailure(const QString &bus, quint64 newest)
{
    return {Error::PutBack,
            ReaderText::tr("%1 was put back to an earlier state; its newest number is %2, and later numbers are reused")
                .arg(bus, QString::number(newest))};
}

} // namespace

void ClusterReader::start(const Task &task, const std::shared_ptr<IncomingChunks> &chunks)
{
    const std::shared_ptr<ClusterReader> reader(new ClusterReader(task, chunks));
    DetachedThread::start([reader] { reader->run(); });
}

ClusterReader::ClusterReader(const Task &task, std::shared_ptr<IncomingChunks> chunks)
    : m_task(task)
    , m_chunks(std::move(chunks))
    , m_connection(ClusterConnection::to(task.address))
    , m_bus(task.address, task.shownAddress)
    , m_position(task.start)
{ }

void ClusterReader::run()
{
    m_connection->addObserver(this);
    while (!m_chunks->isStopped() && !m_isAtStandstill) {
        if (begin())
            waitForInterruption();
    }
    m_connection->removeObserver(this);
}

// Subscribes again after an interruption only when there is room in the queue: chunks that a slow consumer has no room for would
// only have to be sent again.
bool ClusterReader::begin()
{
    m_chunks->waitForRoom();
    m_isInterrupted = false;
    if (const Outcome connected = awaitConnection(); !connected)
        return fail(connected.failure());
    m_wasConnected = true;
    const Result<std::optional<ClusterBusState>> found = m_bus.look(*m_connection, ReadSubscription::usualWait);
    if (!found)
        return fail(found.failure());
    if (!*found) {
        m_position.sawNoBus();
        noteSuccess();
        m_chunks->pause(m_task.interval);
        return false;
    }
    const ClusterBusState &state = **found;
    tellBeginning(m_position.sawBus(state));
    const qint64 usualSize = static_cast<qint64>(state.bytes / std::max<quint64>(state.chunks, 1));
    auto made = ReadSubscription::make(*m_connection, m_bus, {m_position.streamId(), m_position.next(), usualSize}, m_chunks);
    if (!made)
        return fail(made.failure());
    noteSuccess();
    m_subscription = std::move(*made);
    return m_subscription != nullptr;
}

void ClusterReader::noteSuccess()
{
    m_grace.reset();
    m_reported.clear();
}

void ClusterReader::tellBeginning(ReadPosition::Change change)
{
    if (change == ReadPosition::Change::PutBack)
        m_chunks->push(putBackFailure(m_bus.shown(), m_position.newest()));
    if (change != ReadPosition::Change::None)
        m_chunks->push(ReadBeginning{m_position.streamId(), m_position.next(), m_position.newest()});
}

Outcome ClusterReader::awaitConnection() const
{
    if (m_connection->session())
        return done();
    Failure failure = m_connection->failure();
    failure.isTransient = m_connection->state() != ConnectionState::Refused;
    return failure;
}

bool ClusterReader::fail(const Failure &why)
{
    if (isFinal(why)) {
        m_isAtStandstill = true;
        m_chunks->push(Standstill{why});
        return false;
    }
    if (isWorthReporting(why) && std::exchange(m_reported, why.text) != why.text)
        m_chunks->push(why);
    m_chunks->pause(why.isTransient && m_connection->session() ? retryInterval : longInterval);
    return false;
}

// While servers elect a leader or restart, nothing is wrong yet. A server that was never reached is worth a report at once.
bool ClusterReader::isWorthReporting(const Failure &why)
{
    if (why.error == Error::NoError)
        return false;
    const bool maySoonPass = why.error == Error::LockTimeout || (m_wasConnected && !m_connection->session());
    return !maySoonPass || m_grace.isOver();
}

void ClusterReader::waitForInterruption()
{
    while (!m_chunks->isStopped() && !m_subscription->isComplete() && !m_isInterrupted)
        m_chunks->pause(longInterval);
    const quint64 next = m_subscription->end();
    if (next > m_position.next())
        m_position.advance(next - 1);
    m_subscription.reset();
}

// Requests end with the connection.
void ClusterReader::connectionChanged()
{
    if (m_connection->state() != ConnectionState::Connected)
        m_isInterrupted = true;
    m_chunks->poke();
}

} // namespace FileBus
