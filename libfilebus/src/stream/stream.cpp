// SPDX-License-Identifier: Apache-2.0
#include "api/refusal.h"
#include "base/logging.h"
#include "bus/clusteraddress.h"
#include "file/disk/busfile.h"
#include "stream/duplexreader.h"
#include "stream/duplexwriter.h"
#include "stream/streamprivate.h"

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/stream.h>

#include <QtCore/QFile>

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
    d->dropSide();
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
        d->nativeFileName = ClusterAddress::isOne(fileName) ? fileName : BusFile(fileName).path();
}

quint64 Stream::window() const
{
    return d->writer.window();
}

qsizetype Stream::blockSize() const
{
    return d->writer.blockSize();
}

void Stream::setWindow(quint64 chunks, qsizetype blockSize)
{
    constexpr char function[] = "FileBus::Stream::setWindow()";
    if (!isAllowed(d->state == UnconnectedState, logStream, function, whileConnected)
        || !isAllowed(chunks > 0, logStream, function, "0 chunks is out of range; the least is 1")
        || !isInRange(blockSize, 1, Chunk::maximumPayloadSize, logStream, function, " bytes"))
        return;
    d->writer.setWindow(chunks, blockSize);
}

bool Stream::isFileMonitoring() const
{
    return d->alarm.isFileMonitoring();
}

void Stream::setFileMonitoring(bool enabled)
{
    d->alarm.setFileMonitoring(enabled);
    d->writer.setFileMonitoring(enabled);
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
    d->writer.setSleepInterval(interval);
}

void Stream::connectToBus(OpenMode openMode)
{
    open(openMode);
}

bool Stream::open(OpenMode openMode)
{
    if (!isAllowed(openMode & ReadWrite, logStream, "FileBus::Stream::open()", "the mode allows neither reading nor writing"))
        return false;
    if (!d->abort())
        return false;
    QIODevice::open(openMode);
    return d->connectToBus() && d->state != UnconnectedState;
}

void Stream::closeWriteChannel()
{
    d->closeWriteChannel();
    d->announce();
}

void Stream::disconnectFromBus()
{
    d->disconnectFromBus();
}

void Stream::abort()
{
    d->abort();
}

void Stream::close()
{
    if (d->disconnectFromBus())
        QIODevice::close();
}

Stream::State Stream::state() const
{
    return d->state;
}

bool Stream::isReadChannelFinished() const
{
    return d->reader.progress() == DuplexReader::Ended;
}

Error Stream::error() const
{
    return d->failure.error;
}

QString Stream::peer() const
{
    return d->peer.name();
}

qint64 Stream::bytesAvailable() const
{
    d->noteFullnessSoon();
    return d->reader.available() + QIODevice::bytesAvailable();
}

qint64 Stream::bytesToWrite() const
{
    return d->writer.unpublished();
}

bool Stream::canReadLine() const
{
    const bool can = d->reader.hasLine() || QIODevice::canReadLine();
    if (!can)
        d->noteFullnessSoon();
    return can;
}

bool Stream::flush()
{
    const qint64 before = bytesToWrite();
    d->push();
    const bool hasPublished = bytesToWrite() < before;
    d->announce();
    return hasPublished;
}

qint64 Stream::readBufferSize() const
{
    return d->reader.bufferSize();
}

void Stream::setReadBufferSize(qint64 size)
{
    constexpr qint64 most = std::numeric_limits<qint64>::max();
    if (!isInRange(size, 0, most, logStream, "FileBus::Stream::setReadBufferSize()", " bytes"))
        return;
    d->reader.setBufferSize(size);
    if (d->side)
        d->pumpSoon();
}

qint64 Stream::readData(char *data, qint64 maxSize)
{
    const qint64 count = d->reader.read(data, maxSize);
    if (count > 0 && d->side)
        d->pumpSoon();
    return count == 0 && (d->reader.progress() != DuplexReader::Open || !d->side) ? -1 : count;
}

qint64 Stream::writeData(const char *data, qint64 size)
{
    if (d->state == UnconnectedState || d->writer.progress() != DuplexWriter::Open) {
        setErrorString(tr("the stream is not connected, or its write channel was closed"));
        return -1;
    }
    if (d->writer.isEmpty() && d->side)
        d->pumpSoon();
    d->writer.append(data, size);
    return size;
}

bool Stream::waitForConnected(int msecs)
{
    return d->waitUntil(msecs, [this] { return d->state == ConnectedState || d->state == ClosingState; })
        && d->state == ConnectedState;
}

bool Stream::waitForDisconnected(int msecs)
{
    if (d->state == UnconnectedState)
        return false;
    const auto isOver = [this] { return d->state == UnconnectedState || (d->writer.isDrained() && d->reader.isUnread()); };
    return d->waitUntil(msecs, isOver) && d->state == UnconnectedState;
}

bool Stream::waitForReadyRead(int msecs)
{
    const qint64 before = d->reader.available();
    if (d->reader.isFull()) {
        d->noteFullness();
        d->announce();
        return false;
    }
    const auto hasMore = [this, before] { return d->reader.available() > before; };
    return d->waitUntil(msecs, [&] { return hasMore() || d->reader.progress() != DuplexReader::Open; }) && hasMore();
}

bool Stream::waitForBytesWritten(int msecs)
{
    const qint64 before = d->writer.published();
    if (bytesToWrite() == 0)
        return false;
    const auto hasWritten = [this, before] { return d->writer.published() > before; };
    return d->waitUntil(msecs, [&] { return hasWritten() || bytesToWrite() == 0; }) && hasWritten();
}

} // namespace FileBus
