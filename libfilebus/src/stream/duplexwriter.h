// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/producer.h>

#include "base/failure.h"
#include "file/watch/directoryalarm.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>

#include <memory>
#include <optional>

namespace FileBus
{

/// The outgoing direction of a stream. Cuts what the application writes into blocks and publishes each as a chunk, when the
/// window of the other side has room for it.
class DuplexWriter : public QObject
{
    Q_OBJECT
public:
    enum Progress {
        Open,
        Ending, ///< the application writes no more, but not everything is published
        Ended,  ///< the end was announced, or nobody wants to know
    };

    /// Moves to another thread together with its parent.
    explicit DuplexWriter(QObject *parent);

    /// How far the other side may lag: a number of chunks, and the most bytes in each.
    quint64 window() const { return m_window; }
    qsizetype blockSize() const { return m_blockSize; }
    void setWindow(quint64 chunks, qsizetype blockSize);
    void setFileMonitoring(bool enabled);
    void setSleepInterval(std::chrono::milliseconds interval);

    /// Forgets what was written in an earlier connection.
    void reset();
    /// Publishes on the bus @p path until stop(), and looks for room as @p alarm looks.
    Outcome begin(const QByteArray &path, const DirectoryAlarm &alarm);
    /// Gives up the bus, and with it the block that waits for room.
    void stop();

    void append(const char *data, qint64 size) { m_toWrite.append(data, size); }
    /// Bytes that were written and not published yet.
    qint64 unpublished() const { return m_toWrite.size() + m_inFlight; }
    /// Whether nothing waits to be cut into blocks.
    bool isEmpty() const { return m_toWrite.isEmpty(); }
    /// Drops what is not published yet.
    void clear();

    /// Whether there is a block that can be published, or at least given to the producer.
    bool hasBlock() const { return m_producer && m_inFlight == 0 && !m_toWrite.isEmpty() && !m_failure; }
    void publishBlock();
    /// Bytes published in this connection.
    qint64 published() const { return m_published; }
    /// Bytes published since the last call.
    qint64 takePublished();

    Progress progress() const { return m_progress; }
    /// No more will be written.
    void close() { m_progress = Ending; }
    /// Announces the end if everything is published.
    void endIfAllIsPublished();
    /// Nobody wants what is written any more.
    void giveUp();
    /// Whether the other side has taken everything that it wants, and knows of the end.
    bool isDrained() const { return m_isDrained; }

    /// Why no more can be published, if so.
    std::optional<Failure> takeFailure();

    /// Where there is no event loop: whether something waits for the other side, to call advance() again soon.
    bool isWaiting() const { return m_producer && !m_isDrained && (m_inFlight > 0 || m_progress == Ended); }
    void advance();

Q_SIGNALS:
    /// Something was published, drained or has failed from within the event loop.
    void advanced();

private:
    void notePublished();
    void noteDrained();
    void noteFailure();
    void report();

    quint64 m_window = 64;
    qsizetype m_blockSize = 65536;
    std::unique_ptr<Producer> m_producer;
    QByteArray m_toWrite;
    qsizetype m_inFlight = 0; ///< bytes of the block that the producer has and did not publish yet
    qint64 m_published = 0;
    qint64 m_reported = 0; ///< of these
    Progress m_progress = Open;
    bool m_isDrained = false;
    bool m_isCalled = false; ///< a function of ours uses the producer
    std::optional<Failure> m_failure;
};

} // namespace FileBus
