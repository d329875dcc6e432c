// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/cleanerguard.h"
#include "file/disk/inbox.h"
#include "file/disk/ownerfile.h"

#include <optional>

namespace FileBus
{

/// A consumer's hold on its inbox: the directory, and the owner file beside it.
///
/// Both can be replaced while it runs, by those of a backup: the owner file is a copy then, which nobody has locked, and the
/// inbox is another one of the same name. It is the consumer's as before, if it takes it again.
class InboxTenure
{
public:
    /// @p inbox must outlive it.
    InboxTenure(const BusFile &bus, const Inbox &inbox);

    bool isHeld() const { return m_owner.has_value(); }
    /// Whether nobody has removed or replaced anything since it was taken.
    bool isIntact() const;

    /// Takes the inbox, for the first time or again, and makes it if it is not there. Under the lock of the bus. Fails if another
    /// process holds it; then nothing is held.
    Outcome take(const AccessRules &rules);
    /// Gives up the owner file.
    void release();

private:
    Outcome makeFree() const;
    Outcome makeInbox(const AccessRules &rules) const;

    BusFile m_bus;
    const Inbox &m_inbox;
    std::optional<OwnerFile> m_owner;
    std::optional<CleanerGuard> m_guard; ///< of X.d
};

} // namespace FileBus
