// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>

#include "api/consumerprivate.h"
#include "api/refusal.h"
#include "base/failure.h"
#include "base/logging.h"
#include "bus/startpoint.h"
#include "file/consume/inboxsource.h"
#include "file/disk/busfile.h"
#include "file/disk/busname.h"
#include "file/watch/lookinterval.h"

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
    return QFile::decodeName(d->nativeFileName);
}

void Consumer::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

QByteArray Consumer::nativeFileName() const
{
    return d->nativeFileName;
}

void Consumer::setNativeFileName(const QByteArray &fileName)
{
    if (isAllowed(!isRunning(), logConsumer, "FileBus::Consumer::setFileName()", "the consumer is running; stop() it first"))
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
    if (isInRange(interval, shortestInterval, longestInterval, logConsumer, "FileBus::Consumer::setSleepInterval()"))
        d->sleepInterval = interval;
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
    return d->format;
}

void Consumer::setFormat(std::optional<Format> format)
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
    d->failure = {};
    const Outcome named = checkFileName(d->nativeFileName);
    const Outcome removed = named ? InboxSource::removeUnowned(BusFile(d->nativeFileName), d->subscriptionName) : named;
    if (!removed)
        d->fail(removed.failure());
    return bool(removed);
}

Consumer::Start Consumer::startMode() const
{
    switch (d->startPoint.kind) {
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
    return d->startPoint.sequence;
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
    if (isAllowed(sequence > 0, logConsumer, "FileBus::Consumer::setStartSequence()", "0 is out of range; the least is 1"))
        d->startPoint = {StartPoint::AtSequence, sequence};
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
