// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accesslist.h"

#include <optional>

namespace FileBus
{

/// Puts a copy of a chunk of another user where a link to it cannot be (fs.protected_hardlinks, see proc_sys_fs(5)), or where the
/// chunk would be open to more users than it may be. The copy is a file of our own and appears in one step. To be used under the
/// lock of the bus.
class ChunkCopy
{
public:
    ChunkCopy() = default;
    /// @p path: where the copy is written, on the same file system; removed afterwards.
    explicit ChunkCopy(const QByteArray &path);

    /// Puts a copy of @p file at @p entry, in the place of what is there. It gets the rights of the file, or that @p access.
    Outcome put(const QByteArray &file, const QByteArray &entry, const std::optional<AccessList> &access = {}) const;

private:
    Outcome write(const QByteArray &file, const std::optional<AccessList> &access) const;

    QByteArray m_path;
};

} // namespace FileBus
