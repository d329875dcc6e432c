// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files.h"

#include <QtCore/QDeadlineTimer>

#include <chrono>
#include <thread>
#include <unistd.h>

/// The thread that creates this, for others that wait until it sleeps, as it does while it waits for them.
class SleepingThread
{
public:
    /// Waits until it has gone to sleep that many times from now on. False if it does not, for long.
    bool hasSlept(qint64 times) const
    {
        const qint64 enough = sleeps() + times;
        return eventually([&] { return sleeps() >= enough; });
    }

    /// Waits until it sleeps. False if it does not, for long.
    bool isAsleep() const
    {
        return eventually([&] { return field("State:").startsWith('S'); });
    }

private:
    template<typename Condition>
    static bool eventually(Condition condition)
    {
        const QDeadlineTimer end(std::chrono::seconds(10));
        while (!condition() && !end.hasExpired())
            std::this_thread::yield();
        return condition();
    }

    qint64 sleeps() const { return field("voluntary_ctxt_switches:").toLongLong(); }

    QByteArray field(QByteArrayView name) const
    {
        for (const QByteArray &line : Files::read("/proc/self/task/" + QByteArray::number(m_id) + "/status").split('\n')) {
            if (line.startsWith(name))
                return line.sliced(name.size()).simplified();
        }
        return {};
    }

    pid_t m_id = ::gettid();
};
