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

/// Where the chunks of a consumer come from, one step at a time, and who tells when to take the next one.
class FILEBUS_EXPORT ChunkSource : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// To be told of what comes from now on; look once after this. Emits nothing.
    virtual void start() = 0;
    /// Falls silent and gives up what it holds.
    virtual void stop() = 0;

    /// Emits nothing.
    virtual Step next() = 0;
    /// Whether next() is worth calling again after a chunk, without an event.
    virtual bool hasMore() const { return true; }
    /// Waits without the event loop, at most until @p end; look again after an event. A signal interrupts it, and one of
    /// @p interrupts that poll(2) calls readable. Emits nothing.
    virtual Awaited wait(Clock::time_point end, const QList<int> &interrupts)
    {
        Q_UNUSED(end)
        Q_UNUSED(interrupts)
        return Awaited::Time;
    }
    /// Whether wait() does as well as the event loop, so that a consumer may block its thread for a slice of time.
    virtual bool canBlock() const { return false; }
    /// The chunk or the end that next() returned has been dealt with, and is not to come again. A failure means that it would.
    virtual Outcome acknowledge() { return done(); }

    /// Whether the chunk that next() returned last was no longer on the bus.
    virtual bool isFromHistory() const { return false; }
    virtual LossKnowledge lossKnowledge() const { return LossKnowledge::Exact; }
    /// Why only a timer finds chunks, for people; empty if events do.
    virtual QString reasonForPolling() const = 0;

Q_SIGNALS:
    /// There may be another step, or another reason for polling.
    void lookAgain();
};

} // namespace FileBus
