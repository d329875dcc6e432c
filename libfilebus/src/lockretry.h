// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "buslock.h"

#include <QtCore/QTimer>

#include <algorithm>

namespace FileBus
{

/// When to try again what no event tells of, as that a lock is free: soon at first, then ever more seldom.
class LockRetry : public QTimer
{
public:
    LockRetry()
    {
        setTimerType(Qt::PreciseTimer);
        setSingleShot(true);
        reset();
    }

    void reset() { setInterval(BusLock::retryInterval); }

    /// Rings once; the next time after twice as long, at most @p longest.
    void startNext(std::chrono::milliseconds longest)
    {
        const auto interval = intervalAsDuration();
        start();
        setInterval(std::min(2 * interval, longest));
    }
};

} // namespace FileBus
