// SPDX-License-Identifier: Apache-2.0
#include "file/disk/freshness.h"

#include "base/failure.h"
#include "system/system.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <unistd.h>

namespace FileBus
{

Freshness freshnessOn(FileSystemKind kind)
{
    const bool isRemote = kind == FileSystemKind::Fuse || kind == FileSystemKind::Network;
    return isRemote ? Freshness::AskAnew : Freshness::AsKnown;
}

Freshness freshnessIn(const QByteArray &directory)
{
    return freshnessOn(fileSystemKind(directory));
}

QString reasonForDistrust(FileSystemKind kind)
{
    switch (kind) {
    case FileSystemKind::Fuse:
        return QCoreApplication::translate("FileBus::Freshness", "on a FUSE file system, events do not report what others do");
    case FileSystemKind::Network:
        return QCoreApplication::translate("FileBus::Freshness", "on a network file system, events do not report what others do");
    default:
        return {};
    }
}

// Before link(2) makes a name, the kernel must know for certain that there is none, so it asks (LOOKUP_EXCL). Then it refuses: no
// file system takes a second name for a directory. open(2) and statx(2) with AT_STATX_FORCE_SYNC believe what is known of a name,
// and would open the file that was there before.
void lookUpAnew(const QByteArray &path)
{
    [[maybe_unused]] const int refused = ::link("/", path.constData());
}

void lookUp(const QByteArray &path, Freshness freshness)
{
    if (freshness == Freshness::AskAnew)
        lookUpAnew(path);
}

bool mayBeThere(const QByteArray &path, Freshness freshness)
{
    lookUp(path, freshness);
    return ::access(path.constData(), F_OK) == 0 || Failure::isTransientErrno(errno);
}

bool statusOf(int fd, Freshness freshness, struct stat &status)
{
    if (freshness == Freshness::AskAnew)
        System::current().askForAttributes(fd);
    return ::fstat(fd, &status) == 0;
}

} // namespace FileBus
