// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/uniquefd.h"
#include "file/disk/fileidentity.h"
#include "file/disk/freshness.h"

#include <optional>

namespace FileBus
{

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
