// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/freshness.h"

#include <QtCore/QByteArray>

#include <sys/stat.h>

namespace FileBus
{

/// Distinguishes one file from another, and a rewritten file from an unchanged one. Change time is left out: chmod, a new hard
/// link and a rename alter it, and none of them makes a new chunk.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    qint64 modified = 0;                  ///< nanoseconds
    uid_t owner = static_cast<uid_t>(-1); ///< chown(2) makes no new chunk either, but it changes who published this one

    static FileIdentity of(const struct stat &status);
    bool isSameFile(const FileIdentity &other) const { return device == other.device && inode == other.inode; }
    friend bool operator==(const FileIdentity &, const FileIdentity &) = default;
};

/// Whether the file at @p path is @p file, by device and inode.
bool isFileAt(const QByteArray &path, const struct stat &file, Freshness freshness = Freshness::AsKnown);

} // namespace FileBus
