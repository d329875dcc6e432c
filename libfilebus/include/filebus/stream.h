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

/// Joins two processes by a stream of bytes in each direction: lossless, in order, with back-pressure. It is used like a
/// QLocalSocket, but there is no server: both processes do the same, and whichever comes second completes the connection.
///
///     FileBus::Stream stream(u"/run/user/1000/chat"_s);
///     connect(&stream, &QIODevice::readyRead, this, &Chat::show);
///     stream.connectToBus();
///     stream.write("hello\n");
///
/// The stream X is two lossless buses, X.a and X.b, one for each direction (FORMAT.md, "Duplex streams"). A process that dies
/// without disconnecting leaves its end behind. A successor that connects takes over that end, and receives every byte that its
/// predecessor had not acknowledged (see below). Until then the living end waits, in ConnectingState. A successor whose peer has
/// finished and left receives what the peer left behind, and then disconnects.
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
/// A stream belongs to one thread, its QObject::thread(), and all its functions are called there. It can be moved to another
/// thread at any time, also while it is connected (QObject::moveToThread()), but not from one of its own slots. It works with an
/// event loop, or without one through the waitFor… functions, which need no QCoreApplication either. A slot may do anything to
/// the stream, including aborting, reopening or deleting it.
///
/// Signals come from the event loop and from within the waitFor… functions; open(), connectToBus(), disconnectFromBus(), abort()
/// and close() emit the changes of state and the errors that they cause before they return, and flush() emits bytesWritten().
///
/// A setter that is given a value out of range, or is called when it must not be, changes nothing and logs a warning in the
/// category `filebus.stream`.
class FILEBUS_EXPORT Stream : public QIODevice
{
    Q_OBJECT
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
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
    /// Does what abort() does, but emits nothing.
    ~Stream() override;

    /// The path of the stream; a relative one is resolved when it is set. Empty until it is set. Only while unconnected. A path
    /// that names no file (empty, with a NUL, ending in a directory) makes open() fail with Error::InvalidName, an existing
    /// directory with Error::NotARegularFile.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same as raw bytes, for a name that is not valid UTF-8.
    QByteArray nativeFileName() const;
    void setNativeFileName(const QByteArray &fileName);

    /// How far the other end may fall behind before writing waits: a number of chunks, from 1 (default: 64), and the most bytes
    /// in each, from 1 to Chunk::maximumPayloadSize (default: 65536). Only while unconnected.
    quint64 window() const;
    qsizetype blockSize() const;
    void setWindow(quint64 chunks, qsizetype blockSize = 65536);

    /// Whether file system events announce what the other end does (the default), or only the timer finds it.
    bool isFileMonitoring() const;
    void setFileMonitoring(bool enabled);
    /// The polling interval, from 1 ms to 24 h; 100 ms by default.
    std::chrono::milliseconds sleepInterval() const;
    void setSleepInterval(std::chrono::milliseconds interval);

    /// Aborts, opens the device, and takes an end that nobody holds. If another process holds a lock, it tries for up to 10 s,
    /// from the event loop or a waitFor… function; then Error::LockTimeout. Error::NameInUse if both ends are held: the text
    /// names the holders. What is written before the other end is held is kept. @p openMode must include ReadOnly, WriteOnly or
    /// both; it decides what the application may do, while the end is taken for both directions.
    void connectToBus(OpenMode openMode = ReadWrite);
    /// The same; false, and error(), if it failed at once.
    bool open(OpenMode openMode = ReadWrite) override;

    /// Tells the other end, after all that was written, that no more will be; it gets readChannelFinished(). Reading goes on.
    void closeWriteChannel();
    /// Disconnects when the other end has read all that was written; does not wait for it to do the same.
    void disconnectFromBus();
    /// Lets go at once. What was not sent is lost; what was not read waits for a successor.
    void abort();
    /// disconnectFromBus(), and closes the device: nothing can be read or written any more. The rest is sent in the background,
    /// while the stream exists and the event loop runs, or by waitForDisconnected().
    void close() override;

    State state() const;
    /// Whether the other end has said that no more will come, and all of it has been received.
    bool isReadChannelFinished() const;
    /// What errorOccurred() reported last since open(); errorString() is its text. Error::NoError if nothing.
    Error error() const;
    /// Who holds the other end, or held it last: "PID 4711 (filebus) on host"; empty if nobody has.
    QString peer() const;

    /// True.
    bool isSequential() const override { return true; }
    /// Bytes that have arrived and were not read yet.
    qint64 bytesAvailable() const override;
    /// Bytes that were written and not published yet. There is no bound: a writer should wait for bytesWritten() while this
    /// exceeds what it wants to keep in memory.
    qint64 bytesToWrite() const override;
    /// Whether a whole line has arrived. Reports Error::BufferFull if no more of it fits (readBufferSize()).
    bool canReadLine() const override;
    /// Publishes what can be published without waiting for the other end; true if something was.
    bool flush();

    /// The most bytes to receive ahead of the reader, from 0 (the last chunk is received whole); 0, the default, sets no bound.
    /// When the buffer is full, the other end fills its window and waits. What a transaction or peek() has read does not count. A
    /// reader that then asks by canReadLine(), bytesAvailable() or waitForReadyRead(), and reads nothing, gets Error::BufferFull
    /// once, as it may wait for more than fits. One that holds the other end up on purpose ignores that.
    qint64 readBufferSize() const;
    void setReadBufferSize(qint64 size);

    /// These block the thread; @p msecs is in milliseconds, and a negative one waits for ever. Both directions go on, and signals
    /// of this stream are emitted meanwhile; no event loop is needed or run. False after the time-out, and at once when it cannot
    /// happen any more: the stream ended or never began (error()), or a slot deleted it.
    ///
    /// Until both ends are held. False at once after disconnectFromBus() as well.
    bool waitForConnected(int msecs = 30000);
    /// Until the state is UnconnectedState. False at once if it was that before, and if the other end has left but bytes that it
    /// sent were not read yet: only the reader can end that.
    bool waitForDisconnected(int msecs = 30000);
    /// Until more bytes have arrived than before the call. False at once after readChannelFinished(), and when the read buffer is
    /// full. Waits on for a successor if the other end died.
    bool waitForReadyRead(int msecs = 30000) override;
    /// Until some bytes were published. False at once if none are to be written, or if the other end has left. Waits for somebody
    /// to take the other end if nobody holds it.
    bool waitForBytesWritten(int msecs = 30000) override;

Q_SIGNALS:
    /// Both ends are held: after stateChanged(), and again when a successor takes the other end.
    void connected();
    /// The stream let go of its end, by itself, by disconnectFromBus(), abort() or an error: after stateChanged().
    void disconnected();
    void stateChanged(FileBus::Stream::State state);
    /// The process at the other end died without having disconnected; the stream waits for a successor. @p peer: as peer().
    void peerLost(const QString &peer);
    /// @p message is errorString(). The stream has ended if state() is UnconnectedState. What was not acknowledged then waits for
    /// a successor, and so does what could not be read (an error that may pass, such as EIO or EMFILE, ends the stream only after
    /// 10 s). It has not ended
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
