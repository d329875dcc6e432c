// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"

#include <deque>

/// What happened on a bus in each second of the last hour.
class ActivityHistory
{
public:
    static constexpr qint64 keptSeconds = 3600;

    void add(const QList<Activity> &activity);

    /// Every second from @p first up to @p last, including those in which nothing happened.
    QList<Activity> between(qint64 first, qint64 last) const;

    /// 0 if there is none.
    qint64 firstSecond() const { return m_seconds.empty() ? 0 : m_seconds.front().second; }

private:
    void add(const Activity &activity);

    std::deque<Activity> m_seconds; ///< in order, without quiet ones
};
