// SPDX-License-Identifier: Apache-2.0
#include "file/disk/lookmoment.h"

#include "base/clock.h"
#include "system/system.h"

#include <filebus/chunk.h>

#include <QtCore/QSysInfo>

#include <algorithm>

namespace FileBus
{

LookMoment LookMoment::now()
{
    LookMoment moment;
    moment.m_wall = wallClock();
    moment.m_elapsed = System::current().elapsed();
    return moment;
}

bool LookMoment::isAfter(const Chunk &chunk) const
{
    const QString &host = chunk.producer().host;
    if (host.isEmpty() || !QSysInfo::machineHostName().startsWith(host)) // of which chunks bear the beginning
        return false;
    const LookMoment now = LookMoment::now();
    const qint64 clockWasSet = (now.m_wall - m_wall) - (now.m_elapsed - m_elapsed).count();
    return chunk.time() < m_wall + std::min<qint64>(clockWasSet, 0);
}

std::chrono::nanoseconds LookMoment::age() const
{
    return System::current().elapsed() - m_elapsed;
}

} // namespace FileBus
