// SPDX-License-Identifier: Apache-2.0
#include "ownerfile.h"

#include "directorylisting.h"
#include "nanoseconds.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDeadlineTimer>
#include <QtCore/QFile>

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr QByteArrayView suffix(".owner");

QByteArray ownerPath(const QByteArray &directory, const QByteArray &name)
{
    return directory + '/' + name + suffix.toByteArray();
}

QString ownerPath(const QtPath &directory, const QByteArray &name)
{
    return directory.name() + u'/' + QFile::decodeName(name) + QLatin1StringView(suffix);
}

// QLockFile follows links, and waits for whoever writes to a FIFO.
bool isSomethingElse(const QByteArray &path)
{
    struct stat status;
    return ::lstat(path.constData(), &status) == 0 && !S_ISREG(status.st_mode);
}

Failure notAnOwnerFile(const QByteArray &path)
{
    return {Error::NotARegularFile,
            QCoreApplication::translate(
                "FileBus::OwnerFile", "%1 is not a regular file, and a bus keeps one there; move it away, or choose another path")
                .arg(shownPath(path))};
}

// QLockFile makes its file first and locks it then: between the two its owner looks dead. So while files are made (LOCK_SH)
// nobody judges them (LOCK_EX). Held for moments only; who holds it longer cannot keep us from starting.
UniqueFd lockDirectory(const QByteArray &directory, int operation, std::chrono::milliseconds patience)
{
    UniqueFd fd(::open(directory.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const QDeadlineTimer end(patience);
    while (fd && ::flock(fd.get(), operation | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK || end.hasExpired())
            fd.reset();
        else
            std::this_thread::sleep_for(1ms); // flock(2) cannot wait with a time-out
    }
    return fd;
}

// Else the umask decides: whoever may write in the directory must be able to see that the owner lives, and to remove what it
// leaves. Nothing is opened, as closing it would end the lock of fcntl(2) that QLockFile has.
void shareWithDirectory(const QByteArray &directory, const QByteArray &path)
{
    struct stat status;
    if (::stat(directory.constData(), &status) != 0)
        return;
    [[maybe_unused]] const int ignored = ::lchown(path.constData(), static_cast<uid_t>(-1), status.st_gid);
    ::fchmodat(AT_FDCWD, path.constData(), status.st_mode & 0666, AT_SYMLINK_NOFOLLOW);
}

// QLockFile does not tell what went wrong, so it is tried again without it.
int reasonNotToWriteIn(const QByteArray &directory)
{
    const QByteArray path = directory + "/probe." + QByteArray::number(::getpid());
    const UniqueFd fd(::open(path.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    const bool written = fd && ::write(fd.get(), "probe", 5) == 5;
    const int number = written ? EIO : errno;
    ::unlink(path.constData());
    return number;
}

} // namespace

QString Owner::shown() const
{
    return QCoreApplication::translate("FileBus::OwnerFile", "PID %1 (%2) on %3")
        .arg(QString::number(pid), displayText(program), displayText(host));
}

Result<OwnerFile> OwnerFile::create(const QByteArray &directory, const QByteArray &name)
{
    const UniqueFd making = lockDirectory(directory, LOCK_SH, 1s);
    const QByteArray path = ownerPath(directory, name);
    if (isSomethingElse(path))
        return notAnOwnerFile(path);
    OwnerFile owner;
    owner.m_directory = QtPath(directory);
    owner.m_file = std::make_unique<QLockFile>(ownerPath(owner.m_directory, name));
    owner.m_file->setStaleLockTime(0ms); // however old: alive is alive
    if (owner.m_file->tryLock(0ms)) {
        shareWithDirectory(directory, path);
        return owner;
    }
    const int number = reasonNotToWriteIn(directory);
    return Failure::fromErrno(number, QCoreApplication::translate("FileBus::OwnerFile", "make an owner file in"), directory);
}

QByteArrayList OwnerFile::namesIn(const QByteArray &directory)
{
    QByteArrayList names;
    for (const QByteArray &file : directoryListing(directory)) {
        if (file.endsWith(suffix))
            names.append(file.chopped(suffix.size()));
    }
    return names;
}

std::optional<Owner> OwnerFile::read(const QByteArray &directory, const QByteArray &name)
{
    const UniqueFd judging = lockDirectory(directory, LOCK_EX, 50ms);
    const QtPath where(directory);
    const QString path = ownerPath(where, name);
    const UniqueFd fd(::open(QFile::encodeName(path).constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status;
    Owner owner;
    owner.alive = !fd && errno == EACCES; // somebody else's, and closed: it cannot be judged
    if (owner.alive) {
        if (::lstat(QFile::encodeName(path).constData(), &status) == 0)
            owner.userId = status.st_uid;
        return owner;
    }
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)
        || !QLockFile(path).getLockInfo(&owner.pid, &owner.host, &owner.program))
        return std::nullopt;
    owner.host.truncate(longestDisplayedName);
    owner.program.truncate(longestDisplayedName);
    owner.since = modificationTime(status);
    owner.userId = status.st_uid;
    // Held exclusively by whoever owns it. Ours is let go as fd is closed; while we judge, nobody makes a file to lock it.
    owner.alive = !judging || ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0;
    return owner;
}

bool OwnerFile::removeIfDead(const QByteArray &directory, const QByteArray &name)
{
    const UniqueFd judging = lockDirectory(directory, LOCK_EX, 0ms);
    if (!judging || isSomethingElse(ownerPath(directory, name)))
        return false;
    const QtPath where(directory);
    QLockFile file(ownerPath(where, name));
    file.setStaleLockTime(0ms);
    return file.removeStaleLockFile();
}

} // namespace FileBus
