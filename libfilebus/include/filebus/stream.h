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

/// Connects two processes by a stream of bytes in each direction: lossless, in order, with back-pressure. It is used like a
/// QLocalSocket, but without a server: both processes do the same, and the second one completes the connection.
///
///     FileBus::Stream stream(u"/run/user/1000/chat"_s);
///     connect(&stream, &QIODevice::readyRead, this, &Chat::show);
///     stream.connectToBus();
///     stream.write("hello\n");
///
/// The stream X consists of two lossless buses, X.a and X.b, one for each direction (FORMAT.md, "Duplex streams"). Each process
/// holds one side of it. A process that dies without disconnecting leaves its side behind. A successor that connects gets that
/// side, and receives every byte that its predecessor had not acknowledged (see below). Until then the other process waits in
/// ConnectingState. A successor whose peer has finished and left receives what the peer left behind, and then disconnects.
///
/// Bytes are acknowledged when the device is used again, or the event loop runs, after the read() that returned them. A
/// transaction acknowledges nothing until it is committed.
///
/// An application may wait for as many bytes as it likes: for a whole line, for a number of bytesAvailable(), or in a
/// transaction. Bytes that have arrived and were not read yet are in memory, up to readBufferSize(), and on disk for a successor;
/// the peer does not wait for them. A write() after which the event loop runs can become a chunk of its own, which takes a file
/// of 3 KiB or more until it is acknowledged. Bytes that are written in one call, or while the peer is behind, are sent in blocks
/// (setWindow()).
///
/// A stream belongs to one thread, QObject::thread(). Call all its functions there. It can be moved to another thread at any time
/// (QObject::moveToThread()), even while it is connected, but not from one of its own slots. It works with an event loop. Without
/// one, and even without a QCoreApplication, it works through the waitFor… functions. A slot may do anything to the stream,
/// including aborting, reopening or deleting it.
///
/// Signals are emitted from the event loop and from within the waitFor… functions. In addition, open(), connectToBus(),
/// disconnectFromBus(), abort() and close() emit the state changes and errors that they cause before they return, and flush()
/// emits bytesWritten().
///
/// A setter that gets a value out of range, or is called at the wrong time, changes nothing and logs a warning in the category
/// `filebus.stream`.
class FILEBUS_EXPORT Stream : public QIODevice
{
    Q_OBJECT
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
public:
    enum State {
        UnconnectedState, ///< holds no side
        ConnectingState,  ///< holds a side, and waits for a peer at the other one
        ConnectedState,   ///< both sides are held
        ClosingState,     ///< disconnectFromBus() was called, and bytes remain to be sent
    };
    Q_ENUM(State)

    explicit Stream(QObject *parent = nullptr);
    explicit Stream(const QString &fileName, QObject *parent = nullptr);
    /// Aborts, as abort() does, but emits nothing.
    ~Stream() override;

    /// The path of the stream (default: empty). A relative path is resolved when it is set. It can be set only while unconnected.
    /// With a path that cannot name a file (empty, containing a NUL, ending in a directory), open() fails with
    /// Error::InvalidName; with an existing directory, with Error::NotARegularFile; with the address of a cluster, with
    /// Error::NotSupported.
    QString fileName() const;
    void setFileName(const QString &fileName);
    /// The same path as raw bytes, for names that are not valid UTF-8.
    QByteArray nativeFileName() const;
    void setNativeFileName(const QByteArray &fileName);

    /// How far the peer may fall behind before writing waits: a number of chunks, from 1 (default: 64), and the maximum size of
    /// each in bytes, from 1 to Chunk::maximumPayloadSize (default: 65536). They can be set only while unconnected.
    quint64 window() const;
    qsizetype blockSize() const;
    void setWindow(quint64 chunks, qsizetype blockSize = 65536);

    /// Whether file system events announce what the peer does (default: true). If not, the stream only polls.
    bool isFileMonitoring() const;
    void setFileMonitoring(bool enabled);
    /// The polling interval, from 1 ms to 24 h (default: 100 ms).
    std::chrono::milliseconds sleepInterval() const;
    void setSleepInterval(std::chrono::milliseconds interval);

    /// Aborts, opens the device, and takes a side that nobody holds. While another process holds a lock, it tries for up to 10 s,
    /// from the event loop or a waitFor… function; then it fails with Error::LockTimeout. If both sides are held, it fails with
    /// Error::NameInUse, and the text names the holders. Bytes that are written before there is a peer are kept. @p openMode must
    /// include ReadOnly, WriteOnly or both. It limits what the application may do; the side is taken for both directions anyway.
    void connectToBus(OpenMode openMode = ReadWrite);
    /// Like connectToBus(), but returns false, and sets error(), if it fails at once.
    bool open(OpenMode openMode = ReadWrite) override;

