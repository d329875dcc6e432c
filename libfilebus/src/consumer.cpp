// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>

#include "busfollower.h"
#include "busmonitor.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QPointer>

#include <algorithm>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto longestTurn = 10ms; // then the event loop gets its turn, however fast chunks come

} // namespace

class ConsumerPrivate
{
public:
    explicit ConsumerPrivate(Consumer *consumer)
        : q(consumer)
    { }

    void look();
    void lookSoon();
    bool takeStep();
    void stop();

    Consumer *q;
    QByteArray nativeFileName;
    bool fileMonitoring = true;
    std::chrono::milliseconds sleepInterval = 100ms;
    StartPoint startPoint;
    std::unique_ptr<BusMonitor> monitor;
    BusFollower follower;
    bool looking = false;
    quint64 received = 0;
    quint64 lost = 0;
};

// One event may stand for many chunks: look until there is nothing new. Whoever receives a chunk may stop or delete the consumer.
void ConsumerPrivate::look()
{
    if (looking || !monitor)
        return;
    const QPointer<Consumer> alive(q);
    const QDeadlineTimer end(longestTurn, Qt::PreciseTimer);
    looking = true;
    bool more = true;
    while (more && !end.hasExpired()) {
        more = takeStep();
        if (!alive)
            return;
        more = more && monitor;
    }
    looking = false;
    if (more)
        lookSoon();
}

void ConsumerPrivate::lookSoon()
{
    QMetaObject::invokeMethod(q, [this] { look(); }, Qt::QueuedConnection);
}

// Emits at most one signal, last of all, because the consumer may be gone after it. False if there was nothing new.
bool ConsumerPrivate::takeStep()
{
    const BusFollower::Step step = follower.next();
    if (const auto *chunk = std::get_if<Chunk>(&step)) {
        ++received;
        Q_EMIT q->chunkReceived(*chunk);
    } else if (const auto *loss = std::get_if<Loss>(&step)) {
        lost += loss->count;
        Q_EMIT q->chunksLost(loss->firstSequence, loss->count);
    } else if (const auto *failure = std::get_if<Failure>(&step)) {
        Q_EMIT q->errorOccurred(failure->error, failure->text);
        return false;
    }
    return step.index() != 0;
}

// The monitor may be the one that is calling us.
void ConsumerPrivate::stop()
{
    if (!monitor)
        return;
    monitor->stop();
    monitor.release()->deleteLater();
}

Consumer::Consumer(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<ConsumerPrivate>(this))
{ }

Consumer::Consumer(const QString &fileName, QObject *parent)
    : Consumer(parent)
{
    setFileName(fileName);
}

Consumer::~Consumer()
{
    d->stop();
}

QString Consumer::fileName() const
{
    return shownPath(d->nativeFileName);
}

void Consumer::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

void Consumer::setNativeFileName(const QByteArray &fileName)
{
    d->nativeFileName = BusFile(fileName).path();
}

bool Consumer::isFileMonitoring() const
{
    return d->fileMonitoring;
}

void Consumer::setFileMonitoring(bool enabled)
{
    d->fileMonitoring = enabled;
}

std::chrono::milliseconds Consumer::sleepInterval() const
{
    return d->sleepInterval;
}

void Consumer::setSleepInterval(std::chrono::milliseconds interval)
{
    d->sleepInterval = std::max(interval, 1ms);
}

void Consumer::setStart(Start start)
{
    switch (start) {
    case Start::Last:
        d->startPoint = {StartPoint::Last};
        break;
    case Start::New:
        d->startPoint = {StartPoint::New};
        break;
    case Start::All:
        d->startPoint = {StartPoint::All};
        break;
    }
}

void Consumer::setStartSequence(quint64 sequence)
{
    d->startPoint = {StartPoint::AtSequence, std::max<quint64>(sequence, 1)};
}

void Consumer::start()
{
    d->stop();
    d->follower = BusFollower(d->nativeFileName, d->startPoint);
    d->received = d->lost = 0;
    d->monitor = std::make_unique<BusMonitor>(d->follower.bus().directory());
    d->monitor->setFileMonitoring(d->fileMonitoring);
    d->monitor->setInterval(d->sleepInterval);
    connect(d->monitor.get(), &BusMonitor::lookAgain, this, [this] { d->look(); });
    connect(d->monitor.get(), &BusMonitor::reasonForPollingChanged, this, &Consumer::reasonForPollingChanged);
    d->monitor->start();
    d->lookSoon();
}

void Consumer::stop()
{
    d->stop();
}

bool Consumer::isRunning() const
{
    return d->monitor != nullptr;
}

bool Consumer::waitForChunk(std::chrono::milliseconds timeout)
{
    QEventLoop loop;
    bool received = false;
    const auto connection = connect(this, &Consumer::chunkReceived, &loop, [&] {
        received = true;
        loop.quit();
    });
    QTimer deadline;
    deadline.setSingleShot(true);
    connect(&deadline, &QTimer::timeout, &loop, &QEventLoop::quit);
    if (timeout >= 0ms)
        deadline.start(timeout);
    if (!isRunning())
        start();
    loop.exec();
    disconnect(connection);
    return received;
}

quint64 Consumer::receivedChunks() const
{
    return d->received;
}

quint64 Consumer::lostChunks() const
{
    return d->lost;
}

QString Consumer::reasonForPolling() const
{
    return d->monitor ? d->monitor->reasonForPolling() : QString();
}

LossKnowledge Consumer::lossKnowledge() const
{
    return d->follower.lossKnowledge();
}

} // namespace FileBus
