// SPDX-License-Identifier: Apache-2.0
#include "stream/streamprivate.h"

#include "base/failure.h"
#include "bus/step.h"
#include "file/consume/subscription.h"
#include "file/disk/buslock.h"
#include "file/disk/busname.h"
#include "file/disk/ownerfile.h"

#include <filebus/chunk.h>
#include <filebus/error.h>

#include <QtCore/QPointer>

#include <algorithm>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto lockPatience = 10s;
constexpr auto peerCheckInterval = 200ms;
constexpr std::chrono::milliseconds longestRetry = 100ms;

} // namespace

StreamPrivate::StreamPrivate(Stream *stream)
    : q(stream)
    , alarm(stream)
    , retry(stream)
    , taking(stream)
{
    QObject::connect(&alarm, &DirectoryAlarm::rang, q, [this] { pump(); });
    QObject::connect(&retry, &QTimer::timeout, q, [this] { pump(); });
    QObject::connect(&taking, &QTimer::timeout, q, [this] { takeEnd(); });
}

void StreamPrivate::setState(Stream::State newState)
{
    if (std::exchange(state, newState) != newState)
        Q_EMIT q->stateChanged(newState);
}

// What does not end the stream.
void StreamPrivate::report(const Failure &why)
{
    failure = why;
    q->setErrorString(why.text);
    Q_EMIT q->errorOccurred(why.error, why.text);
}

// The end is let go first, so that whoever hears of the failure may connect again.
void StreamPrivate::fail(const Failure &why)
{
    failure = why;
    q->setErrorString(why.text);
    const bool wasConnected = std::exchange(state, Stream::UnconnectedState) != Stream::UnconnectedState;
    dropEnd();
    const QPointer<Stream> alive(q);
    Q_EMIT q->errorOccurred(why.error, why.text);
    if (alive && wasConnected && state == Stream::UnconnectedState)
        Q_EMIT q->stateChanged(state);
    if (alive && wasConnected && state == Stream::UnconnectedState)
        Q_EMIT q->disconnected();
}

void StreamPrivate::connectToBus()
{
    failure = {};
    received.clear();
    toWrite.clear();
    inFlight = 0;
    blocked.reset();
    reading = writing = Open;
    holdProblem.clear();
    isFullTold = false;
    written = 0;
    drained = peerAlive = false;
    peerName.clear();
    lockDeadline.setRemainingTime(lockPatience);
    nextPeerCheck.setRemainingTime(0);
    const QPointer<Stream> alive(q);
    setState(Stream::ConnectingState);
    if (alive)
        takeEnd();
}

// Tried until the locks are free.
void StreamPrivate::takeEnd()
{
    if (end || state == Stream::UnconnectedState)
        return;
    if (const Outcome named = checkStreamName(nativeFileName); !named)
        return fail(named.failure());
    Result<std::unique_ptr<StreamEnd>> taken = StreamEnd::take(nativeFileName);
    if (!taken)
        return fail(taken.failure());
    if (!*taken && lockDeadline.hasExpired())
        return fail({Error::LockTimeout,
                     Stream::tr("another process holds the lock of %1 for %2 s now; end it, or let it go on")
                         .arg(shownPath(nativeFileName), QString::number(lockPatience.count()))});
    if (!*taken)
        return takeEndLater();
    end = std::move(*taken);
    if (startWriting()) {
        alarm.start();
        pumpSoon();
    }
}

// By waitUntil(), or when there is an event loop.
void StreamPrivate::takeEndLater()
{
    taking.startIn(BusLock::retryInterval);
    if (!taking.isActive())
        postedTake.post(q, [this] { takeEnd(); });
}

// Whatever the slot does, the producer that called it is there until it returns.
template<typename Slot>
auto StreamPrivate::fromProducer(Slot slot)
{
    return [this, slot](auto &&...) {
        const QPointer<Stream> alive(q);
        ++producerCalls;
        slot();
        if (alive)
            --producerCalls;
    };
}

bool StreamPrivate::startWriting()
{
    producer = std::make_unique<Producer>(q);
    producer->setNativeFileName(end->writePath());
    producer->setLossless(true);
    producer->setWindow(window);
    producer->setHistory(0);
    producer->setFileMonitoring(alarm.isFileMonitoring());
    producer->setSleepInterval(alarm.interval());
    Producer *const from = producer.get();
    QObject::connect(from, &Producer::published, q, fromProducer([this] { noteWritten(); }));
    QObject::connect(from, &Producer::ended, q, fromProducer([this] { writing = Ended; }));
    QObject::connect(from, &Producer::drained, q, fromProducer([this] {
                         drained = true;
                         leaveIfDone();
                     }));
    QObject::connect(from, &Producer::errorOccurred, q,
                     fromProducer([this, from] { fail({from->error(), from->errorString()}); }));
    if (producer->open())
        return true;
    fail({producer->error(), producer->errorString()});
    return false;
}

