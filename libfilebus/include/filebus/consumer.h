// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/format.h>
#include <filebus/lossknowledge.h>

#include <QtCore/QList>
#include <QtCore/QObject>

#include <chrono>
#include <memory>
#include <optional>

namespace FileBus
{
class ConsumerPrivate;

/// Reads the chunks of a bus in order and reports what was lost. Unless it is lossless, it never writes.
///
///     FileBus::Consumer consumer(u"/run/user/1000/temperature.bus"_s);
///     connect(&consumer, &FileBus::Consumer::chunkReceived, this, &Gauge::show);
///     consumer.start();
///
/// Any number of consumers can read one bus; they need read permission on it and on its directory, and slow nobody down. A
/// consumer that is slower than the producers misses chunks and is told how many. Neither the bus nor its directory need exist: a
/// consumer waits for them, and outlives their removal.
///
/// A consumer belongs to one thread, its QObject::thread(), and all its functions are called there. It can be moved to another
/// thread at any time, also while it runs (QObject::moveToThread()), but not from one of its own slots. It works with an event
/// loop, or without one through waitForChunk(), which needs no QCoreApplication either.
///
/// All signals come from the event loop or from within waitForChunk(), look() or unsubscribe(); start(), stop() and the setters
/// emit none. A slot may do anything to the consumer, including stopping, restarting or deleting it.
///
/// A setter that is given a value out of range, or is called when it must not be, changes nothing and logs a warning in the
/// category `filebus.consumer`.
class FILEBUS_EXPORT Consumer : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QString reasonForPolling READ reasonForPolling NOTIFY reasonForPollingChanged)
public:
    explicit Consumer(QObject *parent = nullptr);
    explicit Consumer(const QString &fileName, QObject *parent = nullptr);
    /// Does what stop() does.
    ~Consumer() override;

    /// The path of the bus; a relative one is resolved when it is set. Empty until it is set. Not while the consumer runs. A path
    /// that names no file (empty, with a NUL, ending in a directory) makes start() fail with Error::InvalidName.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same as raw bytes, for a name that is not valid UTF-8.
    QByteArray nativeFileName() const;
    void setNativeFileName(const QByteArray &fileName);

    /// Whether file system events announce chunks (the default), or only the timer finds them. Takes effect at the next start().
    bool isFileMonitoring() const;
    void setFileMonitoring(bool enabled);

    /// The polling interval, from 1 ms to 24 h: how often to look without an event. It bounds how late a chunk is seen where
    /// events do not work: on network file systems and FUSE, and where inotify is exhausted. By default that is every 100 ms (the
    /// value returned), but once a second if the bus is on a local file system whose events work, except for a lossless consumer
    /// of Format::Raw. Takes effect at the next start().
    std::chrono::milliseconds sleepInterval() const;
    void setSleepInterval(std::chrono::milliseconds interval);

    /// How long the consumer may block its thread at a time while it waits for chunks, from 0 to 24 h. With 0 (the default) it
    /// never blocks and is driven by events. Blocking saves part of the CPU time and latency of an event loop; everything else in
    /// the thread is served only between two turns, so it is for programs that do little but consume. A signal, or a descriptor
    /// in
    /// @p interrupts that poll(2) reports as readable, hung up or broken, ends a turn. A lossless consumer is always driven by
    /// events. Takes effect at the next turn.
    std::chrono::milliseconds turn() const;
    QList<int> turnInterrupts() const;
    void setTurn(std::chrono::milliseconds length, const QList<int> &interrupts = {});

    /// The format of the bus. By default (nothing) it is detected for each chunk: one that carries the mark of a tar archive is
    /// one, and is reported if it is damaged; anything else is raw. A lossless consumer must be given Format::Raw explicitly; it
    /// then removes each chunk from the bus instead of subscribing, several consumers share the chunks, and subscription() means
    /// nothing. Takes effect at the next start().
    std::optional<Format> format() const;
    void setFormat(std::optional<Format> format);

    /// Whether producers wait for this consumer; off by default. A lossless consumer subscribes: every chunk that is published
    /// from then on comes to it, in order, exactly once while it lives. It keeps an inbox beside the bus and so needs permission
    /// to publish. It begins with what is published after it subscribed; another setStart() makes start() log a warning. A
    /// producer that is not lossless does not wait: what an inbox has no room for is lost, and is reported as usual. Takes effect
    /// at the next start().
    bool isLossless() const;
    void setLossless(bool lossless);
    /// The name of a subscription that outlives its consumer. What was not received goes to the next consumer of that name, and
    /// so does, once more, the chunk that was being received when the consumer was killed. From 1 to 200 bytes, without '/'; else
    /// start() fails with Error::InvalidName. Empty by default: the subscription then ends with stop(). A name belongs to one
    /// living process at a time (Error::NameInUse). Takes effect at the next start().
    QString subscription() const;
    void setSubscription(const QString &name);
    /// Marks the chunk, or the end, that is being received as dealt with: it does not come again even if stop() follows or the
    /// process is killed. To be called from a slot of chunkReceived() or ended(); elsewhere, and unless the consumer is lossless,
    /// it does nothing. Otherwise the chunk counts as dealt with when that slot returns and the consumer still runs.
    void acknowledge();
    /// Removes the subscription of that name from the bus, with all that waits for it. No living consumer may hold it, this one
    /// included. False, error() and errorOccurred() if that fails, for instance with Error::NoSubscription. Blocks the thread
    /// while another process holds the lock of the bus, for up to 10 s; then it fails with Error::LockTimeout.
    bool unsubscribe();

    /// Where to begin: with the chunk that is on the bus (the default), with the one after it, or with the oldest in the history.
    /// On an empty bus each of them begins with the first chunk that is published. Takes effect at the next start().
    enum class Start { Last, New, All };
    Q_ENUM(Start)
    /// Last as well if setStartSequence() was called later.
    Start startMode() const;
    void setStart(Start start);
    /// Begins with the chunk of that number, from 1, of the first stream that is met: from the history if it is older than the
    /// newest (what is gone from there is reported as lost), otherwise when it is published. 0 if setStart() decides.
    quint64 startSequence() const;
    void setStartSequence(quint64 sequence);

    /// Begins to consume, anew if it already runs. A lossless consumer tries to subscribe before this returns; subscribed() tells
    /// when it has. What goes wrong is reported by errorOccurred() later, from the event loop, even if nothing can ever come;
    /// until then isRunning() is true.
    void start();
    /// Lets go of the bus. No more signals come. Without a subscription() name, what waited for a lossless consumer is lost.
    void stop();
    /// From start() until stop(), or until the consumer gave up: see errorOccurred().
    bool isRunning() const;
    /// Looks now, as after an event, and receives what is there before it returns, for at most about 10 ms; then the event loop
    /// goes on with the rest. Call it before a deadline counts as missed: a process that was stopped (SIGSTOP, suspend) may find
    /// the deadline expired while chunks wait. Does nothing unless the consumer runs, nor in a slot of the same consumer.
    void look();

    /// Starts the consumer if it is not running, and blocks the thread until the next chunk was received: chunkReceived() has
    /// been emitted for it, and the chunks behind it wait for the next call or the event loop. A negative @p timeout waits for
    /// ever. Signals of this consumer are emitted meanwhile; no event loop is needed or run.
    ///
    /// False after @p timeout, and at once when no chunk can come any more: the consumer gave up (error()), or a slot stopped or
    /// deleted it. Also at once, with a warning, in a slot of the same consumer.
    bool waitForChunk(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// Since start(): the chunks received, and those known to be lost. They stay after stop().
    quint64 receivedChunks() const;
    quint64 lostChunks() const;
    /// How exact lostChunks() is.
    LossKnowledge lossKnowledge() const;

    /// In a slot of chunkReceived(): whether that chunk was no longer on the bus and was fetched from the history.
    bool isFromHistory() const;

    /// Why the consumer polls although file monitoring is on, or that it is off; empty if events work, and while it does not run.
    QString reasonForPolling() const;

    /// What errorOccurred() reported last since start() or unsubscribe(); Error::NoError and empty if nothing.
    Error error() const;
    QString errorString() const;

Q_SIGNALS:
    /// A lossless consumer has subscribed: what is published from now on will come. Not with Format::Raw.
    void subscribed();
    /// To a lossless consumer: every producer it has received from, and every other running one, has said that it will send no
    /// more; with Format::Raw, one of them has. The consumer continues, in case another producer comes: without a name it
    /// subscribes anew.
    void ended();
    /// A chunk that was not received before, in order.
    void chunkReceived(const FileBus::Chunk &chunk);
    /// The chunks @p firstSequence to @p firstSequence + @p count − 1 of the stream were published and are gone. If
    /// @p firstSequence is 0, they had no numbers, and at least @p count are gone. Comes before the chunk that follows the gap.
    void chunksLost(quint64 firstSequence, quint64 count);
    /// The bus cannot be read as it is now; emitted once for each new state. An error that may pass, such as a lack of
    /// descriptors, is reported only if it lasts for 10 s. The consumer continues and waits for the next chunk, unless
    /// isRunning() is false: then it gave up. It gives up if the name of the bus or of the subscription is invalid; a lossless
    /// one also if it cannot subscribe, or cannot read what waits for it: nothing is lost, and with a subscription() everything
    /// still waits. With Error::PutBack nothing is wrong with the bus: it was restored from a backup, the chunks from there on
    /// follow, and their numbers may have been received before.
    void errorOccurred(FileBus::Error error, const QString &message);
    /// @p reason: as reasonForPolling().
    void reasonForPollingChanged(const QString &reason);

private:
    std::unique_ptr<ConsumerPrivate> d;
    friend class ConsumerPrivate;
};

} // namespace FileBus
