// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QObject>

namespace FileBus
{
Q_NAMESPACE_EXPORT(FILEBUS_EXPORT)

/// What kind of thing went wrong. The text beside it names the file and the remedy.
enum class Error {
    NoError,          ///< all is well
    NotARegularFile,  ///< the bus, its lock or its side directory is something else: a directory, a link, a FIFO
    DirectoryMissing, ///< the directory of the bus does not exist
    PermissionDenied, ///< the operating system refused (EACCES, EPERM, EROFS)
    DiskFull,         ///< no space or no quota is left (ENOSPC, EDQUOT)
    LockTimeout,      ///< another process held the lock for longer than Producer::lockTimeout()
    CorruptChunk,     ///< the bytes on the bus are not a chunk
    ChunkTooLarge,    ///< a payload or a bus file exceeds Chunk::maximumPayloadSize
    SystemError,      ///< any other failure of a system call
};
Q_ENUM_NS(Error)

} // namespace FileBus
