// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "directoryalarm.h"
#include "logging.h"
#include "publisher.h"

#include <QtCore/QAbstractEventDispatcher>
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
    /// All is done; the lock is taken; consumers are awaited; it cannot be done.
    enum Attempt { Done, Busy, Waiting, Failed };
    enum Ending { NotAsked, Asked, Said };

    explicit ProducerPrivate(Producer *producer);

    void makePublisher();
    void configure();
    Attempt attempt(const QByteArray &payload);
    Attempt stageAndCommit(const QByteArray &payload);
    Attempt commitPatiently();
    Attempt flush();
    Attempt sayEnd();
    Attempt awaitTaken();
    Attempt advance();
    Attempt advanceUntil(const QDeadlineTimer &end, std::chrono::milliseconds timeout, Attempt (ProducerPrivate::*step)());
    void askForRoom(Publisher::Commit reason);
    void tellWaiting(Publisher::Commit reason);
    void retry();
    void wait(Attempt attempted);
    bool reportTimeout();
    void failForLock(std::chrono::milliseconds waited);
    void failForConsumers(std::chrono::milliseconds waited);
    Attempt fail(const Failure &why);
    bool check(const QByteArray &payload);

    Producer *q;
    QByteArray nativeFileName;
    ProducerInfo info = describeThisProcess();
    std::chrono::milliseconds lockTimeout = 10s;
    SpoolBounds historyBounds;
    bool lossless = false;
    quint64 awaitedConsumers = 1;
    quint64 window = 64;
    std::optional<Publisher> publisher;
    QQueue<QByteArray> pending;
    Ending ending = NotAsked;
    bool toldWaiting = false;
    QTimer retryTimer;
    DirectoryAlarm alarm;
    QDeadlineTimer lockDeadline;
    Failure failure;
};

ProducerPrivate::ProducerPrivate(Producer *producer)
    : q(producer)
{
    retryTimer.setTimerType(Qt::PreciseTimer);
    retryTimer.setInterval(retryInterval);
    QObject::connect(&retryTimer, &QTimer::timeout, q, [this] { retry(); });
    alarm.setInterval(100ms);
    QObject::connect(&alarm, &DirectoryAlarm::rang, q, [this] { retry(); });
}

void ProducerPrivate::makePublisher()
{
    publisher.emplace(nativeFileName, info);
    publisher->setLossless(lossless, awaitedConsumers);
    configure();
}

void ProducerPrivate::configure()
{
    if (!publisher)
        return;
    publisher->setHistoryBounds(historyBounds);
    publisher->setWindow(window);
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

// Whoever asks to be told of room must look once more: it may have come just before.
ProducerPrivate::Attempt ProducerPrivate::commitPatiently()
{
    bool asked = false;
    for (const QDeadlineTimer end(patience, Qt::PreciseTimer);;) {
        const Result<Publisher::Commit> commit = publisher->commit();
        if (!commit)
            return fail(commit.failure());
        if (*commit == Publisher::Published)
            return Done;
        if (*commit == Publisher::Locked) {
            if (end.hasExpired())
                return Busy;
            std::this_thread::sleep_for(glance);
        } else if (std::exchange(asked, true)) {
            tellWaiting(*commit);
            return Waiting;
        } else {
            askForRoom(*commit);
        }
    }
}

void ProducerPrivate::askForRoom(Publisher::Commit reason)
{
    if (reason == Publisher::TooFewConsumers)
        alarm.ask(publisher->bus().inboxesDirectory(), DirectoryAlarm::SomethingComes);
    for (const QByteArray &inbox : publisher->full())
        alarm.ask(inbox, DirectoryAlarm::SomethingLeaves);
}

void ProducerPrivate::tellWaiting(Publisher::Commit reason)
{
    if (std::exchange(toldWaiting, true))
        return;
    if (reason == Publisher::TooFewConsumers)
        qCInfo(logProducer) << "waiting for lossless consumers, until there are" << awaitedConsumers;
    for (const QByteArray &inbox : publisher->full())
        qCInfo(logProducer).noquote() << "waiting for room in" << shownPath(inbox);
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
        if (const Attempt attempted = attempt(pending.head()); attempted != Done)
            return attempted;
        pending.dequeue();
        toldWaiting = false;
        lockDeadline.setRemainingTime(lockTimeout);
        Q_EMIT q->published(publisher->lastSequence());
    }
    return Done;
}

ProducerPrivate::Attempt ProducerPrivate::sayEnd()
{
    if (!publisher)
        makePublisher();
    Result<Publisher::Commit> said = publisher->end();
    if (said && *said == Publisher::TooFewConsumers) {
        askForRoom(*said);
        said = publisher->end(); // as one may have come just before
    }
    if (!said)
        return fail(said.failure());
    if (*said == Publisher::TooFewConsumers) {
        tellWaiting(*said);
        return Waiting;
    }
    if (*said == Publisher::Locked)
        return Busy;
    ending = Said;
    Q_EMIT q->ended();
    return Done;
}

ProducerPrivate::Attempt ProducerPrivate::awaitTaken()
{
    for (const QByteArray &inbox : publisher->notTaken())
        alarm.ask(inbox, DirectoryAlarm::SomethingLeaves);
    if (!publisher->notTaken().isEmpty())
        return Waiting;
    ending = NotAsked;
    Q_EMIT q->drained();
    return Done;
}

