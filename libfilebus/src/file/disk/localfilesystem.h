// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "system/filesystemkind.h"

#include <QtCore/QByteArray>

namespace FileBus
{

/// Other if there is nothing at @p directory.
FileSystemKind fileSystemKind(const QByteArray &directory);

/// Whether a directory is on a file system of the kind Local.
bool isOnLocalFileSystem(const QByteArray &directory);

/// Whether a process may reach the files of @p directory by another way, on which a flock(2) that is held here does not count.
bool locksMayNotReachAcross(const QByteArray &directory);

} // namespace FileBus
