// SPDX-License-Identifier: Apache-2.0
#include "system/linux/linuxattributes.h"

#include <algorithm>
#include <linux/limits.h>
#include <sys/xattr.h>

namespace FileBus
{

namespace
{

ssize_t list(FileReference file, char *names, size_t room)
{
    return file.fd >= 0 ? ::flistxattr(file.fd, names, room) : ::llistxattr(file.path, names, room);
}

} // namespace

// One system call if there are few.
std::optional<QByteArrayList> LinuxAttributes::names(FileReference file) const
{
    char few[1024];
    ssize_t size = list(file, few, sizeof few);
    QByteArray bytes(few, std::max<ssize_t>(size, 0));
    if (size < 0 && errno == ERANGE) {
        bytes.resize(XATTR_LIST_MAX);
        size = list(file, bytes.data(), static_cast<size_t>(bytes.size()));
        bytes.truncate(std::max<ssize_t>(size, 0));
    }
    if (size < 0 && errno != EOPNOTSUPP && errno != ENOSYS)
        return std::nullopt;
    return bytes.isEmpty() ? QByteArrayList() : bytes.chopped(1).split('\0');
}

std::optional<QByteArray> LinuxAttributes::value(FileReference file, const char *name) const
{
    QByteArray bytes(XATTR_SIZE_MAX, Qt::Uninitialized);
    const auto room = static_cast<size_t>(bytes.size());
    const ssize_t size =
        file.fd >= 0 ? ::fgetxattr(file.fd, name, bytes.data(), room) : ::lgetxattr(file.path, name, bytes.data(), room);
    if (size < 0)
        return std::nullopt;
    bytes.truncate(size);
    return bytes;
}

bool LinuxAttributes::set(FileReference file, const char *name, const QByteArray &value) const
{
    const auto size = static_cast<size_t>(value.size());
    return (file.fd >= 0 ? ::fsetxattr(file.fd, name, value.constData(), size, 0)
                         : ::lsetxattr(file.path, name, value.constData(), size, 0))
        == 0;
}

bool LinuxAttributes::remove(FileReference file, const char *name) const
{
    return (file.fd >= 0 ? ::fremovexattr(file.fd, name) : ::lremovexattr(file.path, name)) == 0;
}

} // namespace FileBus
