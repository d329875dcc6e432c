// SPDX-License-Identifier: Apache-2.0
#include "stream/streamprivate.h"

#include "file/consume/subscription.h"
#include "file/disk/buslock.h"
#include "file/disk/busname.h"

#include <filebus/error.h>

#include <utility>

namespace FileBus
{

StreamPrivate::StreamPrivate(Stream *stream)
    : q(stream)
    , alarm(stream)
    , writer(stream)
    , news(stream)
    , retry(stream)
    , taking(stream)
{
    QObject::connect(&alarm, &DirectoryAlarm::rang, q, [this] { pump(); });
    QObject::connect(&retry, &QTimer::timeout, q, [this] { pump(); });
    QObject::connect(&taking, &QTimer::timeout, q, [this] { perform({&StreamPrivate::takeSide}); });
    QObject::connect(&writer, &DuplexWriter::advanced, q, [this] { pushSoon(); });
}

bool StreamPrivate::perform(std::initializer_list<Step> steps)
{
    for (const Step step : steps) {
        (this->*step)();
        if (!announce())
            return false;
    }
    return true;
}

void StreamPrivate::setState(Stream::State newState)
{
    if (std::exchange(state, newState) != newState)
        news.add([this, newState] { Q_EMIT q->stateChanged(newState); });
}

// What does not end the stream.
void StreamPrivate::report(const Failure &why)
{
    news.add([this, why] {
        failure = why;
        q->setErrorString(why.text);
        Q_EMIT q->errorOccurred(why.error, why.text);
    });
}

// The side is given up first, so that a slot may connect again.
void StreamPrivate::fail(const Failure &why)
{
    report(why);
    dropSide();
    if (state != Stream::UnconnectedState)
        noteDisconnected();
}

void StreamPrivate::noteDisconnected()
{
    setState(Stream::UnconnectedState);
    news.add([this] { Q_EMIT q->disconnected(); });
}

bool StreamPrivate::connectToBus()
{
    news.clear(); // of the connection before
    failure = {};
    reader.reset();
    writer.reset();
    peer.reset();
    lockDeadline.setRemainingTime(BusLock::patience);
    setState(Stream::ConnectingState);
    return announce() && perform({&StreamPrivate::takeSide});
}

// Tried until the locks are free.
void StreamPrivate::takeSide()
{
    if (side || state == Stream::UnconnectedState)
        return;
    if (const Outcome named = checkStreamName(nativeFileName); !named)
        return fail(named.failure());
    Result<std::unique_ptr<StreamSide>> taken = StreamSide::take(nativeFileName);
    if (!taken)
        return fail(taken.failure());
    if (!*taken && lockDeadline.hasExpired())
        return fail({Error::LockTimeout,
                     Stream::tr("another process has held the lock of %1 for %2 s; end that process, or let it continue")
                         .arg(shownPath(nativeFileName), QString::number(BusLock::patience.count()))});
    if (!*taken)
        return takeSideLater();
    side = std::move(*taken);
    reader.begin(side->subscription());
    if (const Outcome begun = writer.begin(side->writePath(), alarm); !begun)
        return fail(begun.failure());
    alarm.start();
    pumpSoon();
}

// By waitUntil(), or when there is an event loop.
void StreamPrivate::takeSideLater()
{
    taking.startIn(BusLock::retryInterval);
    if (!taking.isActive())
        postedTake.post(q, [this] { perform({&StreamPrivate::takeSide}); });
}

void StreamPrivate::closeWriteChannel()
{
    if (writer.progress() != DuplexWriter::Open || state == Stream::UnconnectedState)
        return;
    writer.close();
    push();
}

bool StreamPrivate::disconnectFromBus()
{
    if (state == Stream::UnconnectedState)
        return true;
    setState(Stream::ClosingState);
    if (!announce())
        return false;
    return state != Stream::ClosingState || perform({&StreamPrivate::closeWriteChannel, &StreamPrivate::leaveIfDone});
}

// Both directions have ended, or this one has and the application does not want the other any more.
void StreamPrivate::leaveIfDone()
{
    if (!side || !writer.isDrained())
        return;
    acknowledge();
    if (reader.isDone() || state == Stream::ClosingState)
        leave();
}

void StreamPrivate::leave()
{
    side->subscription().unsubscribe();
    dropSide();
    noteDisconnected();
}

bool StreamPrivate::abort()
{
    const bool wasConnected = state != Stream::UnconnectedState;
    if (wasConnected)
        news.clear();
    reader.clear();
    writer.clear();
    dropSide();
    if (q->isOpen())
        q->QIODevice::close();
    if (!wasConnected)
        return true;
    noteDisconnected();
    return announce();
}

void StreamPrivate::dropSide()
{
    notePublished();
    alarm.stop();
    retry.stop();
    taking.stop();
    writer.stop();
    reader.stop();
    side.reset();
}

} // namespace FileBus
