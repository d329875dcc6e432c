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
/// Any number of producers, in any processes, may publish on one bus; their chunks share one numbering. Producers exclude each
/// other with flock(2) on X.lock, and so does the original filebus.
///
/// Lives in one thread. publish() does not wait: while another process holds the lock, or a lossless consumer has no room, chunks
/// are kept here and published, in order, by the event loop of the thread, or by waitForPublished() where there is none.
class FILEBUS_EXPORT Producer : public QObject
{
    Q_OBJECT
public:
    explicit Producer(QObject *parent = nullptr);
    explicit Producer(const QString &fileName, QObject *parent = nullptr);
    /// Chunks that are still pending are lost; see waitForPublished().
    ~Producer() override;

    /// The path of the bus; a relative one is resolved when it is set. Setting it drops what is pending.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same for a name that is no valid UTF-8, as bytes.
    void setNativeFileName(const QByteArray &fileName);

    /// How long another process may hold the lock before LockTimeout is reported; 10 s unless set. 0 reports it at once.
    std::chrono::milliseconds lockTimeout() const;
    void setLockTimeout(std::chrono::milliseconds timeout);

    /// The format of the bus; Format::Tar unless set. To be set before the first publish(). With Format::Raw there are no numbers
    /// and no history, and a chunk cannot be empty; a lossless bus has one chunk at a time, which one consumer takes, and neither
    /// awaitedConsumers() nor window() means anything.
    Format format() const;
    void setFormat(Format format);

    /// How much of what was published is kept beside the bus, for consumers that come late or fall behind: at most that many
    /// chunks (64 unless set; 0 keeps none) and that many bytes of chunk files (16 MiB unless set). The bounds of the latest
    /// publish rule, whoever published; what is over them goes.
    quint64 historyChunks() const;
    qint64 historyBytes() const;
    void setHistory(quint64 chunks, qint64 bytes = qint64(16) << 20);

    /// Whether chunks wait for consumers, so that none is lost: each chunk for room in the inbox of every subscribed lossless
    /// consumer, and the first one for @p awaitedConsumers() of these. Off unless set.
    bool isLossless() const;
    void setLossless(bool lossless);
    /// How many consumers the first chunk waits for; 1 unless set.
    quint64 awaitedConsumers() const;
    void setAwaitedConsumers(quint64 consumers);
    /// How many chunks an inbox holds before it is full, from 1; 64 unless set. A producer that is not lossless goes on without
    /// a consumer whose inbox is full; that one is told of the loss.
    quint64 window() const;
    void setWindow(quint64 chunks);

    /// How room in an inbox is noticed: by events of the file system (unless set otherwise), and by looking at intervals, 100 ms
    /// unless set.
    void setFileMonitoring(bool enabled);
    void setSleepInterval(std::chrono::milliseconds interval);

    /// Checks that the bus can be published on and makes what producers keep beside it (FORMAT.md, "On disk"). The bus file
    /// itself appears with the first chunk. publish() does this if it was not done. False, and error(), if it is refused.
    bool open();

    /// Publishes @p payload as one chunk, from 0 bytes to Chunk::maximumPayloadSize, or keeps it if the lock is taken, consumers
    /// are awaited, or others are pending. False, and error(), if that failed: then the chunk is not kept, and the bus is as it
    /// was; only if some lossless consumers have it already, the next chunk completes it.
    bool publish(const QByteArray &payload);

    /// How many chunks wait for the lock or for consumers. There is no bound: whoever publishes much watches it, or published().
    qsizetype pendingChunks() const;

    /// Waits until nothing is pending, without an event loop; -1 waits for ever. False, and error(), if that took too long or
    /// failed; what is pending stays so.
    bool waitForPublished(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// Says to lossless consumers, after all that is pending, that no more will come. A later publish() begins anew. With
    /// Format::Raw this is said when the last chunk was taken, to one consumer.
    void end();
    /// Waits, without an event loop, until every living lossless consumer has taken all that was published here, and knows of
    /// the end; -1 waits for ever. False, and error(), if that took too long or failed.
    bool waitForDrained(std::chrono::milliseconds timeout = std::chrono::seconds(30));

    /// As other processes see this producer in the chunks.
    ProducerInfo info() const;
    /// The stream of the newest chunk that was published here; null before the first.
    QUuid streamId() const;

    Error error() const;
    QString errorString() const;

Q_SIGNALS:
    /// The chunk is on the bus. Emitted for each, in order; from within publish(), if nothing was in the way. @p sequence is 0
    /// with Format::Raw.
    void published(quint64 sequence);
    /// After end(): it was said.
    void ended();
    /// After that: every living lossless consumer has taken all that was published here.
    void drained();
    /// A chunk that is pending could not be published. After LockTimeout it is tried again and again, after any other error
    /// with the next publish() or waitForPublished().
    void errorOccurred(FileBus::Error error, const QString &message);

private:
    std::unique_ptr<PublishQueue> d;
};

} // namespace FileBus
