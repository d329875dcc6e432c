// SPDX-License-Identifier: Apache-2.0
#include "system/linux/linuxsystem.h"

#include "base/clock.h"
#include "system/linux/inotifyevents.h"
#include "system/linux/inotifyreplacements.h"

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fcntl.h>

namespace FileBus
{

const System &System::ofLinux()
{
    static const LinuxSystem system;
    return system;
}

std::unique_ptr<DirectoryEvents> LinuxSystem::directoryEvents() const
{
    return std::make_unique<InotifyEvents>();
}

std::unique_ptr<Replacements> LinuxSystem::replacementsOf(const QByteArray &path) const
{
    return std::make_unique<InotifyReplacements>(path);
}

int LinuxSystem::exchange(const QByteArray &one, const QByteArray &other) const
{
    return ::renameat2(AT_FDCWD, one.constData(), AT_FDCWD, other.constData(), RENAME_EXCHANGE) == 0 ? 0 : errno;
}

// The kernel says so since Linux 5.8.
bool LinuxSystem::isMountPoint(const QByteArray &path) const
{
    struct statx status;
    return ::statx(AT_FDCWD, path.constData(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &status) == 0
        && (status.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

// sshfs, which has a memory of its own, asks its server only then.
void LinuxSystem::askForAttributes(int fd) const
{
    struct statx ignored;
    ::statx(fd, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &ignored);
}

std::chrono::nanoseconds LinuxSystem::elapsed() const
{
    struct timespec now = {};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

qint64 LinuxSystem::timeOfBoot() const
{
    return wallClock() - elapsed().count();
}

} // namespace FileBus
