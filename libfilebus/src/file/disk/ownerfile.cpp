// SPDX-License-Identifier: Apache-2.0
#include "file/disk/ownerfile.h"

#include "base/clock.h"
#include "base/directorylisting.h"
#include "base/fullwrite.h"
#include "base/uniquefd.h"
#include "file/disk/fileidentity.h"
#include "file/disk/localfilesystem.h"
#include "file/disk/processidentity.h"
#include "system/system.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QUuid>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

struct OwnerText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::OwnerFile)
};

constexpr QByteArrayView suffix(".owner");
constexpr size_t longestFile = 4096; // bytes; what is longer is not read to its end
constexpr int mostAttempts = 100;    // of making one, while others take it for unfinished

QByteArray ownerPath(const QByteArray &directory, const QByteArray &name)
{
    return directory + '/' + name + suffix.toByteArray();
}

UniqueFd openExisting(const QByteArray &path)
{
    return UniqueFd(::open(path.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

Evidence::Lock lockOf(int fd)
{
    if (::flock(fd, LOCK_SH | LOCK_NB) == 0) {
        ::flock(fd, LOCK_UN);
        return Evidence::Free;
    }
    return errno == EWOULDBLOCK ? Evidence::Held : Evidence::Unavailable;
}

ProcessIdentity identityIn(int fd)
{
    char lines[longestFile];
    const ssize_t length = ::pread(fd, lines, sizeof lines, 0);
    return ProcessIdentity::fromLines({lines, std::max<ssize_t>(length, 0)});
}

Evidence evidenceOf(int fd, const struct stat &status, const ProcessIdentity &identity, Freshness freshness)
{
    Evidence evidence;
    evidence.lock = lockOf(fd);
    evidence.relation = identity.relationTo(ProcessIdentity::ofThisProcess());
    if (evidence.relation == ProcessIdentity::SameNamespace)
        evidence.presence = identity.presence();
    evidence.locksReachAll = !identity.locksMayNotReach && freshness == Freshness::AsKnown;
    evidence.isOlderThanOurBoot = modificationTime(status) < System::current().timeOfBoot();
    return evidence;
}

/// An owner file that was looked at, held open so that its inode number stays its own.
struct Judged {
    UniqueFd fd;
    struct stat status = {};
    Owner owner;
};

std::optional<Judged> judgeFile(const QByteArray &directory, const QByteArray &name)
{
    const QByteArray path = ownerPath(directory, name);
    const Freshness freshness = freshnessIn(directory);
    lookUp(path, freshness);
    Judged judged{openExisting(path), {}, {}};
    if (!judged.fd && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENXIO))
        return std::nullopt;
    judged.owner.path = path;
    if (!judged.fd) { // somebody else's, and closed: it cannot be judged
        if (::lstat(path.constData(), &judged.status) == 0)
            judged.owner.userId = judged.status.st_uid;
        return judged;
    }
    if (::fstat(judged.fd.get(), &judged.status) != 0)
        return judged;
    if (!S_ISREG(judged.status.st_mode))
        return std::nullopt;
    const ProcessIdentity identity = identityIn(judged.fd.get());
    const Evidence evidence = evidenceOf(judged.fd.get(), judged.status, identity, freshness);
    if (evidence.lock == Evidence::Free && !isFileAt(path, judged.status)) // given up meanwhile
        return std::nullopt;
    judged.owner.pid = identity.pid;
    judged.owner.host = identity.host.left(longestDisplayedName);
    judged.owner.program = identity.program.left(longestDisplayedName);
    judged.owner.userId = judged.status.st_uid;
    judged.owner.since = modificationTime(judged.status);
    judged.owner.life = judge(evidence);
    judged.owner.isThisProcess = evidence.presence == ProcessIdentity::Running && identity.pid == ::getpid();
    judged.owner.isBeyondReach = judged.owner.lives() && evidence.lock == Evidence::Free;
    return judged;
}

bool removed(const Judged &judged)
{
    return isFileAt(judged.owner.path, judged.status) && ::unlink(judged.owner.path.constData()) == 0;
}

// What a process left that was killed while it made one. Who makes one now has locked it, but for an instant; if that is when we
// look, its maker finds it gone and makes another.
void removeUnfinished(const QByteArray &directory)
{
    for (const QByteArray &name : directoryListing(directory, Names::Hidden).valueOr({})) {
        const QByteArray path = directory + '/' + name;
        const UniqueFd fd = name.endsWith(suffix) ? openExisting(path) : UniqueFd();
        struct stat status;
        if (fd && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) && lockOf(fd.get()) == Evidence::Free)
            ::unlink(path.constData());
    }
}

// Else the umask decides: whoever may write in the directory must be able to see that the owner lives, and to remove what it
// leaves.
void shareWithDirectory(const QByteArray &directory, int fd)
{
    struct stat status;
    if (::stat(directory.constData(), &status) != 0)
        return;
    [[maybe_unused]] const int ignored = ::fchown(fd, static_cast<uid_t>(-1), status.st_gid);
    ::fchmod(fd, status.st_mode & 0666);
}

// Some network file systems permit every lock and keep none.
Outcome checkExclusive(const QByteArray &path)
{
    const UniqueFd other = openExisting(path);
    if (!other)
        return Failure::fromErrno(errno, OwnerText::tr("cannot open %1").arg(shownPath(path)), path);
    const Evidence::Lock lock = lockOf(other.get());
    if (lock == Evidence::Held)
        return done();
    if (lock == Evidence::Unavailable)
        return Failure::fromLock(errno, path);
    return Failure{Error::NoLocks,
                   OwnerText::tr("locks do not work on the file system of %1: flock(2) succeeds twice at the same time; "
                                 "choose a place on another file system, or mount it with locks")
                       .arg(shownPath(path))};
}

Failure nameIsTaken(const QByteArray &path)
{
    struct stat status;
    if (::lstat(path.constData(), &status) == 0 && S_ISREG(status.st_mode))
        return {Error::NameInUse, OwnerText::tr("%1 is in use by another process; try again").arg(shownPath(path))};
    return {Error::NotARegularFile,
            OwnerText::tr("%1 is not a regular file, and a bus keeps one there; move it away, or choose another path")
                .arg(shownPath(path))};
}

Failure cannotMakeIn(const QByteArray &directory, int number)
{
    return Failure::fromErrno(number, OwnerText::tr("cannot create an owner file in %1").arg(shownPath(directory)), directory);
}

// Atomic, and only if the name is free. Where there are no hard links, the lock of the bus has to suffice.
Outcome giveName(const QByteArray &hidden, const QByteArray &path, const QByteArray &directory)
{
    if (::link(hidden.constData(), path.constData()) == 0) {
        ::unlink(hidden.constData());
        return done();
    }
    struct stat status;
    if (errno == EEXIST || ::lstat(path.constData(), &status) == 0)
        return nameIsTaken(path);
    if (::rename(hidden.constData(), path.constData()) == 0)
        return done();
    return cannotMakeIn(directory, errno);
}

Outcome lockAndFill(int fd, const QByteArray &hidden, const QByteArray &directory)
{
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) // by a process that looks for unfinished ones, and is about to remove it
        return errno == EWOULDBLOCK ? cannotMakeIn(directory, ENOENT) : Failure::fromLock(errno, hidden);
    if (const Outcome exclusive = checkExclusive(hidden); !exclusive)
        return exclusive;
    ProcessIdentity identity = ProcessIdentity::ofThisProcess();
    identity.locksMayNotReach = locksMayNotReachAcross(directory);
    if (!writeAt(fd, identity.toLines(), 0))
        return cannotMakeIn(directory, errno);
    shareWithDirectory(directory, fd);
    return done();
}

