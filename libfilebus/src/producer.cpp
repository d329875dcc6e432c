// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "publishqueue.h"

#include <QtCore/QFile>

#include <algorithm>

namespace FileBus
{

using namespace std::chrono_literals;

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

Producer::~Producer() = default;

QString Producer::fileName() const
{
    return QFile::decodeName(d->publisher().path());
}

void Producer::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

void Producer::setNativeFileName(const QByteArray &fileName)
{
    d->setPath(BusFile(fileName).path());
}

std::chrono::milliseconds Producer::lockTimeout() const
{
    return d->publisher().settings().lockTimeout;
}

void Producer::setLockTimeout(std::chrono::milliseconds timeout)
{
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
    PublishSettings settings = d->publisher().settings();
    settings.window = std::max<quint64>(chunks, 1);
    d->publisher().configure(settings);
}

void Producer::setFileMonitoring(bool enabled)
{
    d->alarm().setFileMonitoring(enabled);
}

void Producer::setSleepInterval(std::chrono::milliseconds interval)
{
    d->alarm().setInterval(std::max(interval, 1ms));
}

bool Producer::open()
{
    return d->publisher().open();
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
    return d->publisher().failure().error;
}

QString Producer::errorString() const
{
    return d->publisher().failure().text;
}

} // namespace FileBus
