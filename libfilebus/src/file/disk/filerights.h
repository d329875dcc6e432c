// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accesslist.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QList>
#include <QtCore/QMap>

#include <sys/stat.h>

namespace FileBus
{

/// The rights that the owner of a file has given it, and that a file in its place must have: group, permissions with the sticky
/// bit, access control list, and the extended attributes "user.*". Set-ID bits are never kept. Others than the owner keep the
/// permission to write only if the file belongs to our user or to root: otherwise anyone who replaces a bus could open the chunks
/// of its other users. All other attributes belong to the kernel ("security.*"), to an administrator ("trusted.*"), or to a file
/// system.
class FileRights
{
public:
    /// The most attributes of a user, and the most bytes of their values. A file with more is refused.
    static constexpr qsizetype mostAttributes = 64;
    static constexpr qsizetype mostAttributeBytes = 65'536;

    /// Of the file with that @p status: @p path if @p fd is negative. One system call if it has no attributes.
    static Result<FileRights> of(const struct stat &status, const QByteArray &path, int fd = -1);

    mode_t mode() const { return m_mode; }
    /// Permissions and list.
    AccessList access() const;

    /// Gives these rights to our file @p fd, which has the @p status and the rights @p before. On the way it never becomes more
    /// open than these rights. Updates @p status. Failures name @p path.
    Outcome giveTo(int fd, struct stat &status, const QByteArray &path, const FileRights &before) const;

    /// Lets those users read the file @p fd of ours, which has these rights; updates them.
    Outcome letRead(const QList<uid_t> &users, int fd, const QByteArray &path);

    friend bool operator==(const FileRights &, const FileRights &) = default;

private:
    void closeToOtherWriters();
    bool keepGroup(int fd, struct stat &status) const;

    mode_t m_mode = 0; ///< 01777
    gid_t m_group = 0;
    QByteArray m_list; ///< as the kernel has it; empty if there is none
    QMap<QByteArray, QByteArray> m_attributes;
};

/// Gives @p fd that access, in one step. Where the file system has no lists, nobody gets more than @p access grants, and some may
/// get less. False, and errno, if it fails.
bool restrictAccess(int fd, const AccessList &access);

} // namespace FileBus
