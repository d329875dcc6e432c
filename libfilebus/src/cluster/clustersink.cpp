// SPDX-License-Identifier: Apache-2.0
#include "cluster/clustersink.h"

#include "base/eventloop.h"
#include "base/failure.h"
#include "base/waiting.h"
#include "bus/publishsettings.h"
#include "cluster/clusterbus.h"
#include "cluster/clusterpublisher.h"
#include "cluster/natsfailure.h"
#include "cluster/outgoingchunks.h"

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/format.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>

#include <algorithm>
#include <optional>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

struct SinkText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Producer)
};

constexpr std::chrono::milliseconds shortestPatience = 10ms; // if obstacles are to be reported at once
constexpr std::chrono::milliseconds longestTimer = 24h;

} // namespace

ClusterSink::ClusterSink(const ClusterPublisher::Task &task)
    : m_task(task)
    , m_patienceTimer(this)
{
    m_patienceTimer.setSingleShot(true);
    connect(&m_patienceTimer, &QTimer::timeout, this, &ClusterSink::collect);
}

ClusterSink::~ClusterSink()
{
    letGo();
}

void ClusterSink::configure(const PublishSettings &settings)
{
    m_settings = settings;
    if (m_chunks)
        m_chunks->prepare(m_settings.history);
}

bool ClusterSink::fail(const Failure &why)
{
    m_failure = why;
    return why.error == Error::NoError;
}

Outcome ClusterSink::checkSettings() const
{
    if (m_settings.format == Format::Raw)
        return Failure{Error::NotSupported,
                       SinkText::tr("%1 cannot be in the raw format; omit that option, or use a file").arg(m_task.shownAddress)};
    if (m_settings.lossless)
        return Failure{
            Error::NotSupported,
            SinkText::tr("%1 cannot be lossless in this version; omit that option, or use a file").arg(m_task.shownAddress)};
    return done();
}

// As long as the limit of the servers is unknown, they may still refuse the chunk later.
Outcome ClusterSink::checkSize(qint64 payload) const
{
    const auto known = m_chunks ? m_chunks->sizeLimit() : std::nullopt;
    const OutgoingChunks::SizeLimit limit = known.value_or(OutgoingChunks::SizeLimit{ClusterBus::largestMessage, 0});
    if (payload + limit.headers <= limit.largestMessage)
        return done();
    return NatsFailure::ofLargeChunk(payload + limit.headers, limit.largestMessage, {{}, m_task.shownAddress, {}, 0});
}

void ClusterSink::begin()
{
    if (!m_chunks) {
        m_chunks = std::make_shared<OutgoingChunks>();
        m_chunks->setWake([this] { QMetaObject::invokeMethod(this, &ClusterSink::collect, Qt::QueuedConnection); });
        m_chunks->prepare(m_settings.history);
        ClusterPublisher::start(m_task, m_chunks);
    }
    m_chunks->resume();
}

// The chunk in flight may or may not be stored.
void ClusterSink::letGo()
{
    if (m_chunks) {
        m_chunks->setWake({});
        m_chunks->stop();
        m_chunks.reset();
    }
    m_untold.clear();
    m_unpublished = 0;
    m_isEnding = false;
    m_patienceTimer.stop();
}

bool ClusterSink::open()
{
    if (const Outcome possible = checkSettings(); !possible)
        return fail(possible.failure());
    begin();
    return waitUntil(&ClusterSink::isPrepared, m_settings.lockTimeout);
}

bool ClusterSink::close(std::chrono::milliseconds timeout)
{
    if (!waitForDrained(timeout))
        return false;
    letGo();
    return true;
}

void ClusterSink::abort()
{
    letGo();
}

bool ClusterSink::publish(const QByteArray &payload)
{
    if (const Outcome possible = checkSettings(); !possible)
        return fail(possible.failure());
    if (const Outcome fits = checkSize(payload.size()); !fits)
        return fail(fits.failure());
    m_failure = {};
    begin();
    if (m_unpublished++ == 0) {
        m_isEnding = false;
        restartPatience();
    }
    ++m_task.firstNumber;
    m_chunks->push(payload);
    return true;
}

// The chunk in flight does not count: it only waits for an answer.
qsizetype ClusterSink::pendingChunks() const
{
    const bool isFirstInFlight = m_unpublished > 0 && m_chunks->isPrepared() && !m_chunks->obstacle();
    return m_unpublished - (isFirstInFlight ? 1 : 0);
}

