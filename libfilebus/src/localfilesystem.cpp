// SPDX-License-Identifier: Apache-2.0
#include "localfilesystem.h"

#include <linux/magic.h>
#include <sys/vfs.h>

namespace FileBus
{

bool isOnLocalFileSystem(const QByteArray &directory)
{
    struct statfs status;
    if (::statfs(directory.constData(), &status) != 0)
        return false;
    switch (static_cast<unsigned long>(status.f_type)) {
    case EXT4_SUPER_MAGIC: // and ext2, ext3
    case TMPFS_MAGIC:
    case RAMFS_MAGIC:
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
        return true;
    default:
        return false;
    }
}

} // namespace FileBus
