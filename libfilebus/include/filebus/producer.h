// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/format.h>

#include <QtCore/QObject>

#include <chrono>
#include <memory>

namespace FileBus
{
class ProducerPrivate;

/// Publishes chunks on a bus.
///
///     FileBus::Producer producer(u"/run/user/1000/temperature.bus"_s);
///     producer.publish("21.5");
///
/// Any number of producers, in any processes, can publish on one bus; their chunks share one numbering. Producers exclude each
/// other with flock(2) on X.lock, and so does the original filebus.
///
/// The path of the bus can also be the address of a bus on a cluster, such as nats://HOST/NAME (docs/cluster.md). On a cluster:
///
/// - open() waits until the servers are reached and the bus exists, at most for lockTimeout(). publish() never waits: it leaves
///   every chunk pending, and published() reports those that the servers have stored.
/// - Errors that may be temporary (Error::Unreachable, Error::LockTimeout) are reported after lockTimeout(), and the producer
///   tries again. It reconnects by itself.
/// - The largest chunk is what the servers accept, by default about 1 MiB. A larger one fails with Error::ChunkTooLarge.
/// - Lossless producers and Format::Raw fail with Error::NotSupported in this version.
///
/// While another process holds the lock, or a lossless consumer has no room, the producer keeps chunks in memory: they are
/// pending. The event loop of the thread publishes them in order; without an event loop, waitForPublished() and close() do.
///
/// A producer belongs to one thread, QObject::thread(). Call all its functions there. It can be moved to another thread at any
/// time (QObject::moveToThread()), even while chunks are pending, but not from one of its own slots. It needs neither an event
/// loop nor a QCoreApplication. A slot may call any function, but must not delete the producer (use deleteLater()).
///
/// A setter that gets a value out of range, or is called at the wrong time, changes nothing and logs a warning in the category
/// `filebus.producer`. Unless stated otherwise, a setting takes effect at the next publish().
class FILEBUS_EXPORT Producer : public QObject
{
    Q_OBJECT
public:
    explicit Producer(QObject *parent = nullptr);
    explicit Producer(const QString &fileName, QObject *parent = nullptr);
    /// Never waits: pending chunks, and an end() that was not announced yet, are dropped with a warning. Call close() first.
    ~Producer() override;

    /// The path of the bus, or its address on a cluster (default: empty). A relative path is resolved when it is set. Setting a
    /// path drops pending chunks, with a warning. With a path that cannot name a file (empty, containing a NUL, ending in a
    /// directory), or an invalid address, open() and publish() fail with Error::InvalidName.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same path as raw bytes, for names that are not valid UTF-8.
    QByteArray nativeFileName() const;
    void setNativeFileName(const QByteArray &fileName);

    /// How long another process may hold the lock before Error::LockTimeout is reported (default: 10 s; 0 reports it at once). On
    /// a cluster, how long the servers may be unreachable, or not answer, before that is reported.
    std::chrono::milliseconds lockTimeout() const;
    void setLockTimeout(std::chrono::milliseconds timeout);

    /// The format of the bus (default: Format::Tar). It cannot be set while chunks are pending. With Format::Raw there are no
    /// numbers and no history, and a chunk cannot be empty. A lossless raw bus holds one chunk at a time, which one consumer
    /// takes; awaitedConsumers() and window() are ignored.
    Format format() const;
    void setFormat(Format format);

    /// The bounds of the history, which is kept beside the bus for consumers that come late or fall behind: the number of chunks
    /// (default: 64; 0 keeps none) and the bytes of their files (from 0; default: 16 MiB). Each publish removes what
    /// exceeds the bounds of the producer that publishes. On a cluster, the bounds are those of the bus; open() and the first
    /// publish() set them.
    quint64 historyChunks() const;
    qint64 historyBytes() const;
    void setHistory(quint64 chunks, qint64 bytes = qint64(16) << 20);

    /// Whether chunks wait for lossless consumers, so that none is lost (default: false). Each chunk waits until the inbox of
    /// every subscribed consumer has room, and the first one also until awaitedConsumers() of them have subscribed. It cannot be
    /// set while chunks are pending.
    bool isLossless() const;
    void setLossless(bool lossless);
    /// How many lossless consumers must have subscribed before the first chunk is published (default: 1; 0 waits for none). It
    /// cannot be set while chunks are pending.
    quint64 awaitedConsumers() const;
    void setAwaitedConsumers(quint64 consumers);
    /// How many chunks may wait in an inbox, from 1 (default: 64). If an inbox is full, a lossless producer waits. Any other
    /// producer skips that inbox, and its consumer reports the loss.
    quint64 window() const;
    void setWindow(quint64 chunks);

