// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QObject>

namespace FileBus
{
Q_NAMESPACE_EXPORT(FILEBUS_EXPORT)

/// What kind of thing went wrong, for programs. The text that comes with it, for people, names the file, the reason and the
/// remedy.
enum class Error {
    NoError,          ///< nothing went wrong
    NotARegularFile,  ///< the bus, its lock or its side directory is something else: a directory, a link, a FIFO
    DirectoryMissing, ///< the directory of the bus does not exist, or a parent of it is no directory (ENOENT, ENOTDIR)
    PermissionDenied, ///< the operating system refused (EACCES, EPERM, EROFS)
    DiskFull,         ///< no space or no quota is left (ENOSPC, EDQUOT)
    LockTimeout,      ///< another process held the lock, or had the bus in use, for longer than Producer::lockTimeout()
    ConsumerTimeout,  ///< consumers were missing, or took nothing, for as long as was to be waited
    CorruptChunk,     ///< the bytes on the bus are not a chunk
    ChunkTooLarge,    ///< a payload or a bus file exceeds Chunk::maximumPayloadSize
    EmptyChunk,       ///< the format has no way to tell an empty chunk
    InvalidName,      ///< a subscription cannot have that name; or the path of the bus is empty, too long, or names no file
    NameInUse,        ///< a process that lives holds the name of a subscription, or both ends of a stream
    NoSubscription,   ///< nobody has subscribed by that name
    SubscriptionGone, ///< the inbox of a lossless consumer was removed while it was in use
    PutBack,          ///< the bus is in an earlier state again, as after a restored backup; it is followed from there
    PeerClosed,       ///< the other end of a stream has disconnected, and what was written is not wanted any more
    NoLocks,          ///< the file system does not support flock(2), or its locks do not exclude others
    BufferFull,       ///< the reader waits for more than Stream::readBufferSize() holds
    SystemError,      ///< any other failure of a system call
};
Q_ENUM_NS(Error)

} // namespace FileBus
