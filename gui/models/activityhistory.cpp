// SPDX-License-Identifier: Apache-2.0
#include "activityhistory.h"

#include <algorithm>

namespace
{

bool isBefore(const Activity &activity, qint64 second)
{
    return activity.second < second;
}

} // namespace

void ActivityHistory::add(const QList<Activity> &activity)
{
    for (const Activity &second : activity)
        add(second);
    while (!m_seconds.empty() && m_seconds.front().second <= m_seconds.back().second - keptSeconds)
        m_seconds.pop_front();
}

void ActivityHistory::add(const Activity &activity)
{
    auto place = std::lower_bound(m_seconds.begin(), m_seconds.end(), activity.second, isBefore);
    if (place == m_seconds.end() || place->second != activity.second)
        place = m_seconds.insert(place, {.second = activity.second});
    place->chunks += activity.chunks;
    place->bytes += activity.bytes;
    place->lost += activity.lost;
}

QList<Activity> ActivityHistory::between(qint64 first, qint64 last) const
{
    QList<Activity> seconds;
    auto known = std::lower_bound(m_seconds.begin(), m_seconds.end(), first, isBefore);
    for (qint64 second = first; second <= last; ++second) {
        const bool isKnown = known != m_seconds.end() && known->second == second;
        seconds.append(isKnown ? *known++ : Activity{.second = second});
    }
    return seconds;
}
