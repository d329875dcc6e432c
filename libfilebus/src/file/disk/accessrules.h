// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <sys/stat.h>

namespace FileBus
{

/// Modes and group of what a producer makes beside a bus (FORMAT.md, "Rights").
///
/// Who may replace the bus may publish, and that is decided by the directory of the bus. So everything in X.d, and X.lock,
/// follows that directory, whatever the umask is; only where the directory is sticky, as /tmp is, it is for its owner to write.
///
/// If that directory has an access control list (acl(5)), what is made beside the bus gets it. And a new chunk gets what any new
/// file in that directory gets: the default list of the directory is that of the directories beside the bus, too.
class AccessRules
{
public:
    /// @p directory: the status of the directory of the bus. @p path: its path; without one it has no lists.
    explicit AccessRules(const struct stat &directory, const QByteArray &path = {});

    /// Makes a directory; true also if it is there already. errno tells why not.
    bool makeDirectory(const char *path) const;

    /// Opens a file that must not exist yet, for reading and writing; -1 and errno if that fails.
    int createShared(const char *path) const;

    /// Permissions of a file that has not been given its rights yet: it is its owner's alone.
    static constexpr mode_t ownerOnly = 0600;
    /// The permissions of all others.
    static constexpr mode_t others = 0077;

    /// Permissions to open a new chunk with, less the umask or what a default list lacks. Nobody writes into a published chunk,
    /// and who replaces it needs the directory only: so its owner alone may write. That caps the mask of a default list, too.
    static constexpr mode_t newChunk = 0644;

    /// Lets the group read a new chunk in a directory that is shared by a group (setgid), unless a default list says who may do
    /// what with it. Best effort.
    void shareNewChunk(int fd) const;

    /// Whether what is made has an access control list from the start.
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
