// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "publisher.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDeadlineTimer>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QQueue>
#include <QtCore/QSysInfo>
#include <QtCore/QTimer>

#include <thread>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

// The lock is held for microseconds: first look again at once, a few times, then from the event loop.
constexpr auto patience = 500us;
constexpr auto glance = 20us;
constexpr auto retryInterval = 1ms;
constexpr qsizetype longestText = 255;

ProducerInfo describeThisProcess()
{
    const QFileInfo program(QFile::symLinkTarget(QStringLiteral("/proc/self/exe")));
    return {QUuid::createUuid(), QCoreApplication::applicationPid(),
            QSysInfo::machineHostName().first(std::min(QSysInfo::machineHostName().size(), longestText)),
            program.fileName().left(longestText)};
}

} // namespace

class ProducerPrivate
{
public:
    enum Attempt { Published, Busy, Failed };

    explicit ProducerPrivate(Producer *producer);

    void makePublisher();
    Attempt attempt(const QByteArray &payload);
    Attempt stageAndCommit(const QByteArray &payload);
    Attempt commitPatiently();
    Attempt flush();
    void retry();
    void wait();
    bool reportTimeout();
    void failForLock(std::chrono::milliseconds waited);
    Attempt fail(const Failure &why);
    bool check(const QByteArray &payload);

    Producer *q;
    QByteArray nativeFileName;
    ProducerInfo info = describeThisProcess();
    std::chrono::milliseconds lockTimeout = 10s;
    SpoolBounds historyBounds;
    std::optional<Publisher> publisher;
    QQueue<QByteArray> pending;
    quint64 lastSequence = 0;
    QTimer retryTimer;
    QDeadlineTimer lockDeadline;
    Failure failure;
};

ProducerPrivate::ProducerPrivate(Producer *producer)
    : q(producer)
{
    retryTimer.setTimerType(Qt::PreciseTimer);
    retryTimer.setInterval(retryInterval);
    QObject::connect(&retryTimer, &QTimer::timeout, q, [this] { retry(); });
}

void ProducerPrivate::makePublisher()
{
    publisher.emplace(nativeFileName, info);
    publisher->setHistoryBounds(historyBounds);
}

ProducerPrivate::Attempt ProducerPrivate::fail(const Failure &why)
{
    failure = why;
    return Failed;
}

bool ProducerPrivate::check(const QByteArray &payload)
{
    if (payload.size() <= Chunk::maximumPayloadSize)
        return true;
    fail({Error::ChunkTooLarge,
          Producer::tr("a chunk of %1 bytes cannot be published; the most is %2")
              .arg(payload.size())
              .arg(Chunk::maximumPayloadSize)});
    return false;
}

ProducerPrivate::Attempt ProducerPrivate::commitPatiently()
{
    for (const QDeadlineTimer end(patience, Qt::PreciseTimer);; std::this_thread::sleep_for(glance)) {
        const Result<std::optional<quint64>> sequence = publisher->commit();
        if (!sequence)
            return fail(sequence.failure());
        if (*sequence) {
            lastSequence = **sequence;
            return Published;
        }
        if (end.hasExpired())
            return Busy;
    }
}

ProducerPrivate::Attempt ProducerPrivate::attempt(const QByteArray &payload)
{
    if (!publisher)
        makePublisher();
    const Attempt attempted = stageAndCommit(payload);
    // Somebody removed X.d while the chunk was in it: once more, in a new one.
    return attempted == Failed && failure.error == Error::DirectoryMissing ? stageAndCommit(payload) : attempted;
}

ProducerPrivate::Attempt ProducerPrivate::stageAndCommit(const QByteArray &payload)
{
    if (!publisher->hasStaged()) {
        if (const Outcome staged = publisher->stage(payload); !staged)
            return fail(staged.failure());
    }
    return commitPatiently();
}

ProducerPrivate::Attempt ProducerPrivate::flush()
{
    while (!pending.isEmpty()) {
        if (const Attempt attempted = attempt(pending.head()); attempted != Published)
            return attempted;
        pending.dequeue();
        lockDeadline.setRemainingTime(lockTimeout);
        Q_EMIT q->published(lastSequence);
    }
    return Published;
}

