// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/format.h>

#include <QtCore/QList>
#include <QtCore/QObject>

#include <chrono>
#include <memory>

namespace FileBus
{
class ConsumerPrivate;

/// What Consumer::lostChunks() is worth.
enum class LossKnowledge {
    Exact,   ///< all chunks had numbers
    AtLeast, ///< some had none, and the events of the file system tell that so many were replaced unseen; or a restored bus
             ///< (Error::PutBack) had been published on, farther than its history reaches back
    Unknown, ///< some had none, and the system does not tell
};

/// Reads the chunks of a bus in order and reports what was lost; unless it is lossless, it never writes.
///
///     FileBus::Consumer consumer(u"/run/user/1000/temperature.bus"_s);
///     connect(&consumer, &FileBus::Consumer::chunkReceived, this, &Gauge::show);
///     consumer.start();
///
/// Any number of consumers may read one bus; they need read permission on it and on its directory, and slow nobody. A consumer
/// that is slower than the producers misses chunks and is told how many. The bus need not exist, nor its directory: a consumer
/// waits for them, and outlives their removal.
///
/// Lives in one thread, with an event loop or through waitForChunk().
class FILEBUS_EXPORT Consumer : public QObject
{
    Q_OBJECT
public:
    explicit Consumer(QObject *parent = nullptr);
    explicit Consumer(const QString &fileName, QObject *parent = nullptr);
    ~Consumer() override;

    /// The path of the bus; a relative one is resolved when it is set. To be set while the consumer does not run.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same for a name that is no valid UTF-8, as bytes.
    void setNativeFileName(const QByteArray &fileName);

    /// Whether events of the file system announce chunks (the default), or only the timer finds them.
    bool isFileMonitoring() const;
    void setFileMonitoring(bool enabled);

    /// How often to look without being told, from 1 ms. Bounds how late a chunk is seen where events do not work: on network file
    /// systems and FUSE, and where inotify is exhausted. Unless it is set, that is every 100 ms (as is returned), but once a
    /// second if the bus is on a local file system whose events work, except for a lossless consumer of Format::Raw.
    std::chrono::milliseconds sleepInterval() const;
    void setSleepInterval(std::chrono::milliseconds interval);

    /// For how long at a time the consumer has its thread for itself, at most a day. 0 (unless set): not at all, it is driven by
    /// events. Otherwise it waits for chunks by itself, and all else in the thread is served only between two turns: for programs
    /// that do little but consume, as that takes a part of the time of an event loop, and of its latency. What interrupts a turn
    /// is a signal of the system, and, of the descriptors @p interrupts, one that poll(2) finds readable, hung up or broken. A
    /// lossless consumer is always driven by events. Counts from the next turn.
    std::chrono::milliseconds turn() const;
    void setTurn(std::chrono::milliseconds length, const QList<int> &interrupts = {});

    /// The format of the bus. Unless it is set, each chunk tells by itself: what bears a mark of a tar archive is one, and is
    /// reported if it is damaged; anything else is raw. A lossless consumer is to be told Format::Raw: then it takes each chunk
    /// off the bus, instead of subscribing; of several consumers one gets it, and subscription() means nothing. Counts from the
    /// next start().
    void setFormat(Format format);

    /// Whether producers wait for this consumer. A lossless consumer subscribes: every chunk that is published from then on comes
    /// to it, in order, exactly once while it lives. It must be allowed to publish, as it keeps an inbox beside the bus, and
    /// begins with what is published after it subscribed, whatever setStart() says. A producer that is not lossless does not
    /// wait, and what an inbox has no room for is lost; that is told, as ever. Counts from the next start().
    bool isLossless() const;
    void setLossless(bool lossless);
    /// The name of a subscription that outlives its consumer: what was not received goes to the next consumer of that name, and
    /// the last chunk once more if this one was killed while it was being received. From 1 to 200 bytes, without '/'; empty,
    /// unless set, for a subscription that ends with stop(). A name belongs to one living process at a time (NameInUse).
    QString subscription() const;
    void setSubscription(const QString &name);
    /// To be called while a chunk, or the end, is being received: it is dealt with, and does not come again even if stop()
    /// follows or the process is killed. Without this that is so when chunkReceived() or ended() returns and the consumer still
    /// runs.
    void acknowledge();
    /// Removes a subscription that no living consumer holds, and what waits for it. False, and errorOccurred(), if it fails.
    bool unsubscribe();

    /// With which chunk to begin: the one that is on the bus (unless set), only what comes after it, or the oldest that the
    /// history holds. If the bus is empty, each of them begins with the first chunk that is published. Counts from the next
    /// start().
    enum class Start { Last, New, All };
    void setStart(Start start);
    /// Begins with the chunk of that number, from 1, of the stream that is met first: from the history if it is older than the
    /// newest (what is gone there is reported lost), else when it comes.
    void setStartSequence(quint64 sequence);

    /// Signals come from the event loop, after start() has returned.
    void start();
    void stop();
    bool isRunning() const;
    /// Looks now, as after an event, and receives what is there before it returns. Call it before a deadline counts as missed: a
    /// process that was stopped (SIGSTOP, suspend) may find the deadline expired while chunks wait.
    void look();

    /// Starts if necessary, and waits until a chunk was received, in a local event loop; -1 waits for ever. False after
    /// @p timeout, or if the consumer gave up.
    bool waitForChunk(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// Since start(): chunks received, and chunks known to be lost.
    quint64 receivedChunks() const;
    quint64 lostChunks() const;

    /// Within chunkReceived(): whether that chunk was no longer on the bus and was fetched from the history.
    bool isFromHistory() const;

    /// Why the consumer polls although file monitoring is asked for, or that it is switched off; empty if events work.
    QString reasonForPolling() const;

    LossKnowledge lossKnowledge() const;

Q_SIGNALS:
    /// A lossless consumer has subscribed: what is published from now on will come.
    void subscribed();
    /// To a lossless consumer: every producer it heard, and every other one that lives, has said that it will send no more; with
    /// Format::Raw, one of them has. It goes on, in case that another one comes: without a name it subscribes anew.
    void ended();
    /// A chunk that was not received before; In order; chunksLost() comes before the chunk after the gap.
    void chunkReceived(const FileBus::Chunk &chunk);
    /// The chunks @p firstSequence to @p firstSequence + @p count − 1 of the stream were published and are gone. If
    /// @p firstSequence is 0, they had no numbers, and at least @p count are gone.
    void chunksLost(quint64 firstSequence, quint64 count);
    /// The bus cannot be read as it is now; emitted once for each new state. An error that may pass, such as a lack of
    /// descriptors, is reported only if it lasts for 10 seconds. The consumer continues and waits for the next chunk, unless
    /// isRunning() is false: then it gave up. A lossless one gives up when it cannot read what waits for it: nothing is lost, and
    /// with a subscription() everything still waits. With Error::PutBack nothing is wrong with the bus: it was restored from a
    /// backup, the chunks from there on follow, and their numbers may have been received before.
    void errorOccurred(FileBus::Error error, const QString &message);
    void reasonForPollingChanged(const QString &reason);

private:
    std::unique_ptr<ConsumerPrivate> d;
    friend class ConsumerPrivate;
};

} // namespace FileBus
