// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/busfile.h"

namespace FileBus
{

/// Refuses a bus on which nobody can ever publish because of where it lies, whatever the permissions are: a file that is mounted
/// by itself, as containers do, which keeps the one chunk that it shows; a path or a name that leaves no room for what lies
/// beside it. @p suffix: the longest that is appended to the name of the bus.
Outcome checkPlace(const BusFile &bus, QByteArrayView suffix = ".lock");

} // namespace FileBus
