// SPDX-License-Identifier: Apache-2.0
#include "file/publish/publisher.h"

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/cleanerguard.h"

#include <filebus/error.h>

namespace FileBus
{

Publisher::Publisher(const QByteArray &path)
    : m_bus(path)
    , m_lock(m_bus.lockPath())
{ }

Result<Obstacle> Publisher::makeRoom()
{
    return Failure{Error::DiskFull, {}};
}

Outcome Publisher::checkBus()
{
    if (const Outcome replaceable = m_bus.checkReplaceable(); !replaceable)
        return replaceable;
    if (const Outcome lockable = m_lock.check(); !lockable)
        return lockable;
    const Result<AccessRules> rules = m_bus.accessRules();
    if (!rules)
        return rules.failure();
    m_rules = *rules;
    return done();
}

void Publisher::refresh() const
{
    refreshFile(m_bus.path());
    refreshFile(m_bus.lockPath());
}

} // namespace FileBus