// Somebody has removed the file while it was made.
bool wasTaken(const Result<OwnerFile> &owner, const QByteArray &directory)
{
    return !owner && owner.failure().error == Error::DirectoryMissing && ::access(directory.constData(), F_OK) == 0;
}

} // namespace

struct OwnerFile::Held {
    UniqueFd fd; ///< locked
    QByteArray path;
    struct stat named; ///< what is there at that path: on some file systems, each name of a file has an inode of its own
    pid_t owner = ::getpid();
};

// A child that was forked off owns nothing.
void OwnerFile::Release::operator()(Held *held) const
{
    struct stat status;
    if (held->owner == ::getpid() && ::fstat(held->fd.get(), &status) == 0 && isFileAt(held->path, status))
        ::unlink(held->path.constData());
    delete held;
}

Result<OwnerFile> OwnerFile::create(const QByteArray &directory, const QByteArray &name)
{
    removeUnfinished(directory);
    Result<OwnerFile> owner = tryToCreate(directory, name);
    for (int attempt = 1; attempt < mostAttempts && wasTaken(owner, directory); ++attempt)
        owner = tryToCreate(directory, name);
    return owner;
}

Result<OwnerFile> OwnerFile::tryToCreate(const QByteArray &directory, const QByteArray &name)
{
    const QByteArray hidden = directory + "/." + QUuid::createUuid().toByteArray(QUuid::WithoutBraces) + suffix.toByteArray();
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd fd(::open(hidden.constData(), flags, 0600));
    if (!fd)
        return cannotMakeIn(directory, errno);
    const QByteArray path = ownerPath(directory, name);
    const Outcome filled = lockAndFill(fd.get(), hidden, directory);
    const Outcome made = filled ? giveName(hidden, path, directory) : filled;
    if (!made) {
        ::unlink(hidden.constData());
        return made.failure();
    }
    OwnerFile owner;
    struct stat named = {};
    [[maybe_unused]] const int found = ::lstat(path.constData(), &named);
    owner.m_held.reset(new Held{std::move(fd), path, named});
    return owner;
}

bool OwnerFile::isInPlace(Freshness freshness) const
{
    return isFileAt(m_held->path, m_held->named, freshness);
}

Result<QByteArrayList> OwnerFile::namesIn(const QByteArray &directory)
{
    lookUp(directory, freshnessIn(directory));
    const Result<QByteArrayList> files = directoryListing(directory);
    if (!files)
        return files.failure();
    QByteArrayList names;
    for (const QByteArray &file : *files) {
        if (file.endsWith(suffix))
            names.append(file.chopped(suffix.size()));
    }
    return names;
}

std::optional<Owner> OwnerFile::read(const QByteArray &directory, const QByteArray &name)
{
    const std::optional<Judged> judged = judgeFile(directory, name);
    return judged ? std::optional(judged->owner) : std::nullopt;
}

bool OwnerFile::removeIfDead(const QByteArray &directory, const QByteArray &name)
{
    const std::optional<Judged> judged = judgeFile(directory, name);
    return judged && !judged->owner.lives() && removed(*judged);
}

bool OwnerFile::removeCopy(const QByteArray &directory, const QByteArray &name)
{
    const std::optional<Judged> judged = judgeFile(directory, name);
    const bool isOurs = judged && judged->owner.isThisProcess && judged->owner.isBeyondReach;
    return judged && (isOurs || !judged->owner.lives()) && removed(*judged);
}

} // namespace FileBus
