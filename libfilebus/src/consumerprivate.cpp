// SPDX-License-Identifier: Apache-2.0
#include "consumerprivate.h"

#include "inboxsource.h"
#include "lossysource.h"
#include "rawsource.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QPointer>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{
constexpr auto longestTurn = 10ms; // then the event loop gets its turn, however fast chunks come
}

ConsumerPrivate::ConsumerPrivate(Consumer *consumer)
    : q(consumer)
{ }

std::unique_ptr<ChunkSource> ConsumerPrivate::makeSource() const
{
    if (!lossless)
        return std::make_unique<LossySource>(BusFollower(nativeFileName, startPoint, format), fileMonitoring, sleepInterval);
    if (format == Format::Raw)
        return std::make_unique<RawSource>(nativeFileName, fileMonitoring, sleepInterval);
    auto inbox = std::make_unique<InboxSource>(BusFile(nativeFileName), subscriptionName, fileMonitoring, sleepInterval);
    inbox->setTellingRaw(!format);
    return inbox;
}

void ConsumerPrivate::start()
{
    stop();
    received = lost = 0;
    source = makeSource();
    QObject::connect(source.get(), &ChunkSource::lookAgain, q, [this] { look(); });
    QObject::connect(source.get(), &ChunkSource::subscribed, q, &Consumer::subscribed);
    QObject::connect(source.get(), &ChunkSource::reasonForPollingChanged, q, [this] { noteReasonForPolling(); });
    QObject::connect(source.get(), &ChunkSource::failed, q, [this](const Failure &failure) { fail(failure); });
    QObject::connect(source.get(), &ChunkSource::gaveUp, q, [this](const Failure &failure) { giveUp(failure); });
    lookSoon();
    source->start();
}

// The source may be the one that is calling us.
void ConsumerPrivate::stop()
{
    if (!source)
        return;
    lossKnowledge = source->lossKnowledge();
    source->disconnect(q);
    source->stop();
    source.release()->deleteLater();
}

// One event may stand for many chunks: look until there is nothing new. Whoever receives a chunk may stop or delete the consumer.
void ConsumerPrivate::look()
{
    if (looking || !source)
        return;
    const QPointer<Consumer> alive(q);
    const QDeadlineTimer end(longestTurn, Qt::PreciseTimer);
    looking = true;
    bool more = true;
    while (more && !end.hasExpired()) {
        more = takeStep();
        if (!alive)
            return;
        more = more && source;
    }
    looking = false;
    if (more)
        lookSoon();
}

void ConsumerPrivate::lookSoon()
{
    QMetaObject::invokeMethod(q, [this] { look(); }, Qt::QueuedConnection);
}

// False if there was nothing new, or if the consumer has stopped or is gone.
bool ConsumerPrivate::takeStep()
{
    const QPointer<Consumer> alive(q);
    const QPointer<ChunkSource> from(source.get());
    const ChunkSource::Step step = source->next();
    emitStep(step);
    if (!alive || source.get() != from)
        return false;
    if (std::holds_alternative<Chunk>(step) || std::holds_alternative<ChunkSource::End>(step))
        return acknowledge();
    return !std::holds_alternative<std::monostate>(step);
}

// At most one signal, because the consumer may be gone after it.
void ConsumerPrivate::emitStep(const ChunkSource::Step &step)
{
    if (const auto *chunk = std::get_if<Chunk>(&step)) {
        ++received;
        Q_EMIT q->chunkReceived(*chunk);
    } else if (const auto *loss = std::get_if<Loss>(&step)) {
        lost += loss->count;
        Q_EMIT q->chunksLost(loss->firstSequence, loss->count);
    } else if (const auto *failure = std::get_if<Failure>(&step)) {
        failure->error == Error::SubscriptionGone ? giveUp(*failure) : fail(*failure);
    } else if (std::holds_alternative<ChunkSource::End>(step)) {
        Q_EMIT q->ended();
    } else {
        noteReasonForPolling();
    }
}

// Only now is it sure that nobody deleted or stopped us.
bool ConsumerPrivate::acknowledge()
{
    const Outcome acknowledged = source->acknowledge();
    if (!acknowledged)
        giveUp(acknowledged.failure());
    return bool(acknowledged);
}

void ConsumerPrivate::fail(const Failure &failure)
{
    Q_EMIT q->errorOccurred(failure.error, failure.text);
}

void ConsumerPrivate::giveUp(const Failure &failure)
{
    stop();
    fail(failure);
}

void ConsumerPrivate::noteReasonForPolling()
{
    const QString reason = source->reasonForPolling();
    if (std::exchange(reasonForPolling, reason) != reason)
        Q_EMIT q->reasonForPollingChanged(reason);
}

} // namespace FileBus
