// SPDX-License-Identifier: Apache-2.0
#include "file/disk/busrights.h"

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/filerights.h"

namespace FileBus
{

BusRights::BusRights(const QByteArray &path)
    : m_path(path)
{ }

Outcome BusRights::look(const struct stat &status, int fd)
{
    Result<FileRights> rights = FileRights::of(status, m_path, fd);
    if (!rights)
        return rights.failure();
    if (m_known == *rights)
        return done();
    m_changed = m_changed || !m_known || !(m_known->access() == rights->access());
    m_known = std::move(*rights);
    return done();
}

Outcome BusRights::giveTo(StagedFile &file) const
{
    if (!m_known || file.rights == *m_known)
        return done();
    const Outcome given = m_known->giveTo(file.fd.get(), file.status, m_path, file.rights);
    if (given)
        file.rights = *m_known;
    return given;
}

std::optional<mode_t> BusRights::stagingMode() const
{
    return m_known ? std::optional(AccessRules::ownerOnly) : std::nullopt;
}

} // namespace FileBus
