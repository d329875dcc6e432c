// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QObject>

namespace FileBus
{
Q_NAMESPACE_EXPORT(FILEBUS_EXPORT)

/// The kind of an error, for programs. The text that comes with it is for people: it names the file, the reason and the remedy.
enum class Error {
    NoError,          ///< no error
    NotARegularFile,  ///< the bus, its lock or the directory beside it is of another type: a directory, a link, a FIFO
    DirectoryMissing, ///< the directory of the bus does not exist, or a parent of it is not a directory (ENOENT, ENOTDIR)
    PermissionDenied, ///< the operating system refused (EACCES, EPERM, EROFS), or the servers of a cluster did
    DiskFull,         ///< no space or no quota is left (ENOSPC, EDQUOT), on disk or in the store of a cluster
    LockTimeout, ///< for Producer::lockTimeout(), another process held the lock or had the bus open, or servers did not answer
    ConsumerTimeout,  ///< consumers were missing, or took nothing, until the timeout
    CorruptChunk,     ///< the bytes on the bus are not a chunk
    ChunkTooLarge,    ///< a payload or a bus file exceeds Chunk::maximumPayloadSize, or what the servers of a cluster accept
    EmptyChunk,       ///< the format cannot represent an empty chunk
    InvalidName,      ///< the name of a subscription or the address of a cluster is invalid, or the path cannot name a file
    NameInUse,        ///< a living process holds the name of a subscription, or both sides of a stream
    NoSubscription,   ///< there is no subscription of that name
    SubscriptionGone, ///< the inbox of a lossless consumer was removed while it was in use
    PutBack,          ///< the bus is in an earlier state again, as after a restored backup; consumers continue from there
    PeerClosed,       ///< the peer of a stream has disconnected, and bytes that were written will not be read
    NoLocks,          ///< the file system does not support flock(2), or its locks do not exclude other processes
    BufferFull,       ///< the reader of a stream waits for more than fits into Stream::readBufferSize()
    NotSupported,     ///< a cluster does not support this, or the plugin for clusters is not installed
    Unreachable,      ///< no server of a cluster can be reached, or the servers lack what a bus needs, such as JetStream
    NotABus,          ///< another program uses the name of the bus on the cluster
    SystemError,      ///< any other failure of a system call
};
Q_ENUM_NS(Error)

} // namespace FileBus
