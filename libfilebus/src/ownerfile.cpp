// SPDX-License-Identifier: Apache-2.0
#include "ownerfile.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>

namespace FileBus
{

namespace
{

QString ownerPath(const QtPath &directory, const QByteArray &name)
{
    return directory.name() + u'/' + QFile::decodeName(name) + QStringLiteral(".owner");
}

// QLockFile makes the file, then locks it, then writes into it. In between its owner looks dead. One that stays like this was
// killed there.
bool isBeingMade(const QString &path)
{
    const QFileInfo file(path);
    return file.exists() && file.size() == 0 && file.lastModified().secsTo(QDateTime::currentDateTime()) < 60;
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

Result<OwnerFile> OwnerFile::create(const QByteArray &directory, const QByteArray &name)
{
    OwnerFile owner;
    owner.m_directory = QtPath(directory);
    owner.m_file = std::make_unique<QLockFile>(ownerPath(owner.m_directory, name));
    owner.m_file->setStaleLockTime(std::chrono::milliseconds::zero()); // however old: alive is alive
    if (owner.m_file->tryLock(std::chrono::milliseconds::zero()))
        return owner;
    const int number = reasonNotToWriteIn(directory);
    return Failure::fromErrno(number, QCoreApplication::translate("FileBus::OwnerFile", "make an owner file in"), directory);
}

std::optional<Owner> OwnerFile::read(const QByteArray &directory, const QByteArray &name)
{
    const QtPath where(directory);
    const QString path = ownerPath(where, name);
    const UniqueFd fd(::open(QFile::encodeName(path).constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    Owner owner;
    if (!fd || !QLockFile(path).getLockInfo(&owner.pid, &owner.host, &owner.program))
        return std::nullopt;
    owner.alive = ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0; // held exclusively by whoever owns; let go again as fd is closed
    return owner;
}

bool OwnerFile::removeIfDead(const QByteArray &directory, const QByteArray &name)
{
    const QtPath where(directory);
    const QString path = ownerPath(where, name);
    if (isBeingMade(path))
        return false;
    QLockFile file(path);
    file.setStaleLockTime(std::chrono::milliseconds::zero());
    return file.removeStaleLockFile();
}

} // namespace FileBus
