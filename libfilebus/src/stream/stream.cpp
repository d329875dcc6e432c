// SPDX-License-Identifier: Apache-2.0
#include "api/refusal.h"
#include "base/logging.h"
#include "file/disk/busfile.h"
#include "stream/streamprivate.h"

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/stream.h>

#include <QtCore/QFile>
#include <QtCore/QPointer>

#include <limits>

namespace FileBus
{

namespace
{
constexpr char whileConnected[] = "the stream is not unconnected; abort() it first";
} // namespace

Stream::Stream(QObject *parent)
    : QIODevice(parent)
    , d(std::make_unique<StreamPrivate>(this))
{ }

Stream::Stream(const QString &fileName, QObject *parent)
    : Stream(parent)
{
    setFileName(fileName);
}

Stream::~Stream()
{
    d->dropEnd();
}

QString Stream::fileName() const
{
    return QFile::decodeName(d->nativeFileName);
}

void Stream::setFileName(const QString &fileName)
{
    setNativeFileName(QFile::encodeName(fileName));
}

QByteArray Stream::nativeFileName() const
{
    return d->nativeFileName;
}

void Stream::setNativeFileName(const QByteArray &fileName)
{
    if (isAllowed(d->state == UnconnectedState, logStream, "FileBus::Stream::setFileName()", whileConnected))
        d->nativeFileName = BusFile(fileName).path();
}

quint64 Stream::window() const
{
    return d->window;
}

qsizetype Stream::blockSize() const
{
    return d->blockSize;
}

void Stream::setWindow(quint64 chunks, qsizetype blockSize)
{
    constexpr char function[] = "FileBus::Stream::setWindow()";
    if (!isAllowed(d->state == UnconnectedState, logStream, function, whileConnected)
        || !isAllowed(chunks > 0, logStream, function, "0 chunks is out of range; the least is 1")
        || !isInRange(blockSize, 1, Chunk::maximumPayloadSize, logStream, function, " bytes"))
        return;
    d->window = chunks;
    d->blockSize = blockSize;
}

bool Stream::isFileMonitoring() const
{
    return d->alarm.isFileMonitoring();
}

void Stream::setFileMonitoring(bool enabled)
{
    d->alarm.setFileMonitoring(enabled);
    if (d->producer)
        d->producer->setFileMonitoring(enabled);
}

std::chrono::milliseconds Stream::sleepInterval() const
{
    return d->alarm.interval();
}

void Stream::setSleepInterval(std::chrono::milliseconds interval)
{
    if (!isInRange(interval, shortestInterval, longestInterval, logStream, "FileBus::Stream::setSleepInterval()"))
        return;
    d->alarm.setInterval(interval);
    if (d->producer)
        d->producer->setSleepInterval(interval);
}

void Stream::connectToBus(OpenMode openMode)
{
    open(openMode);
}

bool Stream::open(OpenMode openMode)
{
    if (!isAllowed(openMode & ReadWrite, logStream, "FileBus::Stream::open()", "the mode allows neither reading nor writing"))
        return false;
    abort();
    QIODevice::open(openMode);
    const QPointer<Stream> alive(this);
    d->connectToBus();
    return alive && d->state != UnconnectedState;
}

void Stream::closeWriteChannel()
{
    if (d->writing != StreamPrivate::Open || d->state == UnconnectedState)
        return;
    d->writing = StreamPrivate::Ending;
    flush();
}

void Stream::disconnectFromBus()
{
    if (d->state == UnconnectedState)
        return;
    const QPointer<Stream> alive(this);
    d->setState(ClosingState);
    if (alive && d->state == ClosingState)
        closeWriteChannel();
    if (alive)
        d->leaveIfDone();
}

void Stream::abort()
{
    d->toWrite.clear();
    d->inFlight = 0;
    d->received.clear();
    d->dropEnd();
    if (isOpen())
        QIODevice::close();
    if (d->state == UnconnectedState)
        return;
    const QPointer<Stream> alive(this);
    d->setState(UnconnectedState);
    if (alive)
        Q_EMIT disconnected();
}

void Stream::close()
{
    const QPointer<Stream> alive(this);
    disconnectFromBus();
    if (alive)
        QIODevice::close();
}

Stream::State Stream::state() const
{
    return d->state;
}

bool Stream::isReadChannelFinished() const
{
    return d->reading == StreamPrivate::Ended;
}

Error Stream::error() const
{
    return d->failure.error;
}

QString Stream::peer() const
{
    return d->peerName;
}

qint64 Stream::bytesAvailable() const
{
    d->tellFullSoon(); // unless something is read meanwhile
    return d->received.size() + QIODevice::bytesAvailable();
}

qint64 Stream::bytesToWrite() const
{
    return d->toWrite.size() + d->inFlight;
}

bool Stream::canReadLine() const
{
    const bool can = d->received.hasLine() || QIODevice::canReadLine();
    if (!can)
        d->tellFullSoon();
    return can;
}

bool Stream::flush()
{
    const qint64 before = bytesToWrite();
    if (d->end)
        d->push();
    return bytesToWrite() < before;
}

qint64 Stream::readBufferSize() const
{
    return d->readBufferSize;
}

void Stream::setReadBufferSize(qint64 size)
{
    constexpr qint64 most = std::numeric_limits<qint64>::max();
    if (!isInRange(size, 0, most, logStream, "FileBus::Stream::setReadBufferSize()", " bytes"))
        return;
    d->readBufferSize = size;
    d->isFullTold = false;
    if (d->end)
        d->pumpSoon();
}

qint64 Stream::readData(char *data, qint64 maxSize)
{
    const qint64 count = d->received.read(data, maxSize);
    if (count > 0)
        d->isFullTold = false;
    if (count > 0 && d->end)
        d->pumpSoon();
    return count == 0 && (d->reading != StreamPrivate::Open || !d->end) ? -1 : count;
}

qint64 Stream::writeData(const char *data, qint64 size)
{
    if (d->state == UnconnectedState || d->writing != StreamPrivate::Open) {
        setErrorString(tr("the stream is not connected, or its write channel was closed"));
        return -1;
    }
    if (d->toWrite.isEmpty() && d->end)
        d->pumpSoon();
    d->toWrite.append(data, size);
    return size;
}

bool Stream::waitForConnected(int msecs)
{
    const QPointer<Stream> alive(this);
    d->waitUntil(msecs, [this] { return d->state == ConnectedState || d->state == ClosingState; });
    return alive && d->state == ConnectedState;
}

bool Stream::waitForDisconnected(int msecs)
{
    if (d->state == UnconnectedState)
        return false;
    const QPointer<Stream> alive(this);
    d->waitUntil(msecs, [this] { return d->state == UnconnectedState || d->awaitsReader(); });
    return alive && d->state == UnconnectedState;
}

bool Stream::waitForReadyRead(int msecs)
{
    const qint64 before = d->received.size();
    if (!d->hasRoom() && d->reading == StreamPrivate::Open && d->end) {
        d->tellFull();
        return false;
    }
    const QPointer<Stream> alive(this);
    d->waitUntil(msecs, [this, before] { return d->received.size() > before || d->reading != StreamPrivate::Open; });
    return alive && d->received.size() > before;
}

bool Stream::waitForBytesWritten(int msecs)
{
    const qint64 before = d->written;
    if (bytesToWrite() == 0)
        return false;
    const QPointer<Stream> alive(this);
    d->waitUntil(msecs, [this, before] { return d->written > before || bytesToWrite() == 0; });
    return alive && d->written > before;
}

} // namespace FileBus
