// SPDX-License-Identifier: Apache-2.0
#include "busfile.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct BusText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::BusFile)
};

QString kindOfFile(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return BusText::tr("a directory");
    case S_IFLNK:
        return BusText::tr("a symbolic link");
    case S_IFIFO:
        return BusText::tr("a FIFO");
    case S_IFSOCK:
        return BusText::tr("a socket");
    default:
        return BusText::tr("a device");
    }
}

// Whatever else is there was not made by a producer.
Outcome checkSideDirectory(const QByteArray &path)
{
    struct stat status;
    if (::lstat(path.constData(), &status) != 0 || S_ISDIR(status.st_mode))
        return done();
    return Failure{Error::NotARegularFile,
                   BusText::tr("%1 is %2, and a bus keeps a directory there; move it away, or choose another path")
                       .arg(shownPath(path), S_ISREG(status.st_mode) ? BusText::tr("a file") : kindOfFile(status.st_mode))};
}

QByteArray absolutePath(const QByteArray &path)
{
    std::error_code unreachable; // the working directory is gone: the path stays as it is and fails when it is used
    const auto absolute = std::filesystem::absolute(path.toStdString(), unreachable);
    return unreachable ? path : QByteArray::fromStdString(absolute.native());
}

// The file systems that cannot exchange two names say so in one of these ways; EPERM is what seccomp filters answer.
bool meansNoExchange(int number)
{
    return number == EINVAL || number == ENOSYS || number == EOPNOTSUPP || number == EPERM;
}

} // namespace

BusFile::BusFile(const QByteArray &path)
    : m_path(absolutePath(path))
    , m_directory(m_path.first(std::max<qsizetype>(m_path.lastIndexOf('/'), 1)))
{ }

Result<std::optional<struct stat>> BusFile::status() const
{
    struct stat status;
    if (::lstat(m_path.constData(), &status) != 0) {
        if (errno == ENOENT)
            return std::optional<struct stat>();
        return Failure::fromErrno(errno, BusText::tr("look at"), m_path);
    }
    if (!S_ISREG(status.st_mode))
        return Failure{Error::NotARegularFile,
                       BusText::tr("%1 is %2, and a bus is a regular file; move it away, or choose another path")
                           .arg(shownPath(m_path), kindOfFile(status.st_mode))};
    return std::optional<struct stat>(status);
}

Result<AccessRules> BusFile::accessRules() const
{
    struct stat status;
    if (::stat(m_directory.constData(), &status) != 0)
        return Failure::fromErrno(errno, BusText::tr("use the directory"), m_directory);
    return AccessRules(status);
}

QByteArrayList BusFile::producerDirectories() const
{
    return {sideDirectory(), stagingDirectory(), historyDirectory(), producersDirectory()};
}

Outcome BusFile::makeSideDirectories(const AccessRules &rules) const
{
    return makeDirectories(producerDirectories(), rules);
}

Outcome BusFile::makeInboxesDirectory(const AccessRules &rules) const
{
    return makeDirectories(producerDirectories() + QByteArrayList{inboxesDirectory()}, rules);
}

Outcome BusFile::makeDirectories(const QByteArrayList &paths, const AccessRules &rules) const
{
    for (const QByteArray &path : paths) { // all of them, before one is made: what is refused leaves no trace
        if (const Outcome isFree = checkSideDirectory(path); !isFree)
            return isFree;
    }
    for (const QByteArray &path : paths) {
        if (!rules.makeDirectory(path.constData()))
            return Failure::fromErrno(errno, BusText::tr("make the directory"), path);
        if (const Outcome made = checkSideDirectory(path); !made)
            return made;
    }
    return done();
}

Result<bool> BusFile::replaceBy(const QByteArray &staged)
{
    if (m_exchangeWorks) {
        if (::renameat2(AT_FDCWD, staged.constData(), AT_FDCWD, m_path.constData(), RENAME_EXCHANGE) == 0)
            return true;
        if (errno != ENOENT && !meansNoExchange(errno))
            return replaceFailure(errno);
        const bool firstChunk = errno == ENOENT;
        if (::rename(staged.constData(), m_path.constData()) != 0)
            return replaceFailure(errno);
        m_exchangeWorks = firstChunk;
        return false;
    }
    if (::rename(staged.constData(), m_path.constData()) != 0)
        return replaceFailure(errno);
    return false;
}

// In a sticky directory only the owner of the bus, and that of the directory, can replace it: see rename(2).
Outcome BusFile::checkReplaceable() const
{
    const auto bus = status();
    if (!bus)
        return bus.failure();
    struct stat directory;
    const uid_t self = ::geteuid();
    const bool forbidden = *bus && (*bus)->st_uid != self && self != 0 && ::stat(m_directory.constData(), &directory) == 0
        && (directory.st_mode & S_ISVTX) && directory.st_uid != self;
    return forbidden ? Outcome(stickyFailure(**bus)) : done();
}

Failure BusFile::stickyFailure(const struct stat &bus) const
{
    return {Error::PermissionDenied,
            BusText::tr("%1 belongs to the user with ID %2, and in a sticky directory nobody else can publish on it; "
                        "choose a bus in another directory")
                .arg(shownPath(m_path), QString::number(bus.st_uid))};
}

Failure BusFile::replaceFailure(int number) const
{
    if (const Outcome replaceable = checkReplaceable(); !replaceable)
        return replaceable.failure();
    return Failure::fromErrno(number, BusText::tr("replace"), m_path);
}

} // namespace FileBus