// As far as it goes without waiting.
ProducerPrivate::Attempt ProducerPrivate::advance()
{
    if (const Attempt flushed = flush(); flushed != Done)
        return flushed;
    if (ending == Asked) {
        if (const Attempt said = sayEnd(); said != Done)
            return said;
    }
    return ending == Said ? awaitTaken() : Done;
}

void ProducerPrivate::wait(Attempt attempted)
{
    if (attempted == Busy && !retryTimer.isActive()) {
        lockDeadline.setRemainingTime(lockTimeout);
        if (QAbstractEventDispatcher::instance()) // else waitForPublished() will be called
            retryTimer.start();
    } else if (attempted != Busy) {
        retryTimer.stop();
    }
    if (attempted == Waiting)
        alarm.start();
    else
        alarm.stop();
}

void ProducerPrivate::retry()
{
    const Attempt advanced = advance();
    wait(advanced);
    if (advanced == Failed || (advanced == Busy && reportTimeout()))
        Q_EMIT q->errorOccurred(failure.error, failure.text);
}

// The same where no event loop does it.
ProducerPrivate::Attempt ProducerPrivate::advanceUntil(const QDeadlineTimer &end, std::chrono::milliseconds timeout,
                                                       Attempt (ProducerPrivate::*step)())
{
    lockDeadline.setRemainingTime(lockTimeout);
    while (true) {
        const Attempt advanced = (this->*step)();
        if (advanced == Done || advanced == Failed)
            return advanced;
        if (advanced == Busy && reportTimeout())
            return Failed;
        if (end.hasExpired()) {
            advanced == Busy ? failForLock(timeout) : failForConsumers(timeout);
            return Failed;
        }
        if (advanced == Busy)
            std::this_thread::sleep_for(retryInterval); // flock(2) cannot wait with a time-out
        else
            alarm.wait(end);
    }
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

void ProducerPrivate::failForConsumers(std::chrono::milliseconds waited)
{
    const QByteArrayList full = publisher->full();
    const QString whom = full.isEmpty()
        ? Producer::tr("too few consumers are subscribed to %1").arg(shownPath(publisher->bus().path()))
        : Producer::tr("the consumer of %1 takes nothing").arg(shownPath(full.constFirst()));
    fail({Error::ConsumerTimeout,
          Producer::tr("%1, for %2 s now; start it, or wait longer")
              .arg(whom)
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
    d->ending = ProducerPrivate::NotAsked;
    d->wait(ProducerPrivate::Done);
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
    d->configure();
}

bool Producer::isLossless() const
{
    return d->lossless;
}

void Producer::setLossless(bool lossless)
{
    d->lossless = lossless;
    d->publisher.reset();
}

quint64 Producer::awaitedConsumers() const
{
    return d->awaitedConsumers;
}

void Producer::setAwaitedConsumers(quint64 consumers)
{
    d->awaitedConsumers = consumers;
    d->publisher.reset();
}

quint64 Producer::window() const
{
    return d->window;
}

void Producer::setWindow(quint64 chunks)
{
    d->window = std::max<quint64>(chunks, 1);
    d->configure();
}

void Producer::setFileMonitoring(bool enabled)
{
    d->alarm.setFileMonitoring(enabled);
}

void Producer::setSleepInterval(std::chrono::milliseconds interval)
{
    d->alarm.setInterval(std::max(interval, 1ms));
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
        if (!d->retryTimer.isActive() && !d->alarm.isActive()) // given up after an error
            d->wait(ProducerPrivate::Busy);
        return true;
    }
    d->ending = ProducerPrivate::NotAsked;
    const ProducerPrivate::Attempt attempted = d->attempt(payload);
    if (attempted == ProducerPrivate::Done) {
        Q_EMIT published(d->publisher->lastSequence());
    } else if (attempted == ProducerPrivate::Failed) {
        d->publisher->discard();
    } else {
        d->pending.enqueue(payload);
        d->wait(attempted);
    }
    return attempted != ProducerPrivate::Failed;
}

qsizetype Producer::pendingChunks() const
{
    return d->pending.size();
}

namespace
{

QDeadlineTimer deadline(std::chrono::milliseconds timeout)
{
    return timeout < 0ms ? QDeadlineTimer(QDeadlineTimer::Forever) : QDeadlineTimer(timeout);
}

} // namespace

bool Producer::waitForPublished(std::chrono::milliseconds timeout)
{
    const auto advanced = d->advanceUntil(deadline(timeout), timeout, &ProducerPrivate::flush);
    if (advanced == ProducerPrivate::Done && d->ending == ProducerPrivate::NotAsked)
        d->wait(advanced);
    return advanced == ProducerPrivate::Done;
}

void Producer::end()
{
    d->ending = ProducerPrivate::Asked;
    if (d->pending.isEmpty())
        QMetaObject::invokeMethod(this, [this] { d->retry(); }, Qt::QueuedConnection);
}

bool Producer::waitForDrained(std::chrono::milliseconds timeout)
{
    const auto advanced = d->advanceUntil(deadline(timeout), timeout, &ProducerPrivate::advance);
    if (advanced == ProducerPrivate::Done)
        d->wait(advanced);
    return advanced == ProducerPrivate::Done;
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