void ProducerPrivate::wait()
{
    lockDeadline.setRemainingTime(lockTimeout);
    retryTimer.start();
}

void ProducerPrivate::retry()
{
    const Attempt flushed = flush();
    if (flushed != Busy)
        retryTimer.stop();
    if (flushed == Failed || (flushed == Busy && reportTimeout()))
        Q_EMIT q->errorOccurred(failure.error, failure.text);
}

// True if the lock was awaited for so long that it must be said, once for each time-out.
bool ProducerPrivate::reportTimeout()
{
    if (!lockDeadline.hasExpired())
        return false;
    lockDeadline.setRemainingTime(lockTimeout);
    failForLock(lockTimeout);
    return true;
}

void ProducerPrivate::failForLock(std::chrono::milliseconds waited)
{
    fail({Error::LockTimeout,
          Producer::tr("%1 holds %2, and has not let go for %3 s; end that process, or let it go on")
              .arg(publisher->lock().holder(), shownPath(publisher->bus().lockPath()))
              .arg(std::chrono::duration<double>(waited).count())});
}

Producer::Producer(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<ProducerPrivate>(this))
{ }

Producer::Producer(const QString &fileName, QObject *parent)
    : Producer(parent)
{
    setFileName(fileName);
}

Producer::~Producer() = default;

QString Producer::fileName() const
{
    return shownPath(d->nativeFileName);
}

void Producer::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

void Producer::setNativeFileName(const QByteArray &fileName)
{
    d->nativeFileName = BusFile(fileName).path();
    d->publisher.reset();
    d->pending.clear();
    d->retryTimer.stop();
}

std::chrono::milliseconds Producer::lockTimeout() const
{
    return d->lockTimeout;
}

void Producer::setLockTimeout(std::chrono::milliseconds timeout)
{
    d->lockTimeout = timeout;
}

quint64 Producer::historyChunks() const
{
    return d->historyBounds.chunks;
}

qint64 Producer::historyBytes() const
{
    return d->historyBounds.bytes;
}

void Producer::setHistory(quint64 chunks, qint64 bytes)
{
    d->historyBounds = {chunks, bytes};
    if (d->publisher)
        d->publisher->setHistoryBounds(d->historyBounds);
}

bool Producer::open()
{
    d->makePublisher();
    const Outcome opened = d->publisher->open();
    if (!opened)
        d->fail(opened.failure());
    return bool(opened);
}

bool Producer::publish(const QByteArray &payload)
{
    if (!d->check(payload))
        return false;
    if (!d->pending.isEmpty()) {
        d->pending.enqueue(payload);
        if (!d->retryTimer.isActive()) // given up after an error
            d->wait();
        return true;
    }
    const ProducerPrivate::Attempt attempted = d->attempt(payload);
    if (attempted == ProducerPrivate::Busy) {
        d->pending.enqueue(payload);
        d->wait();
    } else if (attempted == ProducerPrivate::Published) {
        Q_EMIT published(d->lastSequence);
    }
    return attempted != ProducerPrivate::Failed;
}

qsizetype Producer::pendingChunks() const
{
    return d->pending.size();
}

bool Producer::waitForPublished(std::chrono::milliseconds timeout)
{
    const QDeadlineTimer end = timeout < 0ms ? QDeadlineTimer(QDeadlineTimer::Forever) : QDeadlineTimer(timeout);
    while (true) {
        const ProducerPrivate::Attempt flushed = d->flush();
        const bool gaveUp = flushed == ProducerPrivate::Busy && d->reportTimeout();
        if (flushed == ProducerPrivate::Busy && !gaveUp && !end.hasExpired()) {
            std::this_thread::sleep_for(retryInterval); // flock(2) cannot wait with a time-out
            continue;
        }
        if (flushed == ProducerPrivate::Busy && !gaveUp)
            d->failForLock(timeout);
        if (flushed == ProducerPrivate::Published)
            d->retryTimer.stop();
        return flushed == ProducerPrivate::Published;
    }
}

ProducerInfo Producer::info() const
{
    return d->info;
}

QUuid Producer::streamId() const
{
    return d->publisher ? d->publisher->streamId() : QUuid();
}

Error Producer::error() const
{
    return d->failure.error;
}

QString Producer::errorString() const
{
    return d->failure.text;
}

} // namespace FileBus
