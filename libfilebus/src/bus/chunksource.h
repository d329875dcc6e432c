// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/waiting.h"
#include "bus/step.h"

#include <filebus/export.h>
#include <filebus/lossknowledge.h>

#include <QtCore/QList>
#include <QtCore/QObject>

namespace FileBus
{

/// The origin of the chunks of a consumer: provides them one step at a time, and signals when to take the next step.
class FILEBUS_EXPORT ChunkSource : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// From now on, lookAgain() announces new steps; look once after this call. Emits nothing.
    virtual void start() = 0;
    /// Emits nothing any more, and releases what it holds.
    virtual void stop() = 0;

    /// Emits nothing.
    virtual Step next() = 0;
    /// Whether next() is worth calling again after a chunk, without an event.
    virtual bool hasMore() const { return true; }
    /// Waits without the event loop, at most until @p end; look again after an event. A signal interrupts the wait, and so does
    /// one of @p interrupts that poll(2) reports as readable. Emits nothing.
    virtual Awaited wait(Clock::time_point end, const QList<int> &interrupts)
    {
        Q_UNUSED(end)
        Q_UNUSED(interrupts)
        return Awaited::Time;
    }
    /// Whether wait() works as well as the event loop, so that a consumer may block its thread for a slice of time.
    virtual bool canBlock() const { return false; }
    /// The chunk or the end that next() returned has been dealt with, and must not come again. After a failure, it would.
    virtual Outcome acknowledge() { return done(); }

    /// Whether the last chunk that next() returned was no longer on the bus.
    virtual bool isFromHistory() const { return false; }
    virtual LossKnowledge lossKnowledge() const { return LossKnowledge::Exact; }
    /// Why only a timer finds chunks, as a text to display; empty if events do.
    virtual QString reasonForPolling() const = 0;

Q_SIGNALS:
    /// There may be another step, or the reason for polling may have changed.
    void lookAgain();
};

} // namespace FileBus
