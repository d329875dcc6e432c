// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

/// Measures how long the event loop of this thread was blocked, with a timer that should fire every few milliseconds.
///
/// On a busy machine gaps are also long because other processes run. So the CPU time of the thread in each gap is measured, too.
class EventLoopGaps : public QObject
{
    Q_OBJECT
public:
    EventLoopGaps();

    /// The longest gap so far, in ms.
    double longest() const { return m_longest; }
    /// The most CPU time of this thread in one gap, in ms.
    double longestWork() const { return m_longestWork; }
    /// How many gaps were longer than 50 ms.
    int felt() const { return m_felt; }

private:
    void measure();

    QTimer m_timer;
    QElapsedTimer m_since;
    double m_workBefore = 0;
    double m_longest = 0;
    double m_longestWork = 0;
    int m_felt = 0;
};