void ClusterSink::end()
{
    m_isEnding = true;
    if (m_unpublished == 0)
        m_postedCollect.post(this, [this] { collect(); });
}

// Announces nothing to the servers, because there are no lossless consumers.
bool ClusterSink::sayEnd()
{
    const QPointer<ClusterSink> self(this);
    if (m_unpublished > 0 || !std::exchange(m_isEnding, false))
        return true;
    Q_EMIT ended();
    if (self)
        Q_EMIT drained();
    return self;
}

// Returns whether this still exists: a slot may have given its producer another bus.
bool ClusterSink::takeReport(std::optional<Failure> &standstill)
{
    const QPointer<ClusterSink> self(this);
    if (m_chunks) {
        const OutgoingChunks::Report report = m_chunks->takeReport();
        standstill = report.standstill;
        for (const quint64 sequence : report.published)
            m_untold.push_back({sequence, report.streamId});
    }
    while (!m_untold.empty()) {
        tellPublished();
        if (!self)
            return false;
    }
    return sayEnd();
}

void ClusterSink::tellPublished()
{
    const Published chunk = m_untold.front();
    m_untold.pop_front();
    --m_unpublished;
    m_streamId = chunk.streamId;
    m_failure = {};
    restartPatience();
    Q_EMIT published(chunk.sequence);
}

// Called by the event loop.
void ClusterSink::collect()
{
    std::optional<Failure> standstill;
    if (!takeReport(standstill))
        return;
    if (standstill)
        tell(*standstill);
    else
        checkPatience();
}

void ClusterSink::tell(const Failure &why)
{
    m_failure = why;
    Q_EMIT errorOccurred(m_failure.error, m_failure.text);
}

void ClusterSink::restartPatience()
{
    m_patienceEnd = endAfter(std::max(m_settings.lockTimeout, shortestPatience));
    startTimer();
}

void ClusterSink::startTimer()
{
    if (m_unpublished == 0 || m_patienceTimer.isActive() || !hasEventLoop())
        return;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_patienceEnd - Clock::now());
    m_patienceTimer.start(std::clamp(left, 0ms, longestTimer));
}

// Reports once per timeout.
void ClusterSink::checkPatience()
{
    if (m_unpublished == 0)
        return;
    if (Clock::now() < m_patienceEnd)
        return startTimer();
    restartPatience();
    if (m_chunks->obstacle())
        tell(stuck(m_settings.lockTimeout));
}

Failure ClusterSink::stuck(std::chrono::milliseconds waited) const
{
    if (const std::optional<Failure> obstacle = m_chunks ? m_chunks->obstacle() : std::nullopt)
        return {obstacle->error, obstacle->text};
    return {Error::LockTimeout,
            SinkText::tr("the servers of %1 have not answered for %2 s; wait longer")
                .arg(m_task.shownAddress, QString::number(std::chrono::duration<double>(waited).count()))};
}

// Does the same without an event loop.
bool ClusterSink::waitUntil(Condition isDone, std::chrono::milliseconds timeout)
{
    const QPointer<ClusterSink> self(this);
    const Clock::time_point end = endAfter(timeout);
    m_failure = {};
    restartPatience();
    while (true) {
        std::optional<Failure> standstill;
        if (!takeReport(standstill))
            return false;
        if ((this->*isDone)())
            return true;
        if (standstill)
            return fail(*standstill);
        const bool isPatienceOver = Clock::now() >= m_patienceEnd && m_chunks->obstacle();
        if (isPatienceOver || Clock::now() >= end)
            return fail(stuck(isPatienceOver ? m_settings.lockTimeout : timeout));
        m_chunks->wait(std::min(end, std::max(m_patienceEnd, Clock::now() + shortestPatience)));
    }
}

bool ClusterSink::waitForPublished(std::chrono::milliseconds timeout)
{
    if (m_chunks)
        m_chunks->resume();
    return waitUntil(&ClusterSink::isPublished, timeout);
}

bool ClusterSink::waitForDrained(std::chrono::milliseconds timeout)
{
    if (m_chunks)
        m_chunks->resume();
    return waitUntil(&ClusterSink::isDrained, timeout);
}

} // namespace FileBus