// All that can be done now, in both directions.
void StreamPrivate::pump()
{
    if (pumping || !end)
        return;
    const QPointer<Stream> alive(q);
    pumping = true;
    checkPeer();
    if (alive && end)
        acknowledge();
    if (alive && end)
        pull();
    if (alive && end)
        push();
    if (!alive)
        return;
    pumping = false;
    leaveIfDone();
}

void StreamPrivate::pumpSoon()
{
    postedPump.post(q, [this] { pump(); });
}

void StreamPrivate::pull()
{
    const QPointer<Stream> alive(q);
    const qsizetype before = received.size();
    bool asked = false;
    blocked.reset();
    while (reading == Open && hasRoom()) {
        if (take(asked ? Subscription::Search : Subscription::Glance))
            continue;
        if (blocked || std::exchange(asked, true))
            break;
        alarm.ask(end->subscription().inbox().path(), DirectoryAlarm::SomethingComes); // and look once more
        alarm.tellPolling();
    }
    takeLater();
    if (received.size() > before)
        announce();
    else if (!blocked && reading == Open && hasRoom() && !isAnnounced)
        hold();
    if (alive && reading == Ending)
        noteReadEnd();
    if (alive && end && blocked)
        failAtBlock();
}

// Not from within itself, as QIODevice promises.
void StreamPrivate::announce()
{
    if (std::exchange(announcing, true))
        return;
    const QPointer<Stream> alive(q);
    Q_EMIT q->readyRead();
    if (!alive)
        return;
    announcing = false;
    isAnnounced = true;
    ++announcements;
    holdSoon();
}

// What has not been read by then is held. A queued connection reads before that.
void StreamPrivate::holdSoon()
{
    postedHold.post(q, [this, seen = announcements] {
        if (seen != announcements)
            return holdSoon();
        isAnnounced = false;
        pump();
    });
}

bool StreamPrivate::hasRoom() const
{
    return readBufferSize == 0 || received.size() < readBufferSize;
}

// The application waits for more than what has come, and the other end may wait for room. Whoever reads at once pays nothing.
void StreamPrivate::hold()
{
    const Outcome held = end->subscription().hold();
    if (!held && held.failure().isTransient)
        return; // it is tried again at the next look
    const QString problem = held ? QString() : held.failure().text;
    if (std::exchange(holdProblem, problem) != problem && !held)
        report(held.failure());
}

// Nothing more comes before something is read, so whoever waits for more would wait for ever.
void StreamPrivate::tellFull()
{
    if (hasRoom() || reading != Open || !end || std::exchange(isFullTold, true))
        return;
    report({Error::BufferFull, Stream::tr("the read buffer of %1 bytes is full; read, or make it larger").arg(readBufferSize)});
}

void StreamPrivate::tellFullSoon()
{
    if (!hasRoom() && !isFullTold)
        postedFull.post(q, [this] { tellFull(); });
}

// False if nothing was there.
bool StreamPrivate::take(Subscription::Depth depth)
{
    const Step step = end->subscription().next(depth);
    if (const auto *chunk = std::get_if<Chunk>(&step))
        received.append(chunk->payload());
    else if (const auto *standstill = std::get_if<Standstill>(&step))
        blocked = standstill->why;
    else if (const auto *why = std::get_if<Failure>(&step)) // bytes of an earlier state do not belong between those of this one
        blocked = *why;
    else if (const auto *loss = std::get_if<Loss>(&step))
        blocked = Failure{
            Error::CorruptChunk,
            Stream::tr(
                "%1 chunks of the stream are lost: a producer that does not wait published on it, or somebody removed them")
                .arg(loss->count)};
    else if (std::holds_alternative<EndOfStream>(step))
        reading = Ending;
    return !blocked && reading == Open && !std::holds_alternative<std::monostate>(step);
}

// What came before has been announced; what was read of it must not come to a successor as well.
void StreamPrivate::failAtBlock()
{
    acknowledge();
    fail(*std::exchange(blocked, std::nullopt));
}

// What cannot be read now is not skipped. Without an event loop, waitUntil() looks again.
void StreamPrivate::takeLater()
{
    if (!end->subscription().isTryingAgain())
        retry.reset();
    else
        retry.startNext(longestRetry);
}

void StreamPrivate::noteReadEnd()
{
    reading = Ended;
    Q_EMIT q->readChannelFinished();
}

