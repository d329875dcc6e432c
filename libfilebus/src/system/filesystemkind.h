// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace FileBus
{

/// What kind of file system something lies on.
enum class FileSystemKind {
    Local,   ///< only this kernel changes it, so that an event reports every change: ext4, tmpfs, XFS, …
    Fuse,    ///< a process serves it, which may show a file system of another host (sshfs), or one that others use directly
    Network, ///< a server does: NFS, SMB, 9p, …
    Other,   ///< all others: overlays, and file systems that are not known here
};

} // namespace FileBus
