// SPDX-License-Identifier: Apache-2.0
#include "consumerprivate.h"

#include "inboxsource.h"
#include "lossysource.h"
#include "rawsource.h"

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{
constexpr std::chrono::milliseconds longestBurst = 10ms; // then the event loop gets its turn, however fast chunks come
} // namespace

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
    QObject::connect(source.get(), &ChunkSource::lookAgain, q, [this] { turnLength > 0ms ? lookSoon() : look(turnLength); });
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
    if (turn)
        *std::exchange(turn, nullptr) = true;
    lossKnowledge = source->lossKnowledge();
    source->disconnect(q);
    source->stop();
    source.release()->deleteLater();
}

// One event may stand for many chunks: look until there is nothing new. Whoever receives a chunk may stop or delete the consumer:
// then nothing of it is touched any more.
void ConsumerPrivate::look(std::chrono::milliseconds length)
{
    if (turn || !source)
        return;
    bool isOver = false;
    turn = &isOver;
    const bool more = takeSteps(isOver, length);
    if (isOver)
        return;
    turn = nullptr;
    if (more)
        lookSoon();
}

// Once: with more than one posted, all else in the thread would wait for as many turns.
void ConsumerPrivate::lookSoon()
{
    postedLook.post(q, [this] { look(turnLength); });
}

// True if there may be more.
bool ConsumerPrivate::takeSteps(const bool &isOver, std::chrono::milliseconds length)
{
    const Clock::time_point end = Clock::now() + length;
    while (true) {
        std::optional<Clock::time_point> burstEnd;
        while (takeStep(isOver)) {
            const Clock::time_point now = Clock::now();
            burstEnd = burstEnd.value_or(now + longestBurst);
            if (now >= *burstEnd)
                return true;
        }
        if (isOver || length == 0ms)
            return false;
        const Awaited awaited = source->wait(end, interrupts);
        if (awaited != Awaited::Event)
            return awaited == Awaited::Time;
    }
}

// False if there was nothing new, or if the turn is over.
bool ConsumerPrivate::takeStep(const bool &isOver)
{
    const ChunkSource::Step step = source->next();
    emitStep(step);
    if (isOver)
        return false;
    if (std::holds_alternative<Chunk>(step) || std::holds_alternative<ChunkSource::End>(step))
        return acknowledge() && source->hasMore();
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
        fail(*failure);
    } else if (const auto *standstill = std::get_if<ChunkSource::Standstill>(&step)) {
        giveUp(standstill->why);
    } else if (std::holds_alternative<ChunkSource::End>(step)) {
        Q_EMIT q->ended();
    } else {
        noteReasonForPolling();
    }
}

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
