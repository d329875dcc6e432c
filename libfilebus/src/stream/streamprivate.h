// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/producer.h>
#include <filebus/stream.h>

#include "base/failure.h"
#include "base/postedcall.h"
#include "file/consume/subscription.h"
#include "file/disk/ownerfile.h"
#include "file/watch/directoryalarm.h"
#include "file/watch/lockretry.h"
#include "stream/receivebuffer.h"
#include "stream/streamend.h"

#include <QtCore/QDeadlineTimer>

#include <functional>
#include <optional>

namespace FileBus
{

/// What moves the bytes of a stream: pump() does all that can be done now in both directions, and is called whenever something
/// may have changed. Each signal may have been the last: whoever hears it may delete the stream.
class StreamPrivate
{
public:
    /// Of one direction.
    enum Progress { Open, Ending, Ended };

    explicit StreamPrivate(Stream *stream);

    void connectToBus();
    void takeEnd();
    void takeEndLater();
    bool startWriting();
    template<typename Slot>
    auto fromProducer(Slot slot);
    void pump();
    void pumpSoon();
    void advanceProducer();
    void pull();
    void announce();
    bool take(Subscription::Depth depth);
    void takeLater();
    void failAtBlock();
    bool hasRoom() const;
    void hold();
    void holdSoon();
    void tellFull();
    void tellFullSoon();
    void noteReadEnd();
    void acknowledge();
    void push();
    void publishNext();
    void noteWritten();
    void endWriting();
    void checkPeer();
    void notePeer(const Owner &owner);
    void notePeerGone(bool inboxExists);
    void notePeerLeft();
    bool peerHasLeft() const;
    bool peerHasEnded() const;
    void leaveIfDone();
    void leave();
    void dropProducer();
    void dropEnd();
    void setState(Stream::State newState);
    void fail(const Failure &why);
    void report(const Failure &why);
    bool awaitsReader() const;
    bool waitUntil(int msecs, const std::function<bool()> &condition);
    bool advanceUntil(int msecs, const std::function<bool()> &condition);

    Stream *q;
    QByteArray nativeFileName;
    quint64 window = 64;
    qsizetype blockSize = 65536;
    qint64 readBufferSize = 0;

    Stream::State state = Stream::UnconnectedState;
    Failure failure;
    std::unique_ptr<StreamEnd> end;
    std::unique_ptr<Producer> producer;
    int producerCalls = 0; ///< signals of a producer that are being dealt with
    DirectoryAlarm alarm;
    LockRetry retry;  ///< for what cannot be read now
    LockRetry taking; ///< for an end, while a lock is taken
    PostedCall postedTake;
    QDeadlineTimer lockDeadline;
    bool pumping = false;
    bool pushing = false;
    bool announcing = false;
    bool isAnnounced = false; ///< that there is something to read, and there was no time to read it yet
    quint64 announcements = 0;
    PostedCall postedPump;
    PostedCall postedHold;
    PostedCall postedFull;

    ReceiveBuffer received;
    std::optional<Failure> blocked; ///< why no more can be received
    Progress reading = Open;
    QString holdProblem; ///< that was reported
    bool isFullTold = false;
    QByteArray toWrite;
    qsizetype inFlight = 0; ///< bytes that the producer has and did not publish yet
    qint64 written = 0;     ///< bytes, ever
    Progress writing = Open;
    bool drained = false; ///< the other end has all that it wants of what was written, and knows of the end

    bool peerAlive = false;
    QString peerName;
    QDeadlineTimer nextPeerCheck;
};

} // namespace FileBus
