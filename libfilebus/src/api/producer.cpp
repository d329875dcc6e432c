// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "api/refusal.h"
#include "base/logging.h"
#include "file/disk/busfile.h"
#include "file/publish/publisher.h"
#include "file/publish/publishqueue.h"

#include <QtCore/QFile>

#include <algorithm>
#include <limits>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr char whilePending[] = "chunks are pending; wait for them, or abort() first";

// Whoever published takes it for done.
void tellDropped(const char *function, PublishQueue &queue)
{
    const QString path = shownPath(queue.publisher().path());
    if (queue.pendingChunks() > 0)
        qCWarning(logProducer).noquote().nospace() << "FileBus::Producer::" << function << ": drops " << queue.pendingChunks()
                                                   << " pending chunks of " << path << "; call close() first, or abort()";
    else if (queue.isEndPending())
        qCWarning(logProducer).noquote().nospace() << "FileBus::Producer::" << function << ": the end was not announced on "
                                                   << path << "; call close() first, or abort()";
}

} // namespace

Producer::Producer(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<PublishQueue>(this))
{
    connect(d.get(), &PublishQueue::published, this, &Producer::published);
    connect(d.get(), &PublishQueue::ended, this, &Producer::ended);
    connect(d.get(), &PublishQueue::drained, this, &Producer::drained);
    connect(d.get(), &PublishQueue::errorOccurred, this, &Producer::errorOccurred);
}

Producer::Producer(const QString &fileName, QObject *parent)
    : Producer(parent)
{
    setFileName(fileName);
}

Producer::~Producer()
{
    tellDropped("~Producer()", *d);
}

QString Producer::fileName() const
{
    return QFile::decodeName(d->publisher().path());
}

void Producer::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

QByteArray Producer::nativeFileName() const
{
    return d->publisher().path();
}

void Producer::setNativeFileName(const QByteArray &fileName)
{
    tellDropped("setFileName()", *d);
    d->setPath(BusFile(fileName).path());
}

std::chrono::milliseconds Producer::lockTimeout() const
{
    return d->publisher().settings().lockTimeout;
}

void Producer::setLockTimeout(std::chrono::milliseconds timeout)
{
    if (!isInRange(timeout, 0ms, std::chrono::milliseconds::max(), logProducer, "FileBus::Producer::setLockTimeout()"))
        return;
    PublishSettings settings = d->publisher().settings();
    settings.lockTimeout = timeout;
    d->publisher().configure(settings);
}

Format Producer::format() const
{
    return d->publisher().settings().format;
}

void Producer::setFormat(Format format)
{
    if (!isAllowed(d->pendingChunks() == 0, logProducer, "FileBus::Producer::setFormat()", whilePending))
        return;
    PublishSettings settings = d->publisher().settings();
    settings.format = format;
    d->publisher().configure(settings);
}

quint64 Producer::historyChunks() const
{
    return d->publisher().settings().history.chunks;
}

qint64 Producer::historyBytes() const
{
    return d->publisher().settings().history.bytes;
}

void Producer::setHistory(quint64 chunks, qint64 bytes)
{
    if (!isInRange(bytes, 0, std::numeric_limits<qint64>::max(), logProducer, "FileBus::Producer::setHistory()", " bytes"))
        return;
    PublishSettings settings = d->publisher().settings();
    settings.history = {chunks, bytes};
    d->publisher().configure(settings);
}

bool Producer::isLossless() const
{
    return d->publisher().settings().lossless;
}

void Producer::setLossless(bool lossless)
{
    if (!isAllowed(d->pendingChunks() == 0, logProducer, "FileBus::Producer::setLossless()", whilePending))
        return;
    PublishSettings settings = d->publisher().settings();
    settings.lossless = lossless;
    d->publisher().configure(settings);
}

quint64 Producer::awaitedConsumers() const
{
    return d->publisher().settings().awaitedConsumers;
}

void Producer::setAwaitedConsumers(quint64 consumers)
{
    if (!isAllowed(d->pendingChunks() == 0, logProducer, "FileBus::Producer::setAwaitedConsumers()", whilePending))
        return;
    PublishSettings settings = d->publisher().settings();
    settings.awaitedConsumers = consumers;
    d->publisher().configure(settings);
}

quint64 Producer::window() const
{
    return d->publisher().settings().window;
}

void Producer::setWindow(quint64 chunks)
{
    if (!isAllowed(chunks > 0, logProducer, "FileBus::Producer::setWindow()", "0 is out of range; the least is 1"))
        return;
    PublishSettings settings = d->publisher().settings();
    settings.window = chunks;
    d->publisher().configure(settings);
}

bool Producer::isFileMonitoring() const
{
    return d->alarm().isFileMonitoring();
}

void Producer::setFileMonitoring(bool enabled)
{
    d->alarm().setFileMonitoring(enabled);
}

std::chrono::milliseconds Producer::sleepInterval() const
{
    return d->alarm().interval();
}

void Producer::setSleepInterval(std::chrono::milliseconds interval)
{
    if (isInRange(interval, shortestInterval, longestInterval, logProducer, "FileBus::Producer::setSleepInterval()"))
        d->alarm().setInterval(interval);
}

bool Producer::open()
{
    return d->open();
}

bool Producer::close(std::chrono::milliseconds timeout)
{
    return d->close(timeout);
}

void Producer::abort()
{
    d->abort();
}

bool Producer::publish(const QByteArray &payload)
{
    return d->publish(payload);
}

qsizetype Producer::pendingChunks() const
{
    return d->pendingChunks();
}

bool Producer::waitForPublished(std::chrono::milliseconds timeout)
{
    return d->waitForPublished(timeout);
}

void Producer::end()
{
    d->end();
}

bool Producer::waitForDrained(std::chrono::milliseconds timeout)
{
    return d->waitForDrained(timeout);
}

ProducerInfo Producer::info() const
{
    return d->publisher().info();
}

QUuid Producer::streamId() const
{
    return d->publisher().streamId();
}

Error Producer::error() const
{
    return d->failure().error;
}

QString Producer::errorString() const
{
    return d->failure().text;
}

} // namespace FileBus
