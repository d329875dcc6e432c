// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

/// How long the event loop of this thread kept others waiting: a timer that ought to fire every few milliseconds.
///
/// On a busy machine a gap is long because others run. So what the thread itself did in a gap is measured, too.
class EventLoopGaps : public QObject
{
    Q_OBJECT
public:
    EventLoopGaps();

    /// In ms, since it was made.
    double longest() const { return m_longest; }
    /// The most CPU time of this thread in one gap, in ms.
    double longestWork() const { return m_longestWork; }
    /// So many gaps were longer than 50 ms.
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
