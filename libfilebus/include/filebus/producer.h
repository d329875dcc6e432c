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
class PublishQueue;

/// Publishes chunks on a bus.
///
///     FileBus::Producer producer(u"/run/user/1000/temperature.bus"_s);
///     producer.publish("21.5");
///
/// Any number of producers, in any processes, can publish on one bus; their chunks share one numbering. Producers exclude each
/// other with flock(2) on X.lock, and so does the original filebus.
///
/// While another process holds the lock, or a lossless consumer has no room, chunks are kept here: they are pending. The event
/// loop of the thread publishes them, in order, or waitForPublished() and close() where there is none.
///
/// A producer belongs to one thread, its QObject::thread(), and all its functions are called there. It can be moved to another
/// thread at any time, also while chunks are pending (QObject::moveToThread()), but not from one of its own slots. Neither an
/// event loop nor a QCoreApplication is needed. A slot may call any function, but must not delete the producer (use
/// deleteLater()).
///
/// A setter that is given a value out of range, or is called when it must not be, changes nothing and logs a warning in the
/// category `filebus.producer`. Setters that do not say otherwise take effect at the next publish().
class FILEBUS_EXPORT Producer : public QObject
{
    Q_OBJECT
public:
    explicit Producer(QObject *parent = nullptr);
    explicit Producer(const QString &fileName, QObject *parent = nullptr);
    /// Waits for nothing: pending chunks, and an end that was not said yet, are dropped with a warning. Call close() first.
    ~Producer() override;

    /// The path of the bus; a relative one is resolved when it is set. Empty until it is set. Setting it drops what is pending,
    /// with a warning. A path that names no file (empty, with a NUL, ending in a directory) makes open() and publish() fail with
    /// Error::InvalidName.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same as raw bytes, for a name that is not valid UTF-8.
    QByteArray nativeFileName() const;
    void setNativeFileName(const QByteArray &fileName);

    /// How long another process may hold the lock before Error::LockTimeout is reported; from 0, which reports it at once. 10 s
    /// by default.
    std::chrono::milliseconds lockTimeout() const;
    void setLockTimeout(std::chrono::milliseconds timeout);

    /// The format of the bus; Format::Tar by default. Not while chunks are pending. With Format::Raw there are no numbers and no
    /// history, and a chunk cannot be empty; a lossless bus holds one chunk at a time, which one consumer takes, and
    /// awaitedConsumers() and window() mean nothing.
    Format format() const;
    void setFormat(Format format);

    /// How much of what was published is kept beside the bus, for consumers that come late or fall behind: at most that many
    /// chunks (default: 64; 0 keeps none) and that many bytes of chunk files (from 0; default: 16 MiB). The latest publish
    /// decides, whichever producer it came from, and removes what exceeds its bounds.
    quint64 historyChunks() const;
    qint64 historyBytes() const;
    void setHistory(quint64 chunks, qint64 bytes = qint64(16) << 20);

    /// Whether chunks wait for consumers, so that none is lost: each chunk waits for room in the inbox of every subscribed
    /// lossless consumer, and the first one for awaitedConsumers() of them. Off by default. Not while chunks are pending.
    bool isLossless() const;
    void setLossless(bool lossless);
    /// How many lossless consumers must have subscribed before the first chunk is published; 1 by default, 0 waits for none. Not
    /// while chunks are pending.
    quint64 awaitedConsumers() const;
    void setAwaitedConsumers(quint64 consumers);
    /// How many chunks an inbox holds before it is full, from 1; 64 by default. A producer that is not lossless goes on without
    /// a consumer whose inbox is full; that consumer is told of the loss.
    quint64 window() const;
    void setWindow(quint64 chunks);

    /// Whether file system events announce room in an inbox (the default), or only the timer finds it.
    bool isFileMonitoring() const;
    void setFileMonitoring(bool enabled);
    /// The polling interval for room in an inbox, from 1 ms to 24 h; 100 ms by default. Takes effect at once.
    std::chrono::milliseconds sleepInterval() const;
    void setSleepInterval(std::chrono::milliseconds interval);

    /// Checks that the bus can be published on, and creates what producers keep beside it (FORMAT.md, "On disk"). The bus file
    /// itself appears with the first chunk. publish() calls this if nobody did. False, and error(), if it is refused.
    bool open();

    /// Publishes @p payload as one chunk, from 0 bytes (1 with Format::Raw) to Chunk::maximumPayloadSize. True if it is on the
    /// bus, or is pending because another process holds the lock, consumers are awaited, or other chunks are pending. False, and
    /// error(), if it failed: then the chunk is not kept, and the bus is as it was; only if some lossless consumers have the
    /// chunk already, the next one completes it.
    ///
    /// Writes the chunk to a file in this thread. Producers hold the lock for microseconds, so publish() tries for up to half a
    /// millisecond before it leaves the chunk to the event loop; it never waits for consumers.
    bool publish(const QByteArray &payload);

    /// How many chunks are pending. The queue is unbounded: a fast publisher should watch this or published().
    qsizetype pendingChunks() const;

    /// Blocks the thread until nothing is pending; a negative @p timeout waits for ever. Signals of this producer are emitted
    /// meanwhile; no event loop is needed or run. False, and error(), after @p timeout (Error::LockTimeout or
    /// Error::ConsumerTimeout), after lockTimeout(), or if publishing failed; what is pending stays pending.
    bool waitForPublished(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// Tells lossless consumers, after all that is pending, that no more will come. ended() and drained() follow from the event
    /// loop, waitForDrained() or close(). A later publish() begins anew. With Format::Raw the end waits until the last chunk was
    /// taken, and reaches one consumer.
    void end();
    /// After end(): blocks the thread as waitForPublished() does until every living lossless consumer has taken all that was
    /// published here, and knows of the end. Without end() it is waitForPublished().
    bool waitForDrained(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// Finishes: blocks the thread as waitForPublished() does until nothing is pending and, after end(), as waitForDrained()
    /// does; then lets go of the bus, so that others see that this producer has gone. A later publish() opens it again. False,
    /// and error(), if that took longer than @p timeout or failed: then nothing was dropped, and close() may be called again, or
    /// abort(). Does not call end(): another producer may follow.
    bool close(std::chrono::milliseconds timeout = std::chrono::seconds(30));
    /// Lets go of the bus at once, and drops what is pending, without a warning.
    void abort();

    /// As other processes see this producer in its chunks. The id is chosen when the object is made.
    ProducerInfo info() const;
    /// The stream of the newest chunk that was published here; null before the first, and with Format::Raw.
    QUuid streamId() const;

    /// Why the last open(), publish(), waitForPublished(), waitForDrained() or close() returned false, or what errorOccurred()
    /// reported after it. Error::NoError and empty if it succeeded, or if a chunk was published since.
    Error error() const;
    QString errorString() const;

Q_SIGNALS:
    /// The chunk is on the bus. Emitted for each chunk, in order; from within publish() if nothing was in the way, otherwise from
    /// the event loop or a function that waits. @p sequence: Chunk::sequence(); 0 with Format::Raw.
    void published(quint64 sequence);
    /// After end(): consumers were told.
    void ended();
    /// After ended(): every living lossless consumer has taken all that was published here.
    void drained();
    /// From the event loop: a pending chunk, or the end, could not be published. After Error::LockTimeout the event loop tries
    /// again, and reports it again each lockTimeout(); after any other error the next publish(), waitForPublished() or close()
    /// does. It is not emitted for what a function returned false for.
    void errorOccurred(FileBus::Error error, const QString &message);

private:
    std::unique_ptr<PublishQueue> d;
};

} // namespace FileBus
