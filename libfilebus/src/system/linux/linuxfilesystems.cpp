// SPDX-License-Identifier: Apache-2.0
#include "system/linux/linuxsystem.h"

#include <linux/magic.h>
#include <sys/vfs.h>

namespace FileBus
{

namespace
{

// Not in linux/magic.h everywhere.
constexpr unsigned long cifsMagic = 0xff534d42;
constexpr unsigned long smb2Magic = 0xfe534d42;
constexpr unsigned long lustreMagic = 0x0bd00bd0;
constexpr unsigned long gpfsMagic = 0x47504653;
constexpr unsigned long gfs2Magic = 0x01161970;
constexpr unsigned long orangefsMagic = 0x20030528;
constexpr unsigned long beegfsMagic = 0x19830326;
constexpr unsigned long vboxMagic = 0x786f4256;
constexpr unsigned long vmhgfsMagic = 0xbacbacbc;

} // namespace

FileSystemKind LinuxSystem::fileSystemKind(const QByteArray &directory) const
{
    struct statfs status;
    if (::statfs(directory.constData(), &status) != 0)
        return FileSystemKind::Other;
    switch (static_cast<unsigned long>(status.f_type) & 0xffffffff) { // f_type has a sign on some architectures
    case EXT4_SUPER_MAGIC:                                            // and ext2, ext3
    case TMPFS_MAGIC:
    case RAMFS_MAGIC:
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
        return FileSystemKind::Local;
    case FUSE_SUPER_MAGIC: // and virtiofs
        return FileSystemKind::Fuse;
    case NFS_SUPER_MAGIC:
    case SMB_SUPER_MAGIC:
    case cifsMagic:
    case smb2Magic:
    case V9FS_MAGIC:
    case CEPH_SUPER_MAGIC:
    case AFS_SUPER_MAGIC:
    case AFS_FS_MAGIC:
    case CODA_SUPER_MAGIC:
    case OCFS2_SUPER_MAGIC:
    case lustreMagic:
    case gpfsMagic:
    case gfs2Magic:
    case orangefsMagic:
    case beegfsMagic:
    case vboxMagic:
    case vmhgfsMagic:
        return FileSystemKind::Network;
    default:
        return FileSystemKind::Other;
    }
}

} // namespace FileBus
