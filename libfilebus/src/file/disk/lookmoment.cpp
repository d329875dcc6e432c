// SPDX-License-Identifier: Apache-2.0
#include "file/disk/lookmoment.h"

#include "base/clock.h"

#include <filebus/chunk.h>

#include <QtCore/QSysInfo>

#include <algorithm>
#include <ctime>

namespace FileBus
{

namespace
{

std::chrono::nanoseconds sinceBoot()
{
    struct timespec now = {};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

} // namespace

LookMoment LookMoment::now()
{
    LookMoment moment;
    moment.m_wall = wallClock();
    moment.m_boot = sinceBoot();
    return moment;
}

bool LookMoment::isAfter(const Chunk &chunk) const
{
    const QString &host = chunk.producer().host;
    if (host.isEmpty() || !QSysInfo::machineHostName().startsWith(host)) // of which chunks bear the beginning
        return false;
    const LookMoment now = LookMoment::now();
    const qint64 clockWasSet = (now.m_wall - m_wall) - (now.m_boot - m_boot).count();
    return chunk.time() < m_wall + std::min<qint64>(clockWasSet, 0);
}

std::chrono::nanoseconds LookMoment::age() const
{
    return sinceBoot() - m_boot;
}

} // namespace FileBus
