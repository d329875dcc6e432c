// SPDX-License-Identifier: Apache-2.0
#include "file/disk/accessrules.h"

#include "base/uniquefd.h"
#include "file/disk/accesslist.h"
#include "system/system.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace FileBus
{

namespace
{
constexpr mode_t readAndWrite = 0666;
constexpr mode_t groupRead = 0040;
constexpr mode_t ownerWritesOnly = 0755;

// The group of a file can be refused to us (EPERM) or be the right one already: never a reason to fail.
void giveToGroup(int fd, gid_t group)
{
    [[maybe_unused]] const int ignored = ::fchown(fd, static_cast<uid_t>(-1), group);
}

// Empty if there is none.
QByteArray listOf(const QByteArray &path, const char *attribute)
{
    return System::current().attributes().value({-1, path.constData()}, attribute).value_or(QByteArray());
}
} // namespace

AccessRules::AccessRules(const struct stat &directory, const QByteArray &path)
    : m_directoryMode(directory.st_mode & 07777)
    , m_group(directory.st_gid)
    , m_list(listOf(path, AccessList::attribute))
    , m_defaultList(listOf(path, AccessList::defaultAttribute))
{ }

bool AccessRules::makeDirectory(const char *path) const
{
    if (::mkdir(path, isSticky() ? ownerWritesOnly : m_directoryMode & 0777) != 0) {
        const int number = errno;
        if (number == EEXIST)
            keepDefaultList(path);
        errno = number;
        return number == EEXIST;
    }
    if (isSticky())
        return true;
    const UniqueFd fd(::open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd)
        return true;
    giveToGroup(fd.get(), m_group);
    giveList(fd.get());
    ::fchmod(fd.get(), m_directoryMode & (S_ISGID | 0777));
    return true;
}

// In place of the one that it was made with, by the default list. The mode comes afterwards, and so limits what the list grants.
void AccessRules::giveList(int fd) const
{
    if (m_list.isEmpty() && !givesList())
        return;
    const QByteArray list = m_list.isEmpty() ? AccessList::ofMode(m_directoryMode, m_group).encoded() : m_list;
    System::current().attributes().set({fd}, AccessList::attribute, list);
}

// It is another one if it was changed after the directory at that path was made.
void AccessRules::keepDefaultList(const char *path) const
{
    if (listOf(path, AccessList::defaultAttribute) == m_defaultList)
        return;
    const Attributes &attributes = System::current().attributes();
    if (m_defaultList.isEmpty())
        attributes.remove({-1, path}, AccessList::defaultAttribute);
    else
        attributes.set({-1, path}, AccessList::defaultAttribute, m_defaultList);
}

int AccessRules::createShared(const char *path) const
{
    const mode_t mode = (isSticky() ? ownerWritesOnly : m_directoryMode) & readAndWrite;
    const int fd = ::open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0 || isSticky())
        return fd;
    giveToGroup(fd, m_group);
    giveList(fd);
    ::fchmod(fd, mode);
    return fd;
}

void AccessRules::shareNewChunk(int fd) const
{
    struct stat status;
    if (!(m_directoryMode & S_ISGID) || givesList() || ::fstat(fd, &status) != 0)
        return;
    const mode_t mode = (status.st_mode & 0777) | (m_directoryMode & groupRead);
    if (mode != (status.st_mode & 07777))
        ::fchmod(fd, mode);
}

} // namespace FileBus
