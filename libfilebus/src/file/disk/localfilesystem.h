// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/localfilesystem.h"

#include <QtCore/QByteArray>

namespace FileBus
{

/// What kind of file system something lies on, from statfs(2).
enum class FileSystemKind {
    Local,   ///< only this kernel changes it, so that inotify(7) reports every change: ext4, tmpfs, XFS, …
    Fuse,    ///< a process serves it, which may show a file system of another host (sshfs), or one that others use directly
    Network, ///< a server does: NFS, SMB, 9p, …
    Other,   ///< all others: overlays, and file systems that are not known here
};

/// Other if there is nothing at @p directory.
FileSystemKind fileSystemKind(const QByteArray &directory);

/// Whether a directory is on a file system of the kind Local.
bool isOnLocalFileSystem(const QByteArray &directory);

/// Whether a process may reach the files of @p directory by another way, on which a flock(2) that is held here does not count.
bool locksMayNotReachAcross(const QByteArray &directory);

} // namespace FileBus
