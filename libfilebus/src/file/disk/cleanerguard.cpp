// SPDX-License-Identifier: Apache-2.0
#include "file/disk/cleanerguard.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace FileBus
{

CleanerGuard::CleanerGuard(const QByteArray &directory)
    : m_fd(::open(directory.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
{
    if (m_fd)
        ::flock(m_fd.get(), LOCK_SH | LOCK_NB);
}

// Only the owner may set one time alone. For others reading does it, though not more often than once a day (relatime).
void refreshFile(const QByteArray &path)
{
    const struct timespec times[] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
    if (::utimensat(AT_FDCWD, path.constData(), times, AT_SYMLINK_NOFOLLOW) == 0)
        return;
    const UniqueFd fd(::open(path.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    char byte;
    [[maybe_unused]] const ssize_t ignored = fd ? ::read(fd.get(), &byte, sizeof byte) : 0;
}

} // namespace FileBus
