// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

namespace FileBus
{

/// Modes and group of what a producer makes beside a bus (FORMAT.md, "Rights").
///
/// Who may replace the bus may publish, and that is decided by the directory of the bus. So everything in X.d, and X.lock,
/// follows that directory, whatever the umask is; only where the directory is sticky, as /tmp is, it is for its owner to write.
class AccessRules
{
public:
    /// @p directory: the status of the directory of the bus.
    explicit AccessRules(const struct stat &directory);

    /// Makes a directory; true also if it is there already. errno tells why not.
    bool makeDirectory(const char *path) const;

    /// Opens a file that must not exist yet, for reading and writing; -1 and errno if that fails.
    int createShared(const char *path) const;

    /// Gives a new chunk the group bits of a directory that is shared by a group (setgid). Best effort.
    void shareNewChunk(int fd) const;

private:
    mode_t m_directoryMode;
    gid_t m_group;
};

} // namespace FileBus
