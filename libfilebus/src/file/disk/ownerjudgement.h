// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/processidentity.h"

namespace FileBus
{

/// Whether an owner lives.
enum class Life {
    Gone,
    Alive,
    Unknown, ///< it cannot be determined from here
};

/// All that is known of the owner of an owner file.
struct Evidence {
    /// What flock(2) says of the file.
    enum Lock {
        Held,
        Free,
        Unavailable, ///< it cannot be asked
    };
    Lock lock = Unavailable;
    ProcessIdentity::Relation relation = ProcessIdentity::SameKernel;
    ProcessIdentity::Presence presence = ProcessIdentity::Unclear; ///< of a process of our own namespace
    bool locksReachAll =
        true; ///< neither we nor the owner see the file on a file system of which locksMayNotReachAcross() is true
    bool isOlderThanOurBoot = false; ///< the owner file
};

/// FORMAT.md, "Owner files". What is not certain is Unknown, never Gone.
Life judge(const Evidence &evidence);

} // namespace FileBus
