// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/uniquefd.h"
#include "file/disk/freshness.h"

#include <optional>
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

/// An open file. As long as it is open, no other file can get its inode number, so identities can be compared.
class PinnedFile
{
public:
    PinnedFile(UniqueFd fd, const FileIdentity &identity);

    /// Opens a regular file of at most ChunkFormat::maximumFileSize for reading; nothing if there is none at @p path.
    static Result<std::optional<PinnedFile>> open(const QByteArray &path, Freshness freshness = Freshness::AsKnown);

    const FileIdentity &identity() const { return m_identity; }
    int fd() const { return m_fd.get(); }

    /// The whole content. Read again if somebody wrote into the file meanwhile, which updates the identity.
    Result<QByteArray> read(const QByteArray &path);

private:
    UniqueFd m_fd;
    FileIdentity m_identity;
};

} // namespace FileBus
