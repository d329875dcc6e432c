// SPDX-License-Identifier: Apache-2.0
#include "base/failure.h"
#include "stream/duplexreader.h"
#include "stream/peerwatch.h"
#include "stream/streamprivate.h"

#include <filebus/error.h>
#include <filebus/stream.h>

#include <optional>
#include <utility>

namespace FileBus
{

bool StreamPrivate::pump()
{
    return perform({&StreamPrivate::watchPeer, &StreamPrivate::receive, &StreamPrivate::concludeReading, &StreamPrivate::push,
                    &StreamPrivate::leaveIfDone});
}

void StreamPrivate::pumpSoon()
{
    postedPump.post(q, [this] { pump(); });
}

void StreamPrivate::pushSoon()
{
    postedPush.post(q, [this] { perform({&StreamPrivate::push, &StreamPrivate::leaveIfDone}); });
}

void StreamPrivate::watchPeer()
{
    if (!side)
        return;
    switch (peer.look(side->peer())) {
    case PeerWatch::NoNews:
        return;
    case PeerWatch::Came:
        return notePeer();
    case PeerWatch::Died:
        return notePeerLost();
    case PeerWatch::Left:
        return reader.isEndKnown() ? notePeerLeft() : notePeerLost();
    case PeerWatch::Absent:
        return reader.progress() == DuplexReader::Open ? void() : notePeerLeft();
    }
}

void StreamPrivate::notePeer()
{
    if (state == Stream::ConnectingState)
        setState(Stream::ConnectedState);
    news.add([this] { Q_EMIT q->connected(); });
}

void StreamPrivate::notePeerLost()
{
    if (writer.isDrained())
        return;
    if (state == Stream::ConnectedState)
        setState(Stream::ConnectingState);
    news.add([this] { Q_EMIT q->peerLost(peer.name()); });
}

// Nobody will read what is written here, be it known to a producer that has met the peer or to a successor that has not. What the
// peer sent before is still to be read.
void StreamPrivate::notePeerLeft()
{
    if (writer.isDrained())
        return;
    const qint64 unsent = writer.unpublished();
    writer.giveUp();
    if (unsent > 0)
        report({Error::PeerClosed,
                Stream::tr("%1 has disconnected; %2 bytes were not sent")
                    .arg(peer.name().isEmpty() ? Stream::tr("the other side") : peer.name(), QString::number(unsent))});
}

// While the application waits for more than has come, the peer may wait for room. An application that reads at once pays nothing.
void StreamPrivate::receive()
{
    if (!side)
        return;
    acknowledge();
    isReadyReadNew = reader.receive(alarm);
    if (isReadyReadNew)
        news.addReadyRead();
    else if (const std::optional<Failure> problem = isReadingAwaited ? std::nullopt : reader.hold())
        report(*problem);
    if (reader.isTryingAgain()) // without an event loop, waitUntil() looks again
        retry.startNext();
    else
        retry.reset();
}

// What was read, and not put back by a transaction or peek(), is dealt with.
void StreamPrivate::acknowledge()
{
    if (!q->isTransactionStarted())
        reader.acknowledge(q->QIODevice::bytesAvailable());
}

// What came before a block has been announced. What was read of it must not come to a successor as well.
void StreamPrivate::concludeReading()
{
    if (!side)
        return;
    if (std::exchange(isReadyReadNew, false))
        giveTimeToRead();
    if (reader.takeEnding())
        news.add([this] { Q_EMIT q->readChannelFinished(); });
    if (const std::optional<Failure> why = reader.takeBlock()) {
        acknowledge();
        fail(*why);
    }
}

// What was not read by then is held. A queued connection reads before that.
void StreamPrivate::giveTimeToRead()
{
    isReadingAwaited = true;
    ++readyReads;
    holdLater();
}

void StreamPrivate::holdLater()
{
    postedHold.post(q, [this, seen = readyReads] {
        if (seen != readyReads)
            return holdLater();
        isReadingAwaited = false;
        pump();
    });
}

void StreamPrivate::noteFullness()
{
    if (const std::optional<Failure> why = reader.takeFullness())
        report(*why);
}

void StreamPrivate::noteFullnessSoon()
{
    if (reader.isFull() && !reader.isFullnessReported())
        postedFullness.post(q, [this] { perform({&StreamPrivate::noteFullness}); });
}

// Whoever has a chunk that was published to nobody is looked for at once, as it may be dead at the next look.
void StreamPrivate::push()
{
    if (!side)
        return;
    while (writer.hasBlock() && !peer.hasJustLeft(side->peer()))
        writer.publishBlock();
    writer.endIfAllIsPublished();
    if (notePublished() && !peer.isPresent())
        pumpSoon();
    if (const std::optional<Failure> why = writer.takeFailure())
        fail(*why);
}

bool StreamPrivate::notePublished()
{
    const qint64 bytes = writer.takePublished();
    news.addBytesWritten(bytes);
    return bytes > 0;
}

} // namespace FileBus