    /// Announces to the peer, after all bytes that were written, that no more will follow: it emits readChannelFinished() there.
    /// Reading continues.
    void closeWriteChannel();
    /// Disconnects once the peer has read everything that was written. Does not wait until the peer disconnects, too.
    void disconnectFromBus();
    /// Disconnects at once. Bytes that were not sent are lost; bytes that were not read wait for a successor.
    void abort();
    /// Calls disconnectFromBus() and closes the device: nothing can be read or written any more. The remaining bytes are sent in
    /// the background while the stream exists and the event loop runs, or by waitForDisconnected().
    void close() override;

    State state() const;
    /// Whether the peer has announced that no more bytes will follow, and all of them have been received.
    bool isReadChannelFinished() const;
    /// The last error that errorOccurred() reported since open(); errorString() is its text. Error::NoError if there was none.
    Error error() const;
    /// The process that holds the other side, or held it last: "PID 4711 (filebus) on host". Empty if nobody has held it.
    QString peer() const;

    /// Always true.
    bool isSequential() const override { return true; }
    /// The number of bytes that have arrived and were not read yet.
    qint64 bytesAvailable() const override;
    /// The number of bytes that were written and are not published yet. It is unbounded: a writer should wait for bytesWritten()
    /// while this exceeds what it wants to keep in memory.
    qint64 bytesToWrite() const override;
    /// Whether a whole line has arrived. Reports Error::BufferFull if the line does not fit into the read buffer
    /// (readBufferSize()).
    bool canReadLine() const override;
    /// Publishes what can be published without waiting for the peer. Returns true if anything was published.
    bool flush();

    /// The maximum number of bytes to receive ahead of the reader (default: 0, no maximum). The last chunk is received whole,
    /// even beyond that. When the buffer is full, the peer fills its window and waits. Bytes that a transaction or peek() has
    /// read do not count. If a reader then calls canReadLine(), bytesAvailable() or waitForReadyRead() and reads nothing,
    /// Error::BufferFull is reported once, since the reader may be waiting for more than fits. A reader that delays the peer on
    /// purpose ignores that.
    qint64 readBufferSize() const;
    void setReadBufferSize(qint64 size);

    /// The following functions block the thread for at most @p msecs milliseconds; a negative value waits for ever. Both
    /// directions continue, and signals of this stream are emitted meanwhile; no event loop is needed or run. They return false
    /// after the timeout, or at once when the event cannot happen any more: the stream has ended or never began (error()), or a
    /// slot deleted it.
    ///
    /// Waits until both sides are held. After disconnectFromBus() it returns false at once.
    bool waitForConnected(int msecs = 30000);
    /// Waits until the state is UnconnectedState. Returns false at once if that is the state already. Also returns false at once
    /// if the peer has left but bytes that it sent were not read yet, since only the reader can change that.
    bool waitForDisconnected(int msecs = 30000);
    /// Waits until more bytes have arrived than before the call. Returns false at once after readChannelFinished(), and when the
    /// read buffer is full. If the peer died, continues to wait for its successor.
    bool waitForReadyRead(int msecs = 30000) override;
    /// Waits until some bytes have been published. Returns false at once if there are none to be written, or if the peer has
    /// left. If nobody holds the other side, waits for a peer as well.
    bool waitForBytesWritten(int msecs = 30000) override;

Q_SIGNALS:
    /// Both sides are held. Emitted after stateChanged(), and again when a successor takes the other side.
    void connected();
    /// The stream has released its side: by itself, by disconnectFromBus() or abort(), or after an error. Emitted after
    /// stateChanged().
    void disconnected();
    void stateChanged(FileBus::Stream::State state);
    /// The process that held the other side died without disconnecting; the stream waits for a successor. @p peer is the value of
    /// peer().
    void peerLost(const QString &peer);
    /// @p message is errorString(). If state() is UnconnectedState, the stream has ended. Bytes that were not acknowledged then
    /// wait for a successor, and so do those that could not be read. A temporary error, such as EIO or EMFILE, ends the
    /// stream only after 10 s. The stream continues in three cases:
    /// - after Error::PeerClosed: the peer wants no more bytes, and those still to be sent are dropped. Those received before can
    ///   be read; then disconnected() follows;
    /// - after Error::BufferFull (see readBufferSize());
    /// - if received bytes cannot be held for a successor, and so still take room in the window of the peer; the stream tries
    ///   again.
    void errorOccurred(FileBus::Error error, const QString &message);

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    std::unique_ptr<StreamPrivate> d;
    friend class StreamPrivate;
};

} // namespace FileBus
