// SPDX-License-Identifier: Apache-2.0
#include "file/consume/inboxtenure.h"

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/ownerfile.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <utility>

namespace FileBus
{

namespace
{

struct TenureText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::InboxTenure)
};

} // namespace

InboxTenure::InboxTenure(const BusFile &bus, const Inbox &inbox)
    : m_bus(bus)
    , m_inbox(inbox)
{ }

bool InboxTenure::isIntact() const
{
    return m_owner && m_owner->isInPlace(m_inbox.freshness()) && m_inbox.exists();
}

Outcome InboxTenure::take(const AccessRules &rules)
{
    Outcome isFree = makeFree();
    m_owner.reset();
    m_guard.reset();
    if (!isFree)
        return isFree;
    Result<OwnerFile> owner = OwnerFile::create(m_bus.inboxesDirectory(), m_inbox.name());
    if (!owner)
        return owner.failure();
    m_owner = std::move(*owner);
    m_guard.emplace(m_bus.sideDirectory());
    const Outcome made = makeInbox(rules);
    if (!made)
        release();
    return made;
}

Outcome InboxTenure::makeFree() const
{
    if (m_owner)
        OwnerFile::removeCopy(m_bus.inboxesDirectory(), m_inbox.name());
    else
        OwnerFile::removeIfDead(m_bus.inboxesDirectory(), m_inbox.name());
    const std::optional<Owner> owner = m_inbox.owner();
    if (!owner || !owner->lives())
        return done();
    return Failure{Error::NameInUse,
                   TenureText::tr("the name %1 is in use by %2; choose another, or end that process")
                       .arg(shownPath(m_inbox.name()), owner->shown())};
}

// What already has that name may be a link to somebody's files.
Outcome InboxTenure::makeInbox(const AccessRules &rules) const
{
    if (!rules.makeDirectory(m_inbox.path().constData()))
        return Failure::fromErrno(errno, TenureText::tr("cannot create the inbox %1").arg(shownPath(m_inbox.path())),
                                  m_inbox.path());
    if (m_inbox.exists())
        return done();
    return Failure{Error::NotARegularFile,
                   TenureText::tr("%1 is not a directory; remove it, or choose another name").arg(shownPath(m_inbox.path()))};
}

void InboxTenure::release()
{
    m_owner.reset();
}

} // namespace FileBus
