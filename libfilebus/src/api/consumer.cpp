// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>

#include "api/backends.h"
#include "api/consumerprivate.h"
#include "api/refusal.h"
#include "base/failure.h"
#include "base/logging.h"
#include "bus/backend.h"
#include "bus/chunksource.h"
#include "bus/startpoint.h"
#include "bus/usualtimes.h"

#include <QtCore/QFile>

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
    return QFile::decodeName(d->address);
}

void Consumer::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

QByteArray Consumer::nativeFileName() const
{
    return d->address;
}

void Consumer::setNativeFileName(const QByteArray &fileName)
{
    if (isAllowed(!isRunning(), logConsumer, "FileBus::Consumer::setFileName()", "the consumer is running; stop() it first"))
        d->address = backendFor(fileName).resolved(fileName);
}

bool Consumer::isFileMonitoring() const
{
    return d->settings.fileMonitoring;
}

void Consumer::setFileMonitoring(bool enabled)
{
    d->settings.fileMonitoring = enabled;
}

std::chrono::milliseconds Consumer::sleepInterval() const
{
    return d->settings.sleepInterval.value_or(usualInterval);
}

void Consumer::setSleepInterval(std::chrono::milliseconds interval)
{
    if (isInRange(interval, shortestInterval, longestInterval, logConsumer, "FileBus::Consumer::setSleepInterval()"))
        d->settings.sleepInterval = interval;
}

std::chrono::milliseconds Consumer::turn() const
{
    return d->blockingSlice;
}

QList<int> Consumer::turnInterrupts() const
{
    return d->interrupts;
}

void Consumer::setTurn(std::chrono::milliseconds length, const QList<int> &interrupts)
{
    if (!isInRange(length, 0ms, 24h, logConsumer, "FileBus::Consumer::setTurn()"))
        return;
    d->blockingSlice = length;
    d->interrupts = interrupts;
}

std::optional<Format> Consumer::format() const
{
    return d->settings.format;
}

void Consumer::setFormat(std::optional<Format> format)
{
    d->settings.format = format;
}

bool Consumer::isLossless() const
{
    return d->settings.lossless;
}

void Consumer::setLossless(bool lossless)
{
    d->settings.lossless = lossless;
}

QString Consumer::subscription() const
{
    return QFile::decodeName(d->settings.subscription);
}

void Consumer::setSubscription(const QString &name)
{
    d->settings.subscription = QFile::encodeName(name);
}

void Consumer::acknowledge()
{
    if (d->source)
        d->acknowledge();
}

bool Consumer::unsubscribe()
{
    d->failure = {};
    const Outcome removed = backendFor(d->address).unsubscribe(d->address, d->settings.subscription);
    if (!removed)
        d->fail(removed.failure());
    return bool(removed);
}

Consumer::Start Consumer::startMode() const
{
    switch (d->settings.startPoint.kind) {
    case StartPoint::New:
        return Start::New;
    case StartPoint::All:
        return Start::All;
    default:
        return Start::Last;
    }
}

quint64 Consumer::startSequence() const
{
    return d->settings.startPoint.sequence;
}

void Consumer::setStart(Start start)
{
    switch (start) {
    case Start::Last:
        d->settings.startPoint = {StartPoint::Last};
        break;
    case Start::New:
        d->settings.startPoint = {StartPoint::New};
        break;
    case Start::All:
        d->settings.startPoint = {StartPoint::All};
        break;
    }
}

void Consumer::setStartSequence(quint64 sequence)
{
    if (isAllowed(sequence > 0, logConsumer, "FileBus::Consumer::setStartSequence()", "0 is out of range; the least is 1"))
        d->settings.startPoint = {StartPoint::AtSequence, sequence};
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
    return d->waitForChunk(timeout);
}

Error Consumer::error() const
{
    return d->failure.error;
}

QString Consumer::errorString() const
{
    return d->failure.text;
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
    return d->source ? d->source->reasonForPolling() : QString();
}

LossKnowledge Consumer::lossKnowledge() const
{
    return d->source ? d->source->lossKnowledge() : d->lossKnowledge;
}

} // namespace FileBus
