// SPDX-License-Identifier: Apache-2.0
#include "failure.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <climits>
#include <cstring>

namespace FileBus
{

namespace
{

QString tr(const char *text)
{
    return QCoreApplication::translate("FileBus::Failure", text);
}

Error kindOf(int number)
{
    switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
        return Error::PermissionDenied;
    case ENOSPC:
    case EDQUOT:
        return Error::DiskFull;
    case ENOENT:
    case ENOTDIR:
        return Error::DirectoryMissing;
    case ELOOP:
    case EISDIR:
    case ENXIO:
        return Error::NotARegularFile;
    default:
        return Error::SystemError;
    }
}

QString remedyFor(int number)
{
    switch (number) {
    case EACCES:
    case EPERM:
        return tr("change its permissions, or choose another place");
    case EROFS:
        return tr("choose a place on a writable file system");
    case ENOSPC:
    case EDQUOT:
        return tr("make room on its disk, or choose a bus on another one");
    case ENOENT:
        return tr("make the directory first, or choose another place");
    case ENOTDIR:
        return tr("choose a path all of whose parents are directories");
    case ELOOP:
        return tr("give the path of the file itself, not of a symbolic link");
    case EMFILE:
    case ENFILE:
        return tr("raise the limit of open files (ulimit -n)");
    default:
        return tr("try again, or choose another place");
    }
}

} // namespace

// What has to do with the moment, or with the way to the file, and not with the file.
bool Failure::isTransientErrno(int number)
{
    switch (number) {
    case EINTR:
    case EAGAIN:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
    case EIO:
    case ESTALE:
    case EBUSY:
    case ETIMEDOUT:
    case ENOTCONN:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETDOWN:
    case ENETUNREACH:
        return true;
    default:
        return false;
    }
}

Failure Failure::fromErrno(int number, const QString &what, const QByteArray &path)
{
    const QString reason = QString::fromLocal8Bit(std::strerror(number));
    return {kindOf(number), tr("cannot %1 %2: %3; %4").arg(what, shownPath(path), reason, remedyFor(number)),
            isTransientErrno(number)};
}

QString shownPath(const QByteArray &path)
{
    return displayText(path, PATH_MAX);
}

} // namespace FileBus