    /// Whether file system events announce room in an inbox (default: true). If not, the producer only polls.
    bool isFileMonitoring() const;
    void setFileMonitoring(bool enabled);
    /// How often to look for room in an inbox without an event, from 1 ms to 24 h (default: 100 ms). Takes effect at once.
    std::chrono::milliseconds sleepInterval() const;
    void setSleepInterval(std::chrono::milliseconds interval);

    /// Checks that this process can publish on the bus, and creates what producers keep beside it (FORMAT.md, "On disk"). The bus
    /// file itself appears with the first chunk. publish() calls this if necessary. On failure returns false and sets error().
    ///
    /// On a cluster, creates the bus on the servers if it does not exist. This blocks the thread until they answer, at most for
    /// lockTimeout(). publish() does the same without blocking.
    bool open();

    /// Publishes @p payload as one chunk, of 0 bytes (1 with Format::Raw) to Chunk::maximumPayloadSize. Returns true if the chunk
    /// is on the bus, or pending because another process holds the lock, consumers are awaited, or other chunks are pending; on a
    /// cluster, it is always pending until the servers have stored it. On failure returns false and sets error(); the chunk is
    /// not kept, and the bus is unchanged. One exception: if some lossless consumers already have the chunk, the next publish
    /// completes it.
    ///
    /// Writes the chunk to a file in this thread. Producers hold the lock for microseconds, so publish() tries for up to half a
    /// millisecond before it leaves the chunk pending. It never waits for consumers.
    bool publish(const QByteArray &payload);

    /// How many chunks are pending. The queue is unbounded: a fast publisher should watch this or published().
    qsizetype pendingChunks() const;

    /// Blocks the thread until nothing is pending. A negative @p timeout waits for ever. Signals of this producer are emitted
    /// meanwhile; no event loop is needed or run. Returns false and sets error() after @p timeout (Error::LockTimeout or
    /// Error::ConsumerTimeout), after lockTimeout(), or if publishing fails; pending chunks stay pending.
    bool waitForPublished(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// Announces the end of the stream to lossless consumers, after everything that is pending. ended() and drained() follow from
    /// the event loop, waitForDrained() or close(). A later publish() opens the bus again. With Format::Raw the announcement
    /// waits until the last chunk has been taken, and reaches one consumer.
    void end();
    /// After end(): blocks the thread, like waitForPublished(), until the end has been announced and every living lossless
    /// consumer has taken everything that was published here. Without end() it is the same as waitForPublished().
    bool waitForDrained(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// Blocks the thread, like waitForPublished(), until nothing is pending and, after end(), like waitForDrained(). Then
    /// releases the bus, so that others see that this producer has gone. A later publish() opens the bus again. After @p timeout
    /// or on failure returns false and sets error(); nothing has been dropped then, and close() or abort() can be called. Does
    /// not call end(), because another producer may follow.
    bool close(std::chrono::milliseconds timeout = std::chrono::seconds(30));
    /// Releases the bus at once. Drops pending chunks, without a warning.
    void abort();

    /// This producer, as its chunks describe it. The id is chosen when the object is created.
    ProducerInfo info() const;
    /// The stream of the last chunk that this producer published; null before the first, and with Format::Raw.
    QUuid streamId() const;

    /// Why the last open(), publish(), waitForPublished(), waitForDrained() or close() returned false, or what errorOccurred()
    /// has reported since. Error::NoError and an empty text if it succeeded, or if a chunk has been published since.
    Error error() const;
    QString errorString() const;

Q_SIGNALS:
    /// A chunk is on the bus. Emitted for each chunk, in order: from within publish() if nothing was in the way, otherwise from
    /// the event loop or a function that waits. @p sequence is its Chunk::sequence(), 0 with Format::Raw.
    void published(quint64 sequence);
    /// After end(): the end of the stream has been announced.
    void ended();
    /// After ended(): every living lossless consumer has taken everything that was published here.
    void drained();
    /// A pending chunk, or the end of the stream, could not be published. Emitted from the event loop only, not for what made a
    /// function return false. After Error::LockTimeout and Error::Unreachable the event loop tries again, and reports the error
    /// again after each further lockTimeout(). After any other error, the next publish(), waitForPublished() or close() tries
    /// again.
    void errorOccurred(FileBus::Error error, const QString &message);

private:
    std::unique_ptr<ProducerPrivate> d;
};

} // namespace FileBus
