// SPDX-License-Identifier: Apache-2.0
#include "streamprivate.h"

#include <QtCore/QFile>
#include <QtCore/QPointer>

#include <algorithm>

namespace FileBus
{

using namespace std::chrono_literals;

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

void Stream::setNativeFileName(const QByteArray &fileName)
{
    d->nativeFileName = BusFile(fileName).path();
}

void Stream::setWindow(quint64 chunks, qsizetype blockSize)
{
    d->window = std::max<quint64>(chunks, 1);
    d->blockSize = std::clamp<qsizetype>(blockSize, 1, Chunk::maximumPayloadSize);
}

void Stream::setFileMonitoring(bool enabled)
{
    d->fileMonitoring = enabled;
    d->alarm.setFileMonitoring(enabled);
}

void Stream::setSleepInterval(std::chrono::milliseconds interval)
{
    d->alarm.setInterval(std::max(interval, 1ms));
}

void Stream::connectToBus(OpenMode openMode)
{
    open(openMode);
}

bool Stream::open(OpenMode openMode)
{
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
    d->readBufferSize = std::max<qint64>(size, 0);
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
    return d->waitUntil(msecs, [this] { return d->state == ConnectedState; });
}

bool Stream::waitForDisconnected(int msecs)
{
    if (d->state == UnconnectedState)
        return false;
    d->waitUntil(msecs, [this] { return d->state == UnconnectedState; });
    return d->state == UnconnectedState;
}

bool Stream::waitForReadyRead(int msecs)
{
    const qint64 before = d->received.size();
    if (!d->hasRoom() && d->reading == StreamPrivate::Open && d->end) {
        d->tellFull();
        return false;
    }
    d->waitUntil(msecs, [this, before] { return d->received.size() > before || d->reading != StreamPrivate::Open; });
    return d->received.size() > before;
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
