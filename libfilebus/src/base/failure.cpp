// SPDX-License-Identifier: Apache-2.0
#include "base/failure.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <climits>
#include <cstring>
#include <unistd.h>

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
    case ENAMETOOLONG:
        return Error::InvalidName;
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
        return tr("free space on its disk, or choose a bus on another one");
    case ENOENT:
        return tr("create the directory first, or choose another place");
    case ENOTDIR:
        return tr("choose a path whose parents are all directories");
    case ELOOP:
        return tr("give the path of the file itself, not of a symbolic link");
    case ENAMETOOLONG:
        return tr("choose a shorter path");
    case EXDEV:
        return tr("keep the bus and the files beside it on one file system");
    case EMFILE:
    case ENFILE:
        return tr("raise the limit of open files (ulimit -n)");
    default:
        return tr("try again, or choose another place");
    }
}

// The system says only that it is too long, not which limit that is.
QString whatIsTooLong(const QByteArray &path)
{
    if (path.size() >= PATH_MAX)
        return tr("the path has %1 bytes, and the system allows %2")
            .arg(QString::number(path.size()), QString::number(PATH_MAX - 1));
    QByteArray directory;
    const auto names = path.split('/');
    for (const QByteArray &name : names) {
        const long told = ::pathconf(directory.isEmpty() ? "/" : directory.constData(), _PC_NAME_MAX);
        const long limit = told > 0 ? told : NAME_MAX;
        if (name.size() > limit)
            return tr("a name in it has %1 bytes, and the file system allows %2")
                .arg(QString::number(name.size()), QString::number(limit));
        directory += '/' + name;
    }
    return QString::fromLocal8Bit(std::strerror(ENAMETOOLONG));
}

QString reasonOf(int number, const QByteArray &path)
{
    return number == ENAMETOOLONG ? whatIsTooLong(path) : QString::fromLocal8Bit(std::strerror(number));
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
    const QString text = tr("%1: %2; %3").arg(what, reasonOf(number, path), remedyFor(number));
    return {kindOf(number), text, isTransientErrno(number)};
}

Failure Failure::fromLock(int number, const QByteArray &path)
{
    if (number != ENOSYS && number != ENOLCK && number != EOPNOTSUPP && number != EINVAL)
        return fromErrno(number, tr("cannot lock %1").arg(shownPath(path)), path);
    return {Error::NoLocks,
            tr("cannot lock %1: %2; its file system does not support flock(2): choose another one, or mount it with locks")
                .arg(shownPath(path), QString::fromLocal8Bit(std::strerror(number)))};
}

QString shownPath(const QByteArray &path)
{
    return displayText(path, PATH_MAX);
}

} // namespace FileBus
