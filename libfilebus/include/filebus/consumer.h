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
/// Any number of consumers can read one bus. They need read permission on the bus and on its directory, and they slow nobody
/// down. A consumer that is slower than the producers loses chunks, and reports how many. Neither the bus nor its directory has
/// to exist: a consumer waits for them, and survives their removal.
///
/// The path of the bus can also be the address of a bus on a cluster, such as nats://HOST/NAME (docs/cluster.md). On a cluster:
///
/// - start() never waits for the servers. The consumer waits for servers that cannot be reached, and reports Error::Unreachable
///   once; it reconnects by itself and continues after the last chunk.
/// - Chunk::userId() is unknown: producers only describe themselves.
/// - Lossless consumers, unsubscribe() and Format::Raw fail with Error::NotSupported in this version.
///
/// A consumer belongs to one thread, QObject::thread(). Call all its functions there. It can be moved to another thread at any
/// time (QObject::moveToThread()), even while it runs, but not from one of its own slots. It works with an event loop. Without
/// one, and even without a QCoreApplication, it works through waitForChunk().
///
/// Signals are emitted from the event loop and from within waitForChunk(), look() and unsubscribe(), never from start(), stop()
/// or a setter. A slot may do anything to the consumer, including stopping, restarting or deleting it.
///
/// A setter that gets a value out of range, or is called at the wrong time, changes nothing and logs a warning in the category
/// `filebus.consumer`.
class FILEBUS_EXPORT Consumer : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QString reasonForPolling READ reasonForPolling NOTIFY reasonForPollingChanged)
public:
    explicit Consumer(QObject *parent = nullptr);
    explicit Consumer(const QString &fileName, QObject *parent = nullptr);
    /// Stops, as stop() does.
    ~Consumer() override;

    /// The path of the bus, or its address on a cluster (default: empty). A relative path is resolved when it is set. It cannot
    /// be set while the consumer runs. With a path that cannot name a file (empty, containing a NUL, ending in a directory), or
    /// an invalid address, start() fails with Error::InvalidName.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same path as raw bytes, for names that are not valid UTF-8.
    QByteArray nativeFileName() const;
    void setNativeFileName(const QByteArray &fileName);

    /// Whether file system events announce new chunks (default: true). If not, the consumer only polls. Takes effect at the next
    /// start().
    bool isFileMonitoring() const;
    void setFileMonitoring(bool enabled);

    /// The polling interval, from 1 ms to 24 h: how often the consumer looks without an event. It bounds the delay where events
    /// do not work: on network file systems, on FUSE, and when inotify is exhausted. The default is 100 ms (the value returned).
    /// If no interval was set and the bus is on a local file system with working events, the consumer polls only every second;
    /// a lossless one with Format::Raw polls every 100 ms even then. On a cluster, the consumer looks at this interval only for a
    /// bus that does not exist yet; the servers announce chunks. Takes effect at the next start().
    std::chrono::milliseconds sleepInterval() const;
    void setSleepInterval(std::chrono::milliseconds interval);

    /// How long the consumer may block its thread at a time while it waits for chunks, from 0 to 24 h. With 0 (the default) it
    /// never blocks; the event loop drives it. Blocking saves part of the CPU time and latency of an event loop, but everything
    /// else in the thread runs only between two such turns. It suits programs that do little but consume. A turn ends early when
    /// the process handles a signal, and when poll(2) reports one of the descriptors @p interrupts as readable, hung up or
    /// broken. A lossless consumer never blocks like this. Takes effect at the next turn.
    std::chrono::milliseconds turn() const;
    QList<int> turnInterrupts() const;
    void setTurn(std::chrono::milliseconds length, const QList<int> &interrupts = {});

    /// The format of the bus. By default (nothing) the consumer detects the format of each chunk: a chunk that carries the signs
    /// of a tar archive is one, and is reported if it is damaged; anything else is raw. A lossless consumer must be given
    /// Format::Raw explicitly. It then removes each chunk from the bus instead of subscribing; several consumers share the
    /// chunks, and subscription() is ignored. Takes effect at the next start().
    std::optional<Format> format() const;
    void setFormat(std::optional<Format> format);

    /// Whether producers wait for this consumer (default: false). A lossless consumer subscribes. It receives every chunk that is
    /// published from then on, in order, and exactly once while it lives. It keeps an inbox beside the bus, and so needs
    /// permission to publish. It begins with the first chunk after it subscribed; if setStart() asks for something else, start()
    /// logs a warning. A producer that is not lossless does not wait: chunks for which the inbox has no room are lost, and
    /// reported as usual. Takes effect at the next start().
    bool isLossless() const;
    void setLossless(bool lossless);
    /// The name of the subscription (default: empty). A named subscription outlives its consumer: the next consumer of that name
    /// receives what this one did not, and once more the chunk that was being received when this one was killed. An unnamed
    /// subscription ends with stop(). A name has 1 to 200 bytes without '/'; otherwise start() fails with Error::InvalidName.
    /// Only one living process can use a name at a time (Error::NameInUse). Takes effect at the next start().
    QString subscription() const;
    void setSubscription(const QString &name);
    /// Acknowledges the chunk, or the end of stream, that is being received: it does not come again, even if stop() follows or
    /// the process is killed. Call it from a slot of chunkReceived() or ended(); elsewhere, and unless the consumer is lossless,
    /// it does nothing. Without this call, the chunk is acknowledged when the slot returns and the consumer still runs.
    void acknowledge();
    /// Removes the subscription named subscription() from the bus, with everything that waits for it. No living consumer may hold
    /// it, this one included. On failure, for example Error::NoSubscription, returns false, sets error() and emits
    /// errorOccurred(). Blocks the thread for up to 10 s while another process holds the lock of the bus; then it fails with
    /// Error::LockTimeout.
    bool unsubscribe();

    /// Where to begin: with the chunk that is on the bus (Last, the default), with the next one (New), or with the oldest in the
    /// history (All). On an empty bus all three begin with the first chunk that is published. Takes effect at the next start().
    enum class Start { Last, New, All };
    Q_ENUM(Start)
    /// Also Last if setStartSequence() was called after setStart().
    Start startMode() const;
    void setStart(Start start);
    /// Begins with the chunk @p sequence (from 1) of the first stream that the consumer sees. If that chunk is older than the
    /// newest, it comes from the history, and what has left the history is reported as lost; otherwise the consumer waits until
    /// it is published. The getter returns 0 if setStart() decides.
    quint64 startSequence() const;
    void setStartSequence(quint64 sequence);

    /// Starts to consume; restarts if it already runs. A lossless consumer tries to subscribe before this returns; subscribed()
    /// reports success. Errors, including fatal ones, are reported later by errorOccurred() from the event loop; until then
    /// isRunning() is true.
    void start();
    /// Stops, and releases the bus. No signal follows. The chunks that wait in an unnamed subscription are lost.
    void stop();
    /// True from start() until stop(), or until the consumer gives up (see errorOccurred()).
    bool isRunning() const;
    /// Looks now, as after an event. Receives what is there, for at most about 10 ms; the event loop continues with the rest.
    /// Call it before you treat a deadline as missed: a process that was stopped (SIGSTOP, suspend) can find the deadline expired
    /// while chunks wait. Does nothing while the consumer is stopped, or in a slot of the same consumer.
    void look();

    /// Blocks the thread until the next chunk has been received, that is, until chunkReceived() has been emitted for it. Later
    /// chunks wait for the next call or the event loop. Starts the consumer if necessary. A negative @p timeout waits for ever.
    /// Signals of this consumer are emitted meanwhile; no event loop is needed or run.
    ///
    /// Returns false after @p timeout, or at once when no chunk can come any more: when the consumer gave up (error()), or a slot
    /// stopped or deleted it. In a slot of the same consumer it logs a warning and returns false at once.
    bool waitForChunk(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// How many chunks were received, and how many are known to be lost, since start(). Both keep their values after stop().
    quint64 receivedChunks() const;
    quint64 lostChunks() const;
    /// How exact lostChunks() is.
    LossKnowledge lossKnowledge() const;

    /// In a slot of chunkReceived(): whether that chunk came from the history, because it was no longer on the bus.
    bool isFromHistory() const;

    /// Why the consumer polls: a sentence that explains why events do not work, or that file monitoring is off. Empty if events
    /// work, and while the consumer is stopped.
    QString reasonForPolling() const;

    /// The last error that errorOccurred() reported since start() or unsubscribe(), and its text. Error::NoError and an empty
    /// text if there was none.
    Error error() const;
    QString errorString() const;

Q_SIGNALS:
    /// A lossless consumer has subscribed: it will receive everything that is published from now on. Not emitted with
    /// Format::Raw.
    void subscribed();
    /// A lossless consumer is at the end of the stream: every producer it has received from, and every other running one, has
    /// announced that it will publish no more. For a killed producer, the announcement of one that began later counts. With
    /// Format::Raw, one announcement is enough. The consumer continues in case another producer comes; if its subscription has no
    /// name, it subscribes again.
    void ended();
    /// The next chunk, in order; never one that was received before.
    void chunkReceived(const FileBus::Chunk &chunk);
    /// The chunks @p firstSequence to @p firstSequence + @p count − 1 of the stream were published, and can no longer be fetched.
    /// If @p firstSequence is 0, the chunks had no numbers, and at least @p count were lost. Emitted before the chunk that
    /// follows the gap.
    void chunksLost(quint64 firstSequence, quint64 count);
    /// The bus cannot be read in its present state. Emitted once for each such state. A temporary error, such as a lack of
    /// descriptors, is reported only if it lasts for 10 s.
    ///
    /// The consumer continues and waits for the next chunk, unless isRunning() is false: then it has given up. It gives up if the
    /// name of the bus or of the subscription is invalid. A lossless consumer also gives up if it cannot subscribe, or cannot
    /// read what waits for it; nothing is lost then, and in a named subscription everything still waits. On a cluster, a consumer
    /// also gives up after Error::PermissionDenied, Error::NotABus and Error::NotSupported.
    ///
    /// Error::PutBack is no defect: the bus was restored from a backup. The chunks from there on follow; chunks with their
    /// numbers may have been received before.
    void errorOccurred(FileBus::Error error, const QString &message);
    /// @p reason is the new reasonForPolling().
    void reasonForPollingChanged(const QString &reason);

private:
    std::unique_ptr<ConsumerPrivate> d;
    friend class ConsumerPrivate;
};

} // namespace FileBus
