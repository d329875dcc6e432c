// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accesslist.h"

#include <optional>

namespace FileBus
{

/// Copies a chunk of another user to a place where a link to it is forbidden (fs.protected_hardlinks, see proc_sys_fs(5)), or
/// would be open to too many users. The copy is a file of our own and appears in one step. To be used under the lock of the bus.
class ChunkCopy
{
public:
    ChunkCopy() = default;
    /// @p path: a temporary file on the same file system, for the copy while it is incomplete.
    explicit ChunkCopy(const QByteArray &path);

    /// Copies @p file to @p entry, and replaces what is there. The copy gets the rights of the file, or that @p access.
    Outcome put(const QByteArray &file, const QByteArray &entry, const std::optional<AccessList> &access = {}) const;

private:
    Outcome write(const QByteArray &file, const std::optional<AccessList> &access) const;

    QByteArray m_path;
};

} // namespace FileBus
