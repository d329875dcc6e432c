// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <sys/stat.h>

namespace FileBus
{

/// Modes and group of what a producer makes beside a bus (FORMAT.md, "Rights").
///
/// Anyone who can replace the bus can publish, and the directory of the bus decides that. So X.lock and everything in X.d follow
/// that directory, whatever the umask is. If the directory is sticky, such as /tmp, only their owner can write them.
///
/// If that directory has an access control list (acl(5)), the files and directories beside the bus get it, too. A new chunk gets
/// what any new file in that directory gets: the directories beside the bus have the same default list.
class AccessRules
{
public:
    /// @p directory: the status of the directory of the bus. @p path: its path; without a path, access control lists are ignored.
    explicit AccessRules(const struct stat &directory, const QByteArray &path = {});

    /// Makes a directory; true, too, if it exists already. False, and errno, if that fails.
    bool makeDirectory(const char *path) const;

    /// Opens a file that must not exist yet, for reading and writing; -1 and errno if that fails.
    int createShared(const char *path) const;

    /// Permissions of a file that has not been given its rights yet: it is its owner's alone.
    static constexpr mode_t ownerOnly = 0600;
    /// The permissions of all others.
    static constexpr mode_t others = 0077;

    /// Permissions to open a new chunk with, less the umask or what a default list lacks. Only the owner can write: nobody writes
    /// into a published chunk, and replacing it takes rights to the directory only. This caps the mask of a default list, too.
    static constexpr mode_t newChunk = 0644;

    /// Lets the group read a new chunk in a directory that a group shares (setgid), unless a default list decides that. Best
    /// effort.
    void shareNewChunk(int fd) const;

    /// Whether new files have an access control list from the start.
    bool givesList() const { return !m_defaultList.isEmpty(); }

private:
    bool isSticky() const { return m_directoryMode & S_ISVTX; }
    void giveList(int fd) const;
    void keepDefaultList(const char *path) const;

    mode_t m_directoryMode;
    gid_t m_group;
    QByteArray m_list;        ///< of the directory, as the kernel has it; empty if there is none
    QByteArray m_defaultList; ///< for what is made in it
};

} // namespace FileBus
