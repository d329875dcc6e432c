// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <algorithm>
#include <memory>
#include <vector>

/// Counts how often the timers of a stream, a producer or a consumer have made it look at its bus, for tests that show what it
/// does not do. These are the timers of its alarms that run when this is created.
class Looks
{
public:
    explicit Looks(const QObject &object)
    {
        for (const QTimer *timer : object.findChildren<QTimer *>()) {
            if (timer->isActive() && timer->parent()->inherits("FileBus::DirectoryAlarm"))
                count(timer);
        }
    }

    /// Waits until each of the timers has rung several times, or has been stopped. False if none has.
    bool happen(int times = 3) const
    {
        const auto hasRung = [times](const auto &count) { return count->rung >= times; };
        const auto isOver = [&](const auto &count) { return hasRung(count) || !count->timer || !count->timer->isActive(); };
        return QTest::qWaitFor([&] { return std::all_of(m_counts.begin(), m_counts.end(), isOver); })
            && std::any_of(m_counts.begin(), m_counts.end(), hasRung);
    }

private:
    struct Count {
        QPointer<const QTimer> timer;
        QObject receiver;
        int rung = 0;
    };

    // Connected after the object itself, which has looked by then.
    void count(const QTimer *timer)
    {
        Count *count = m_counts.emplace_back(std::make_unique<Count>()).get();
        count->timer = timer;
        QObject::connect(timer, &QTimer::timeout, &count->receiver, [count] { ++count->rung; });
    }

    std::vector<std::unique_ptr<Count>> m_counts;
};
