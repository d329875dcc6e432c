// SPDX-License-Identifier: Apache-2.0
#include "api/consumerprivate.h"

#include "api/backends.h"
#include "api/refusal.h"
#include "base/logging.h"
#include "bus/backend.h"
#include "bus/chunksource.h"
#include "bus/consumesettings.h"
#include "bus/startpoint.h"

#include <filebus/consumer.h>
#include <filebus/lossknowledge.h>

#include <QtCore/QPointer>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{
constexpr std::chrono::milliseconds longestBurst = 10ms; // then the event loop runs, however fast chunks come
} // namespace

ConsumerPrivate::ConsumerPrivate(Consumer *consumer)
    : q(consumer)
{ }

std::unique_ptr<ChunkSource> ConsumerPrivate::makeSource() const
{
    if (settings.lossless && settings.startPoint.kind != StartPoint::Last)
        qCWarning(logConsumer,
                  "FileBus::Consumer::start(): a lossless consumer begins with what is published after it subscribed; "
                  "setStart() and setStartSequence() mean nothing to it");
    return backendFor(address).makeSource(address, settings);
}

// The source is a child, so that it moves to another thread together with the consumer.
void ConsumerPrivate::start()
{
    stop();
    received = lost = 0;
    failure = {};
    source = makeSource();
    source->setParent(q);
    QObject::connect(source.get(), &ChunkSource::lookAgain, q, [this] { lookSoon(); });
    lookSoon();
    source->start();
}

// The source never calls us back directly: we ask it, or it makes us post a look.
void ConsumerPrivate::stop()
{
    if (!source)
        return;
    if (lookIsOver)
        *std::exchange(lookIsOver, nullptr) = true;
    lossKnowledge = source->lossKnowledge();
    source->stop();
    source.reset();
}

// One event may stand for many chunks: look until there is nothing new. A slot that receives a chunk may stop or delete the
// consumer; then none of its members are touched any more.
void ConsumerPrivate::look(std::chrono::milliseconds length)
{
    if (lookIsOver != nullptr || !source)
        return;
    bool isOver = false;
    lookIsOver = &isOver;
    noteReasonForPolling();
    const bool more = !isOver && takeSteps(isOver, length);
    if (isOver)
        return;
    lookIsOver = nullptr;
    if (more)
        lookSoon();
}

// One step. True if there may be more, also of a source that a slot has started meanwhile.
bool ConsumerPrivate::lookOnce()
{
    bool isOver = false;
    lookIsOver = &isOver;
    noteReasonForPolling();
    const bool more = !isOver && takeStep(isOver);
    if (!isOver)
        lookIsOver = nullptr;
    return isOver || more;
}

// Any step may be the last one, because its slots may do anything. Looks once more after the deadline: the process may have been
// stopped meanwhile.
bool ConsumerPrivate::waitForChunk(std::chrono::milliseconds timeout)
{
    if (!isAllowed(!lookIsOver, logConsumer, "FileBus::Consumer::waitForChunk()", "called from a slot of the same consumer"))
        return false;
    const Clock::time_point end = endAfter(timeout);
    const QPointer<Consumer> alive(q);
    const quint64 before = everReceived;
    if (!source)
        start();
    while (true) {
        const bool more = lookOnce();
        if (!alive)
            return false;
        if (everReceived > before || !source)
            break;
        if (more)
            continue;
        if (Clock::now() >= end)
            return false;
        source->wait(end, {});
    }
    lookSoon(); // no event announces the rest to an event loop
    return everReceived > before;
}

// Posts at most one look: each one more would hold up everything else in the thread for another slice.
void ConsumerPrivate::lookSoon()
{
    postedLook.post(q, [this] { look(blockingSlice); });
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
        if (isOver || length == 0ms || !source->canBlock())
            return false;
        const Awaited awaited = source->wait(end, interrupts);
        if (awaited != Awaited::Event)
            return awaited == Awaited::Time;
    }
}

// False if there was nothing new, or if the look is over.
bool ConsumerPrivate::takeStep(const bool &isOver)
{
    const Step step = source->next();
    emitStep(step);
    if (isOver)
        return false;
    if (std::holds_alternative<Chunk>(step) || std::holds_alternative<EndOfStream>(step))
        return acknowledge() && source->hasMore();
    return !std::holds_alternative<std::monostate>(step);
}

// At most one signal, because the consumer may be gone after it.
void ConsumerPrivate::emitStep(const Step &step)
{
    if (const auto *chunk = std::get_if<Chunk>(&step)) {
        ++received;
        ++everReceived;
        Q_EMIT q->chunkReceived(*chunk);
    } else if (const auto *loss = std::get_if<Loss>(&step)) {
        lost += loss->count;
        Q_EMIT q->chunksLost(loss->firstSequence, loss->count);
    } else if (const auto *why = std::get_if<Failure>(&step)) {
        fail(*why);
    } else if (const auto *standstill = std::get_if<Standstill>(&step)) {
        giveUp(standstill->why);
    } else if (std::holds_alternative<Subscribed>(step)) {
        Q_EMIT q->subscribed();
    } else if (std::holds_alternative<EndOfStream>(step)) {
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

void ConsumerPrivate::fail(const Failure &why)
{
    failure = why;
    Q_EMIT q->errorOccurred(why.error, why.text);
}

void ConsumerPrivate::giveUp(const Failure &why)
{
    stop();
    fail(why);
}

void ConsumerPrivate::noteReasonForPolling()
{
    const QString reason = source->reasonForPolling();
    if (std::exchange(reasonForPolling, reason) != reason)
        Q_EMIT q->reasonForPollingChanged(reason);
}

} // namespace FileBus
