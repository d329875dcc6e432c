// SPDX-License-Identifier: Apache-2.0
#include "file/publish/knownbus.h"

#include "file/disk/chunkcopy.h"
#include "file/disk/fileidentity.h"
#include "file/publish/past.h"

namespace FileBus
{

KnownBus::KnownBus(const BusFile &bus)
    : m_bus(bus)
    , m_rights(bus.path())
{ }

bool KnownBus::isOurs(const Status &bus) const
{
    return bus && m_published && FileIdentity::of(*bus).isSameFile(FileIdentity::of(m_published->status));
}

Outcome KnownBus::look(const Status &bus)
{
    if (!bus)
        return done();
    return m_rights.look(*bus, isOurs(bus) ? m_published->fd.get() : -1);
}

// The owner of the bus may have restricted it.
Result<KnownBus::Change> KnownBus::follow(const Status &bus, StagedChunk &chunk, Staging &staging)
{
    if (const Outcome looked = look(bus); !looked)
        return looked.failure();
    const bool isChanged = m_rights.takeChange();
    if (isChanged) {
        staging.removeLeft();
        Past(m_bus, ChunkCopy(staging.scratchPath())).follow(m_rights.known()->access());
    }
    const Outcome adopted = chunk.isOpenToOthers() ? chunk.adopt(m_rights) : done();
    if (!adopted)
        return adopted.failure();
    return isChanged ? AccessChanged : Unchanged;
}

void KnownBus::takeRightsOf(const StagedFile &file)
{
    struct stat bus;
    if (!m_rights.known() && ::fstat(file.fd.get(), &bus) == 0) [[maybe_unused]]
        const Outcome looked = m_rights.look(bus, file.fd.get());
}

} // namespace FileBus
