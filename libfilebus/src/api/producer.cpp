// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "api/producerprivate.h"
#include "api/refusal.h"
#include "base/logging.h"
#include "bus/chunksink.h"
#include "bus/publishsettings.h"
#include "bus/usualtimes.h"

#include <QtCore/QFile>

#include <algorithm>
#include <limits>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr char whilePending[] = "chunks are pending; wait for them, or abort() first";
} // namespace

Producer::Producer(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<ProducerPrivate>(this))
{ }

Producer::Producer(const QString &fileName, QObject *parent)
    : Producer(parent)
{
    setFileName(fileName);
}

Producer::~Producer()
{
    d->tellDropped("~Producer()");
}

QString Producer::fileName() const
{
    return QFile::decodeName(d->address);
}

void Producer::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

QByteArray Producer::nativeFileName() const
{
    return d->address;
}

void Producer::setNativeFileName(const QByteArray &fileName)
{
    d->tellDropped("setFileName()");
    d->setAddress(fileName);
}

std::chrono::milliseconds Producer::lockTimeout() const
{
    return d->settings.lockTimeout;
}

void Producer::setLockTimeout(std::chrono::milliseconds timeout)
{
    if (!isInRange(timeout, 0ms, std::chrono::milliseconds::max(), logProducer, "FileBus::Producer::setLockTimeout()"))
        return;
    PublishSettings settings = d->settings;
    settings.lockTimeout = timeout;
    d->configure(settings);
}

Format Producer::format() const
{
    return d->settings.format;
}

void Producer::setFormat(Format format)
{
    if (!isAllowed(d->sink->pendingChunks() == 0, logProducer, "FileBus::Producer::setFormat()", whilePending))
        return;
    PublishSettings settings = d->settings;
    settings.format = format;
    d->configure(settings);
}

quint64 Producer::historyChunks() const
{
    return d->settings.history.chunks;
}

qint64 Producer::historyBytes() const
{
    return d->settings.history.bytes;
}

void Producer::setHistory(quint64 chunks, qint64 bytes)
{
    if (!isInRange(bytes, 0, std::numeric_limits<qint64>::max(), logProducer, "FileBus::Producer::setHistory()", " bytes"))
        return;
    PublishSettings settings = d->settings;
    settings.history = {chunks, bytes};
    d->configure(settings);
}

bool Producer::isLossless() const
{
    return d->settings.lossless;
}

void Producer::setLossless(bool lossless)
{
    if (!isAllowed(d->sink->pendingChunks() == 0, logProducer, "FileBus::Producer::setLossless()", whilePending))
        return;
    PublishSettings settings = d->settings;
    settings.lossless = lossless;
    d->configure(settings);
}

quint64 Producer::awaitedConsumers() const
{
    return d->settings.awaitedConsumers;
}

void Producer::setAwaitedConsumers(quint64 consumers)
{
    if (!isAllowed(d->sink->pendingChunks() == 0, logProducer, "FileBus::Producer::setAwaitedConsumers()", whilePending))
        return;
    PublishSettings settings = d->settings;
    settings.awaitedConsumers = consumers;
    d->configure(settings);
}

quint64 Producer::window() const
{
    return d->settings.window;
}

void Producer::setWindow(quint64 chunks)
{
    if (!isAllowed(chunks > 0, logProducer, "FileBus::Producer::setWindow()", "0 is out of range; the least is 1"))
        return;
    PublishSettings settings = d->settings;
    settings.window = chunks;
    d->configure(settings);
}

bool Producer::isFileMonitoring() const
{
    return d->settings.fileMonitoring;
}

void Producer::setFileMonitoring(bool enabled)
{
    PublishSettings settings = d->settings;
    settings.fileMonitoring = enabled;
    d->configure(settings);
}

std::chrono::milliseconds Producer::sleepInterval() const
{
    return d->settings.sleepInterval.value_or(usualInterval);
}

void Producer::setSleepInterval(std::chrono::milliseconds interval)
{
    if (!isInRange(interval, shortestInterval, longestInterval, logProducer, "FileBus::Producer::setSleepInterval()"))
        return;
    PublishSettings settings = d->settings;
    settings.sleepInterval = interval;
    d->configure(settings);
}

bool Producer::open()
{
    return d->sink->open();
}

bool Producer::close(std::chrono::milliseconds timeout)
{
    return d->sink->close(timeout);
}

void Producer::abort()
{
    d->sink->abort();
}

bool Producer::publish(const QByteArray &payload)
{
    return d->sink->publish(payload);
}

qsizetype Producer::pendingChunks() const
{
    return d->sink->pendingChunks();
}

bool Producer::waitForPublished(std::chrono::milliseconds timeout)
{
    return d->sink->waitForPublished(timeout);
}

void Producer::end()
{
    d->sink->end();
}

bool Producer::waitForDrained(std::chrono::milliseconds timeout)
{
    return d->sink->waitForDrained(timeout);
}

ProducerInfo Producer::info() const
{
    return d->info;
}

QUuid Producer::streamId() const
{
    return d->sink->streamId();
}

Error Producer::error() const
{
    return d->sink->failure().error;
}

QString Producer::errorString() const
{
    return d->sink->failure().text;
}

} // namespace FileBus
