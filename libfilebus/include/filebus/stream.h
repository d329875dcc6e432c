// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/error.h>
#include <filebus/export.h>

#include <QtCore/QIODevice>

#include <chrono>
#include <memory>

namespace FileBus
{
class StreamPrivate;

/// Joins two processes by a stream of bytes in each direction: lossless, in order, with back-pressure. It is used as a
/// QLocalSocket is, but there is no server: both processes do the same, and whoever comes second completes the connection.
///
///     FileBus::Stream stream(u"/run/user/1000/chat"_s);
///     connect(&stream, &QIODevice::readyRead, this, &Chat::show);
///     stream.connectToBus();
///     stream.write("hello\n");
///
/// The stream X is two lossless buses, X.a and X.b, one for each direction (FORMAT.md, "Streams"). A process that dies without
/// having disconnected leaves its end behind: another one that connects takes it over, and gets every byte that the former one
/// had not read, in the sense of acknowledged bytes below. Until then the end that lives waits, in ConnectingState. A successor
/// whose peer has ended and left gets what it left behind, and then disconnects.
///
/// Bytes that were read count as acknowledged as soon as the device is used again, or the event loop turns, after the read(). A
/// transaction acknowledges nothing before it is committed.
///
/// An application may wait for as much as it likes: for a whole line, for bytesAvailable() to reach a number, in a transaction.
/// Bytes that have arrived and were not read yet are in memory, up to readBufferSize(), and stay on disk for a successor; the
/// other end does not wait for them. A write() after which the event loop turns can become a chunk of its own, which takes a file
/// of 3 KiB or more until it is acknowledged; what is written at once, or while the other end is behind, goes in blocks
/// (setWindow()).
///
/// Lives in one thread, with an event loop or through the waitFor… functions, which need none.
class FILEBUS_EXPORT Stream : public QIODevice
{
    Q_OBJECT
public:
    enum State {
        UnconnectedState, ///< holds no end
        ConnectingState,  ///< holds an end, and waits for somebody at the other one
        ConnectedState,   ///< both ends are held
        ClosingState,     ///< disconnectFromBus() was called, and not all is sent yet
    };
    Q_ENUM(State)

    explicit Stream(QObject *parent = nullptr);
    explicit Stream(const QString &fileName, QObject *parent = nullptr);
    /// Aborts.
    ~Stream() override;

    /// The path of the stream; a relative one is resolved when it is set. To be set while unconnected.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same for a name that is no valid UTF-8, as bytes.
    void setNativeFileName(const QByteArray &fileName);

    /// How many chunks of how many bytes may wait for the other end to receive them before writing waits: 64, and 65536 bytes,
    /// unless set. To be set while unconnected. Blocks have from 1 byte to Chunk::maximumPayloadSize.
    void setWindow(quint64 chunks, qsizetype blockSize = 65536);

    /// How the other end is noticed: by events of the file system (unless set otherwise), and by looking at intervals, 100 ms
    /// unless set.
    void setFileMonitoring(bool enabled);
    void setSleepInterval(std::chrono::milliseconds interval);

    /// Takes an end that nobody holds, and opens the device. NameInUse if there is none: the text names the holders. What is
    /// written before the other end is held, is kept.
    void connectToBus(OpenMode openMode = ReadWrite);
    /// The same; false if it failed at once.
    bool open(OpenMode openMode = ReadWrite) override;

    /// Says, after all that was written, that no more will be: the other end's readChannelFinished(). Reading goes on.
    void closeWriteChannel();
    /// Disconnects when all that was written was read by the other end; does not wait for it to do the same.
    void disconnectFromBus();
    /// Lets go at once. What was not sent is lost; what was not read waits for whoever takes over the end.
    void abort();
    /// disconnectFromBus(), and closes the device.
    void close() override;

    State state() const;
    /// Whether the other end has said that no more will come, and all of it has been received.
    bool isReadChannelFinished() const;
    Error error() const;
    /// Who holds the other end, or held it last: "PID 4711 (filebus) on host"; empty if nobody has.
    QString peer() const;

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override;
    /// Bytes that were written and not published yet. A writer waits for bytesWritten() while this is more than it wants to keep
    /// in memory: there is no bound.
    qint64 bytesToWrite() const override;
    bool canReadLine() const override;
    /// Publishes what can be without waiting; true if something was.
    bool flush();

    /// How many bytes are received ahead of the reader at most (the last chunk is received whole); 0, the default, sets no
    /// bound. When the buffer is full, the other end fills its window and waits. What a transaction or peek() has read does not
    /// count. A reader that then asks by canReadLine(), bytesAvailable() or waitForReadyRead(), and reads nothing, gets
    /// Error::BufferFull once, as it may wait for more than fits. One that holds the other end up on purpose ignores that.
    qint64 readBufferSize() const;
    void setReadBufferSize(qint64 size);

    /// Without an event loop; milliseconds, −1 waits for ever. False after the time-out, or if it will never be.
    bool waitForConnected(int msecs = 30000);
    bool waitForDisconnected(int msecs = 30000);
    bool waitForReadyRead(int msecs = 30000) override;
    bool waitForBytesWritten(int msecs = 30000) override;

Q_SIGNALS:
    void connected();
    void disconnected();
    void stateChanged(FileBus::Stream::State state);
    /// The process at the other end is gone without having disconnected; the stream waits for one that takes over. @p peer: as
    /// peer().
    void peerLost(const QString &peer);
    /// The stream has ended if state() is UnconnectedState. What was not acknowledged then waits for a successor, and so does
    /// what could not be read (an error that may pass, such as EIO or EMFILE, ends the stream only after 10 s). It has not ended
    /// - after Error::PeerClosed: what was still to be sent is not wanted any more. What was received before is read, and then
    ///   disconnected() follows;
    /// - after Error::BufferFull (see readBufferSize());
    /// - if what was received cannot be held for a successor, so that it still takes room in the window of the other end; the
    ///   stream tries again.
    void errorOccurred(FileBus::Error error, const QString &message);

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    std::unique_ptr<StreamPrivate> d;
    friend class StreamPrivate;
};

} // namespace FileBus
