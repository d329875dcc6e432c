// SPDX-License-Identifier: Apache-2.0
#include "cluster/fetchwindow.h"

#include <algorithm>
#include <utility>

namespace FileBus
{

namespace
{

constexpr qint64 mostMessages = 64; // more are hardly faster
constexpr qint64 usualBytes = qint64(8) << 20;
constexpr qint64 mostBytes = qint64(32) << 20; // even if every message has the maximum size
constexpr qint64 forgetfulness = 16;           // after this many smaller messages, a large one counts for about a third

} // namespace

FetchWindow::FetchWindow(qint64 largest, qint64 usual)
    : m_mostMessages(std::clamp<qint64>(mostBytes / std::max<qint64>(largest, 1), 1, mostMessages))
    , m_recentSize(usual)
{ }

int FetchWindow::batch() const
{
    return static_cast<int>(std::clamp<qint64>(usualBytes / std::max<qint64>(m_recentSize, 1), 1, m_mostMessages));
}

int FetchWindow::next()
{
    if (!std::exchange(m_isFirst, false))
        --m_outstanding;
    const int more = batch();
    if (m_outstanding > more / 2)
        return 0;
    m_outstanding += more;
    return more;
}

void FetchWindow::noteSize(qint64 size)
{
    m_recentSize = std::max(size, m_recentSize - m_recentSize / forgetfulness);
}

} // namespace FileBus