// What was read, and not put back by a transaction or peek(), is dealt with. Not so the end: a successor must find it, until this
// end is left.
void StreamPrivate::acknowledge()
{
    if (!end || q->isTransactionStarted())
        return;
    for (qsizetype finished = received.takeFinished(q->QIODevice::bytesAvailable()); finished > 0; --finished)
        end->subscription().acknowledge();
}

void StreamPrivate::push()
{
    if (std::exchange(pushing, true))
        return;
    const QPointer<Stream> alive(q);
    while (alive && producer && inFlight == 0 && !toWrite.isEmpty() && !peerHasLeft())
        publishNext();
    if (!alive)
        return;
    pushing = false;
    if (writing == Ending && toWrite.isEmpty() && inFlight == 0 && producer)
        endWriting();
}

void StreamPrivate::publishNext()
{
    const QByteArray block = toWrite.first(std::min(blockSize, toWrite.size()));
    toWrite.remove(0, block.size());
    inFlight = block.size();
    Producer *const publishing = producer.get(); // deleted later, if a slot drops it
    if (!publishing->publish(block))
        fail({publishing->error(), publishing->errorString()});
}

void StreamPrivate::noteWritten()
{
    const QPointer<Stream> alive(q);
    const qsizetype published = std::exchange(inFlight, 0);
    written += published;
    if (!peerAlive)
        pumpSoon(); // whoever has this chunk is seen now, as it may be dead at the next look
    Q_EMIT q->bytesWritten(published);
    if (alive && producer)
        push();
}

void StreamPrivate::endWriting()
{
    writing = Ended;
    producer->end();
}

// Then what is published reaches nobody; checkPeer() finds out why.
bool StreamPrivate::peerHasLeft() const
{
    return peerAlive && !end->peer().exists();
}

bool StreamPrivate::peerHasEnded() const
{
    return reading != Open || !end->subscription().inbox().content().valueOr({}).ends.isEmpty();
}

void StreamPrivate::checkPeer()
{
    if (!nextPeerCheck.hasExpired())
        return;
    if (peerAlive)
        nextPeerCheck.setRemainingTime(peerCheckInterval);
    const std::optional<Owner> owner = end->peer().owner();
    if (owner && owner->lives())
        notePeer(*owner);
    else if (const bool exists = end->peer().exists(); std::exchange(peerAlive, false) || (reading != Open && !exists))
        notePeerGone(exists); // it may have come and gone unseen
}

void StreamPrivate::notePeer(const Owner &owner)
{
    peerName = owner.shown();
    if (std::exchange(peerAlive, true))
        return;
    const QPointer<Stream> alive(q);
    if (state == Stream::ConnectingState)
        setState(Stream::ConnectedState);
    if (alive && end)
        Q_EMIT q->connected();
}

// Who disconnects removes its inbox; who dies leaves it.
void StreamPrivate::notePeerGone(bool inboxExists)
{
    if (drained)
        return;
    if (peerHasEnded() && !inboxExists)
        return notePeerLeft();
    const QPointer<Stream> alive(q);
    if (state == Stream::ConnectedState)
        setState(Stream::ConnectingState);
    if (alive && end)
        Q_EMIT q->peerLost(peerName);
}

// Nobody will read what is written here, be it known to a producer that has met the other end or to a successor that has not.
// What the other end had to say before is still to be read.
void StreamPrivate::notePeerLeft()
{
    const qint64 unsent = q->bytesToWrite();
    dropProducer();
    toWrite.clear();
    inFlight = 0;
    writing = Ended;
    drained = true;
    if (unsent > 0)
        report({Error::PeerClosed,
                Stream::tr("%1 has disconnected; %2 bytes were not sent")
                    .arg(peerName.isEmpty() ? Stream::tr("the other end") : peerName, QString::number(unsent))});
}

// Both directions have ended, or this one has and the other is not wanted any more.
void StreamPrivate::leaveIfDone()
{
    if (!end || !drained || pumping)
        return;
    acknowledge();
    const bool allWasRead = reading == Ended && !received.hasUnfinished();
    if (allWasRead || state == Stream::ClosingState)
        leave();
}

void StreamPrivate::leave()
{
    end->subscription().unsubscribe();
    dropEnd();
    const QPointer<Stream> alive(q);
    setState(Stream::UnconnectedState);
    if (alive)
        Q_EMIT q->disconnected();
}

// What it has not sent is lost, as abort() says.
void StreamPrivate::dropProducer()
{
    if (!producer)
        return;
    producer->disconnect(q);
    producer->setParent(nullptr);
    producer->abort();     // lets go of the bus, now
    if (producerCalls > 0) // it may be the one that called us
        producer.release()->deleteLater();
    else
        producer.reset();
}

void StreamPrivate::dropEnd()
{
    alarm.stop();
    retry.stop();
    taking.stop();
    dropProducer();
    end.reset();
}

} // namespace FileBus
