// SPDX-License-Identifier: Apache-2.0
#include "file/disk/busfile.h"

#include "file/disk/busplace.h"
#include "system/system.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstdio>
#include <cstring>
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

// Anything but a directory was not made by a producer.
Outcome checkSideDirectory(const QByteArray &path)
{
    struct stat status;
    if (System::current().isMountPoint(path))
        return Failure{Error::NotARegularFile,
                       BusText::tr("%1 is mounted by itself, so no chunk can be moved from there to the bus; "
                                   "mount the directory that holds the bus instead")
                           .arg(shownPath(path))};
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

// A file system that cannot exchange two names answers with one of the first three, a seccomp filter with EPERM. Others refuse to
// exchange a file that somebody has open, and may still rename over it.
bool mayRenameInstead(int number)
{
    switch (number) {
    case EINVAL:
    case ENOSYS:
    case EOPNOTSUPP:
    case EPERM:
    case EACCES:
    case EBUSY:
    case ETXTBSY:
        return true;
    default:
        return false;
    }
}

QByteArray directoryOf(const QByteArray &path)
{
    const qsizetype slash = path.lastIndexOf('/');
    return slash < 0 ? QByteArray() : path.first(std::max<qsizetype>(slash, 1));
}

bool mayWriteIn(const QByteArray &directory)
{
    return ::faccessat(AT_FDCWD, directory.constData(), W_OK | X_OK, AT_EACCESS) == 0;
}

} // namespace

BusFile::BusFile(const QByteArray &path)
    : m_path(absolutePath(path))
    , m_directory(directoryOf(m_path))
{ }

Result<std::optional<struct stat>> BusFile::status(Freshness freshness) const
{
    lookUp(m_path, freshness);
    struct stat status;
    if (::lstat(m_path.constData(), &status) != 0) {
        if (errno == ENOENT)
            return std::optional<struct stat>();
        return Failure::fromErrno(errno, BusText::tr("cannot access %1").arg(shownPath(m_path)), m_path);
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
        return Failure::fromErrno(errno, BusText::tr("cannot use the directory %1").arg(shownPath(m_directory)), m_directory);
    return AccessRules(status, m_directory);
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

Outcome BusFile::makeDamagedDirectory() const
{
    const Result<AccessRules> rules = accessRules();
    return rules ? makeDirectories({damagedDirectory()}, *rules) : rules.failure();
}

Outcome BusFile::makeDirectories(const QByteArrayList &paths, const AccessRules &rules) const
{
    if (const Outcome usable = checkPlace(*this); !usable)
        return usable;
    for (const QByteArray &path : paths) { // check all of them first: a refusal leaves no trace
        if (const Outcome isFree = checkSideDirectory(path); !isFree)
            return isFree;
    }
    for (const QByteArray &path : paths) {
        if (!rules.makeDirectory(path.constData()))
            return Failure::fromErrno(errno, BusText::tr("cannot create the directory %1").arg(shownPath(path)), path);
        if (const Outcome made = checkSideDirectory(path); !made)
            return made;
    }
    return done();
}

Result<BusFile::Replacement> BusFile::replaceBy(const QByteArray &staged)
{
    bool isFirstChunk = false;
    if (m_exchangeWorks) {
        const int refused = System::current().exchange(staged, m_path);
        if (refused == 0)
            return Exchanged;
        isFirstChunk = refused == ENOENT;
        if (!isFirstChunk && !mayRenameInstead(refused))
            return replaceFailure(refused);
    }
    if (::rename(staged.constData(), m_path.constData()) == 0) {
        m_exchangeWorks = m_exchangeWorks && isFirstChunk;
        return Renamed;
    }
    const int number = errno;
    if (!isInUse(number, staged))
        return replaceFailure(number);
    m_inUse = number;
    return InUse;
}

// An SMB server refuses to replace an open file, with EACCES, too. The permissions are not the reason if they are sufficient.
bool BusFile::isInUse(int number, const QByteArray &staged) const
{
    if (number != EBUSY && number != ETXTBSY && number != EACCES)
        return false;
    return (number != EACCES || (mayWriteIn(m_directory) && mayWriteIn(directoryOf(staged))))
        && !System::current().isMountPoint(m_path) && checkReplaceable();
}

Failure BusFile::stuck(std::chrono::milliseconds waited) const
{
    return {Error::LockTimeout,
            BusText::tr("%1 could not be replaced for %2 s (%3); another program may have it open, and its file system does not "
                        "allow that: end that program, or choose a bus on another file system")
                .arg(shownPath(m_path), QString::number(std::chrono::duration<double>(waited).count()),
                     QString::fromLocal8Bit(std::strerror(m_inUse)))};
}

// In a sticky directory only the owner of the bus, or of the directory, can replace the bus: see rename(2).
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
    if (const Outcome usable = checkPlace(*this); !usable) // somebody may have mounted something
        return usable.failure();
    if (number == EPERM && mayWriteIn(m_directory))
        return {
            Error::PermissionDenied,
            BusText::tr("cannot replace %1: its file system refuses it, whatever its permissions are; if lsattr shows that it is "
                        "immutable or append-only, undo that with chattr -ia, or choose another place")
                .arg(shownPath(m_path))};
    return Failure::fromErrno(number, BusText::tr("cannot replace %1").arg(shownPath(m_path)), m_path);
}

} // namespace FileBus
