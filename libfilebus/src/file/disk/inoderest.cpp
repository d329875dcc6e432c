// SPDX-License-Identifier: Apache-2.0
#include "file/disk/inoderest.h"

namespace FileBus
{

void InodeRest::sawLeave(ino_t inode, Time now)
{
    forgetRested(now);
    m_restsUntil[inode] = now + restTime;
    m_byTime.emplace_back(now + restTime, inode);
}

InodeRest::Time InodeRest::restsUntil(ino_t inode) const
{
    return m_restsUntil.value(inode, Time::min());
}

void InodeRest::forgetRested(Time now)
{
    for (; !m_byTime.empty() && m_byTime.front().first <= now; m_byTime.pop_front()) {
        const auto known = m_restsUntil.constFind(m_byTime.front().second);
        if (known != m_restsUntil.cend() && *known <= now)
            m_restsUntil.erase(known);
    }
}

} // namespace FileBus
