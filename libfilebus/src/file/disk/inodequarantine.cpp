// SPDX-License-Identifier: Apache-2.0
#include "file/disk/inodequarantine.h"

namespace FileBus
{

void InodeQuarantine::sawLeave(ino_t inode, Time now)
{
    forgetOver(now);
    m_until[inode] = now + duration;
    m_byTime.emplace_back(now + duration, inode);
}

InodeQuarantine::Time InodeQuarantine::endOf(ino_t inode) const
{
    return m_until.value(inode, Time::min());
}

void InodeQuarantine::forgetOver(Time now)
{
    for (; !m_byTime.empty() && m_byTime.front().first <= now; m_byTime.pop_front()) {
        const auto known = m_until.constFind(m_byTime.front().second);
        if (known != m_until.cend() && *known <= now)
            m_until.erase(known);
    }
}

} // namespace FileBus
