// SPDX-License-Identifier: Apache-2.0
#include "accessrules.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace FileBus
{

namespace
{
constexpr mode_t readAndWrite = 0666;
constexpr mode_t groupReadAndWrite = 0060;
constexpr mode_t ownerWritesOnly = 0755;

// The group of a file can be refused to us (EPERM) or be the right one already: never a reason to fail.
void giveToGroup(int fd, gid_t group)
{
    [[maybe_unused]] const int ignored = ::fchown(fd, static_cast<uid_t>(-1), group);
}
} // namespace

AccessRules::AccessRules(const struct stat &directory)
    : m_directoryMode(directory.st_mode & 07777)
    , m_group(directory.st_gid)
{ }

bool AccessRules::makeDirectory(const char *path) const
{
    const bool sticky = m_directoryMode & S_ISVTX;
    if (::mkdir(path, sticky ? ownerWritesOnly : m_directoryMode & 0777) != 0)
        return errno == EEXIST;
    if (sticky)
        return true;
    const int fd = ::open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return true;
    giveToGroup(fd, m_group);
    ::fchmod(fd, m_directoryMode & (S_ISGID | 0777));
    ::close(fd);
    return true;
}

int AccessRules::createShared(const char *path) const
{
    const bool sticky = m_directoryMode & S_ISVTX;
    const mode_t mode = sticky ? ownerWritesOnly & readAndWrite : m_directoryMode & readAndWrite;
    const int fd = ::open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0 || sticky)
        return fd;
    giveToGroup(fd, m_group);
    ::fchmod(fd, mode);
    return fd;
}

void AccessRules::shareNewChunk(int fd) const
{
    struct stat status;
    if (!(m_directoryMode & S_ISGID) || ::fstat(fd, &status) != 0)
        return;
    const mode_t mode = (status.st_mode & 0777) | (m_directoryMode & groupReadAndWrite);
    if (mode != (status.st_mode & 07777))
        ::fchmod(fd, mode);
}

} // namespace FileBus
