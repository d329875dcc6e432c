// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/localfilesystem.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <sys/stat.h>

namespace FileBus
{

/// What to believe of what the kernel says about a file. On a remote file system it answers from memory, for seconds or longer,
/// while others replace the file.
enum class Freshness {
    AsKnown, ///< what the kernel knows is true
    AskAnew, ///< the file system itself must be asked
};

Freshness freshnessOn(FileSystemKind kind);
/// For what lies in @p directory; AsKnown if that is not there.
Freshness freshnessIn(const QByteArray &directory);

/// Why events do not tell all that happens on such a file system, for people; empty if they do. They tell what is done by way of
/// the same mount.
QString reasonForDistrust(FileSystemKind kind);

/// Has the kernel ask the file system what is at @p path now, by which access(2), open(2) and lstat(2) become true, too. Changes
/// nothing, and needs no right but to search the directory. One round trip.
void lookUpAnew(const QByteArray &path);
/// The same, if it takes that.
void lookUp(const QByteArray &path, Freshness freshness);

/// False only if it is certain that nothing is at @p path.
bool mayBeThere(const QByteArray &path, Freshness freshness);

/// As fstat(2).
bool statusOf(int fd, Freshness freshness, struct stat &status);

} // namespace FileBus
