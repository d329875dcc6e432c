// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/eventloop.h"
#include "base/waiting.h"
#include "file/disk/buslock.h"
#include "file/watch/lookinterval.h"

#include <QtCore/QTimer>

#include <algorithm>

namespace FileBus
{

/// When to try again what no event tells of, as that a lock is free: soon at first, then ever more seldom. Without an event loop
/// it does not ring; whoever waits there asks for due().
class LockRetry : public QTimer
{
public:
    explicit LockRetry(QObject *parent)
        : QTimer(parent)
    {
        setTimerType(Qt::PreciseTimer);
        setSingleShot(true);
        reset();
    }

    void reset()
    {
        setInterval(BusLock::retryInterval);
        m_due.reset();
    }

    void stop()
    {
        QTimer::stop();
        m_due.reset();
    }

    /// Rings once; the next time after twice as long, at most @p longest.
    void startNext(std::chrono::milliseconds longest = usualInterval) { startIn(std::min(2 * intervalAsDuration(), longest)); }

    /// Rings once.
    void startIn(std::chrono::milliseconds interval)
    {
        setInterval(interval);
        m_due = Clock::now() + interval;
        if (hasEventLoop())
            start();
    }

    /// When it rings, or @p otherwise.
    Clock::time_point due(Clock::time_point otherwise) const { return m_due.value_or(otherwise); }

private:
    std::optional<Clock::time_point> m_due;
};

} // namespace FileBus
