// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>

#include "busmonitor.h"
#include "busreader.h"
#include "sequencetracker.h"

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
    bool takeNext();
    void deliver(const Chunk &chunk);

    Consumer *q;
    QByteArray nativeFileName;
    bool fileMonitoring = true;
    std::chrono::milliseconds sleepInterval = 100ms;
    std::unique_ptr<BusMonitor> monitor;
    BusReader reader;
    SequenceTracker tracker;
    bool looking = false;
    quint64 received = 0;
    quint64 lost = 0;
};

// One event may stand for many chunks: look until there is nothing new. Whoever receives a chunk may stop or delete the consumer.
void ConsumerPrivate::look()
{
    if (looking)
        return;
    const QPointer<Consumer> alive(q);
    const QDeadlineTimer end(longestTurn, Qt::PreciseTimer);
    looking = true;
    bool more = true;
    while (more && !end.hasExpired()) {
        more = takeNext();
        if (!alive)
            return;
        more = more && monitor;
    }
    looking = false;
    if (more)
        QMetaObject::invokeMethod(
            q,
            [this] {
                if (monitor)
                    look();
            },
            Qt::QueuedConnection);
}

bool ConsumerPrivate::takeNext()
{
    const Result<std::optional<Chunk>> chunk = reader.look();
    if (!chunk)
        Q_EMIT q->errorOccurred(chunk.failure().error, chunk.failure().text);
    else if (*chunk)
        deliver(**chunk);
    return chunk && *chunk;
}

void ConsumerPrivate::deliver(const Chunk &chunk)
{
    if (chunk.isNumbered()) {
        const SequenceTracker::Step step = tracker.advance(chunk.streamId(), chunk.sequence());
        if (!step.isNew)
            return;
        if (step.missing > 0) {
            lost += step.missing;
            const QPointer<Consumer> alive(q);
            Q_EMIT q->chunksLost(step.firstMissing, step.missing);
            if (!alive || !monitor)
                return;
        }
    }
    ++received;
    Q_EMIT q->chunkReceived(chunk);
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

Consumer::~Consumer() = default;

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

void Consumer::start()
{
    d->reader = BusReader(d->nativeFileName);
    d->tracker = SequenceTracker();
    d->received = d->lost = 0;
    d->monitor = std::make_unique<BusMonitor>(d->reader.bus().directory());
    d->monitor->setFileMonitoring(d->fileMonitoring);
    d->monitor->setInterval(d->sleepInterval);
    // Queued: start() returns before the first chunk comes, and nothing that a slot does can pull the monitor away from under
    // itself.
    connect(d->monitor.get(), &BusMonitor::lookAgain, this, [this] { d->look(); }, Qt::QueuedConnection);
    connect(d->monitor.get(), &BusMonitor::reasonForPollingChanged, this, &Consumer::reasonForPollingChanged);
    d->monitor->start();
}

void Consumer::stop()
{
    d->monitor.reset();
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

} // namespace FileBus
