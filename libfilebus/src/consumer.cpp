// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>

#include "consumerprivate.h"
#include "inboxsource.h"

#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QTimer>

#include <algorithm>

namespace FileBus
{

using namespace std::chrono_literals;

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
    return QFile::decodeName(d->nativeFileName);
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
    return d->sleepInterval.value_or(usualInterval);
}

void Consumer::setSleepInterval(std::chrono::milliseconds interval)
{
    d->sleepInterval = std::max(interval, 1ms);
}

std::chrono::milliseconds Consumer::turn() const
{
    return d->turnLength;
}

void Consumer::setTurn(std::chrono::milliseconds length, const QList<int> &interrupts)
{
    d->turnLength = std::clamp<std::chrono::milliseconds>(length, 0ms, 24h);
    d->interrupts = interrupts;
}

void Consumer::setFormat(Format format)
{
    d->format = format;
}

bool Consumer::isLossless() const
{
    return d->lossless;
}

void Consumer::setLossless(bool lossless)
{
    d->lossless = lossless;
}

QString Consumer::subscription() const
{
    return QFile::decodeName(d->subscriptionName);
}

void Consumer::setSubscription(const QString &name)
{
    d->subscriptionName = QFile::encodeName(name);
}

void Consumer::acknowledge()
{
    if (d->source)
        d->acknowledge();
}

bool Consumer::unsubscribe()
{
    const Outcome removed = InboxSource::removeUnowned(BusFile(d->nativeFileName), d->subscriptionName);
    if (!removed)
        d->fail(removed.failure());
    return bool(removed);
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
    d->start();
}

void Consumer::stop()
{
    d->stop();
}

void Consumer::look()
{
    d->look(0ms);
}

bool Consumer::isRunning() const
{
    return d->source != nullptr;
}

bool Consumer::waitForChunk(std::chrono::milliseconds timeout)
{
    QEventLoop loop;
    bool received = false;
    const auto connection = connect(this, &Consumer::chunkReceived, &loop, [&] {
        received = true;
        loop.quit();
    });
    connect(this, &Consumer::errorOccurred, &loop, [&] {
        if (!isRunning())
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
    if (!received)
        look();
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

bool Consumer::isFromHistory() const
{
    return d->source && d->source->isFromHistory();
}

QString Consumer::reasonForPolling() const
{
    return d->source ? d->reasonForPolling : QString();
}

LossKnowledge Consumer::lossKnowledge() const
{
    return d->source ? d->source->lossKnowledge() : d->lossKnowledge;
}

} // namespace FileBus
