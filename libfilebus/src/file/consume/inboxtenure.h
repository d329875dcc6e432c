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
/// A restored backup can replace both while the consumer runs. Then the owner file is a copy that nobody has locked, and the
/// inbox is another one of the same name. The consumer takes it again, and owns it as before.
class InboxTenure
{
public:
    /// @p inbox must outlive it.
    InboxTenure(const BusFile &bus, const Inbox &inbox);

    bool isHeld() const { return m_owner.has_value(); }
    /// Whether nothing was removed or replaced since it was taken.
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
