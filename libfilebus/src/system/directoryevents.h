// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/waiting.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>

#include <functional>

class QObject;

namespace FileBus
{

/// Reports that something happens in directories, as far as the system reports it: it may report too much, too late, and on some
/// file systems nothing. Whoever needs to know looks at intervals as well.
class DirectoryEvents
{
public:
    /// What is worth an event.
    enum Interest {
        Everything, ///< whatever happens to a bus in its directory, and the end of the directory; until this object goes
        Arrival,    ///< something comes into the directory, or the directory goes; once
        Departure,  ///< something leaves it, or the directory goes; once
    };

    /// What the events concern.
    struct Seen {
        bool concernsName; ///< a name that was asked for, or possibly so
        bool watchEnded;   ///< nothing more is reported: the directory is gone or has moved
    };

    virtual ~DirectoryEvents() = default;

    /// Watches one more directory; false if that cannot be. Whoever asks looks once after this, for what happened before.
    virtual bool watch(const QByteArray &directory, Interest interest) = 0;
    /// Why the last watch() failed, for people; empty if it did not.
    virtual const QString &problem() const = 0;
    /// Whether every event on a local file system is reported, at once, and ends a wait().
    virtual bool areComplete() const = 0;

    /// Calls @p happened from the event loop of @p owner, with which this moves to another thread, while there are events; it
    /// must take them. Needs that event loop.
    virtual void listen(QObject *owner, std::function<void()> happened) = 0;
    /// Calls no more until the next listen(); also from what is being called.
    virtual void stopListening() = 0;

    /// Waits without an event loop, at most for @p time. A signal ends the wait, and so does one of @p interrupts that poll(2)
    /// calls readable. Where the system reports events to event loops only, it returns early, so that the caller looks.
    virtual Awaited wait(std::chrono::nanoseconds time, const QList<int> &interrupts) = 0;

    /// Takes events, perhaps not all, and reads what they are about. @p name: of a file.
    virtual Seen take(const QByteArray &name) = 0;
    /// Takes all events unread.
    virtual void takeAll() = 0;
};

} // namespace FileBus
