// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/busfile.h"

namespace FileBus
{

/// Whether something is mounted on exactly that path, so that no rename(2) can replace it (EBUSY), or carry anything into it
/// (EXDEV). False where the kernel does not tell (statx(2), before Linux 5.8).
bool isMountPoint(const QByteArray &path);

/// Refuses a bus on which nobody can ever publish because of where it lies, whatever the permissions are: a file that is mounted
/// by itself, as containers do, which keeps the one chunk that it shows; a path or a name that leaves no room for what lies
/// beside it. @p suffix: the longest that is appended to the name of the bus.
Outcome checkPlace(const BusFile &bus, QByteArrayView suffix = ".lock");

} // namespace FileBus
