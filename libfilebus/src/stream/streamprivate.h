// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/stream.h>

#include "base/failure.h"
#include "base/postedcall.h"
#include "file/watch/directoryalarm.h"
#include "file/watch/lockretry.h"
#include "stream/collectedsignals.h"
#include "stream/duplexreader.h"
#include "stream/duplexwriter.h"
#include "stream/peerwatch.h"
#include "stream/streamside.h"

#include <QtCore/QDeadlineTimer>

#include <functional>
#include <initializer_list>
#include <memory>

namespace FileBus
{

/// What a stream does: it takes a side, pumps bytes in both directions while it holds that side, and leaves it.
///
/// The work is done in steps, which only collect what is to be emitted. Between two steps it is emitted, and a slot may do
/// anything to the stream. Functions that emit return false if a slot deleted it.
class StreamPrivate
{
public:
    explicit StreamPrivate(Stream *stream);

    bool connectToBus();
    bool disconnectFromBus();
    bool abort();
    void dropSide();

    /// Emits what was collected.
    bool announce() { return news.emitAll(); }
    /// Does everything that can be done now, in both directions. To be called whenever something may have changed.
    bool pump();
    void pumpSoon();
    /// Blocks the thread and pumps until @p condition holds. False as well after the timeout, and if the stream ended.
    bool waitUntil(int msecs, const std::function<bool()> &condition);

    // Steps
    void closeWriteChannel();
    void push();
    void noteFullness();

    /// Reports a full read buffer, unless something is read before.
    void noteFullnessSoon();

    Stream *q;
    QByteArray nativeFileName;
    Stream::State state = Stream::UnconnectedState;
    Failure failure; ///< reported last
    std::unique_ptr<StreamSide> side;
    DirectoryAlarm alarm;
    DuplexReader reader;
    DuplexWriter writer;
    PeerWatch peer;

private:
    using Step = void (StreamPrivate::*)();
    bool perform(std::initializer_list<Step> steps);

    void takeSide();
    void watchPeer();
    void receive();
    void concludeReading();
    void leaveIfDone();

    void takeSideLater();
    void pushSoon();
    void giveTimeToRead();
    void holdLater();
    void acknowledge();
    bool notePublished();
    void notePeer();
    void notePeerLost();
    void notePeerLeft();
    void noteDisconnected();
    void leave();
    void setState(Stream::State newState);
    void fail(const Failure &why);
    void report(const Failure &why);

    CollectedSignals news;
    LockRetry retry;  ///< for what cannot be received now
    LockRetry taking; ///< for a side, while a lock is taken
    QDeadlineTimer lockDeadline;
    bool isReadyReadNew = false;   ///< it was collected a step ago
    bool isReadingAwaited = false; ///< readyRead() was emitted, and the application has had no time to read yet
    quint64 readyReads = 0;
    PostedCall postedTake;
    PostedCall postedPump;
    PostedCall postedPush;
    PostedCall postedHold;
    PostedCall postedFullness;
};

} // namespace FileBus
