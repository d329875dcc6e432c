// SPDX-License-Identifier: Apache-2.0
#include "file/disk/localfilesystem.h"

#include "system/system.h"

namespace FileBus
{

FileSystemKind fileSystemKind(const QByteArray &directory)
{
    return System::current().fileSystemKind(directory);
}

bool isOnLocalFileSystem(const QByteArray &directory)
{
    return fileSystemKind(directory) == FileSystemKind::Local;
}

bool locksMayNotReachAcross(const QByteArray &directory)
{
    const FileSystemKind kind = fileSystemKind(directory);
    return kind == FileSystemKind::Fuse || kind == FileSystemKind::Network;
}

} // namespace FileBus
