// SPDX-License-Identifier: Apache-2.0
#include "file/publish/chunkpublisher.h"

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/cleanerguard.h"

#include <filebus/error.h>

namespace FileBus
{

ChunkPublisher::ChunkPublisher(const QByteArray &path)
    : m_bus(path)
    , m_lock(m_bus.lockPath())
{ }

Result<ChunkPublisher::Commit> ChunkPublisher::makeRoom()
{
    return Failure{Error::DiskFull, {}};
}

Outcome ChunkPublisher::checkBus()
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

void ChunkPublisher::refresh() const
{
    refreshFile(m_bus.path());
    refreshFile(m_bus.lockPath());
}

} // namespace FileBus
