// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/publishsettings.h"

#include <filebus/chunk.h>
#include <filebus/error.h>
#include <filebus/export.h>

#include <QtCore/QObject>

#include <chrono>

namespace FileBus
{

/// The destination of the chunks of a producer: takes them in order, and after them the end of the stream. Chunks that cannot be
/// published at once are pending. Belongs to the thread of its parent, and moves to another thread together with it.
class FILEBUS_EXPORT ChunkSink : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Takes effect at the next publish(); intervals and monitoring at once.
    virtual void configure(const PublishSettings &settings) = 0;

    /// Checks that this process can publish on the bus, and creates what producers need. May wait for the carrier.
    virtual bool open() = 0;
    /// Waits until everything is done, and releases the bus.
    virtual bool close(std::chrono::milliseconds timeout) = 0;
    /// Drops pending chunks, and releases the bus.
    virtual void abort() = 0;

    virtual bool publish(const QByteArray &payload) = 0;
    virtual void end() = 0;
    virtual qsizetype pendingChunks() const = 0;
    /// Whether end() was called and the end has not been announced yet.
    virtual bool isEndPending() const = 0;

    virtual bool waitForPublished(std::chrono::milliseconds timeout) = 0;
    virtual bool waitForDrained(std::chrono::milliseconds timeout) = 0;

    /// Why the last call, or an attempt after it, failed.
    virtual const Failure &failure() const = 0;
    /// The stream of the last published chunk; null before the first.
    virtual QUuid streamId() const = 0;

Q_SIGNALS:
    void published(quint64 sequence);
    void ended();
    void drained();
    void errorOccurred(FileBus::Error error, const QString &message);
};

} // namespace FileBus
