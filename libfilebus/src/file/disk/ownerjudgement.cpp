// SPDX-License-Identifier: Apache-2.0
#include "file/disk/ownerjudgement.h"

namespace FileBus
{

namespace
{

// Whoever holds the lock may be a child that inherited it, or a mere reader. That the process itself is gone counts for more.
Life judgeHeld(const Evidence &evidence)
{
    const bool isGone = evidence.relation == ProcessIdentity::SameNamespace && evidence.presence == ProcessIdentity::Gone;
    return isGone ? Life::Gone : Life::Alive;
}

Life judgeFreeByLock(const Evidence &evidence)
{
    return evidence.locksReachAll ? Life::Gone : Life::Unknown;
}

Life judgeFreeInNamespace(const Evidence &evidence)
{
    switch (evidence.presence) {
    case ProcessIdentity::Running: // it holds its lock on the other side of a mount, or else the file is a copy from a backup
        return evidence.locksReachAll ? Life::Gone : Life::Alive;
    case ProcessIdentity::Ending:
    case ProcessIdentity::Gone:
        return Life::Gone;
    case ProcessIdentity::Unclear:
        break;
    }
    return judgeFreeByLock(evidence);
}

Life judgeFree(const Evidence &evidence)
{
    switch (evidence.relation) {
    case ProcessIdentity::SameNamespace:
        return judgeFreeInNamespace(evidence);
    case ProcessIdentity::SameKernel:
        return judgeFreeByLock(evidence);
    case ProcessIdentity::EarlierBoot:
        return Life::Gone;
    case ProcessIdentity::Elsewhere:
        break;
    }
    // A container of an earlier boot may have had any host name. A later file comes from a host to which ours exports its files.
    return evidence.isOlderThanOurBoot ? judgeFreeByLock(evidence) : Life::Unknown;
}

Life judgeWithoutLock(const Evidence &evidence)
{
    if (evidence.relation == ProcessIdentity::EarlierBoot)
        return Life::Gone;
    if (evidence.relation != ProcessIdentity::SameNamespace || evidence.presence == ProcessIdentity::Unclear)
        return Life::Unknown;
    return evidence.presence == ProcessIdentity::Running ? Life::Alive : Life::Gone;
}

} // namespace

Life judge(const Evidence &evidence)
{
    switch (evidence.lock) {
    case Evidence::Held:
        return judgeHeld(evidence);
    case Evidence::Free:
        return judgeFree(evidence);
    case Evidence::Unavailable:
        break;
    }
    return judgeWithoutLock(evidence);
}

} // namespace FileBus
