// SPDX-License-Identifier: Apache-2.0
#include "ownerfile.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>

#include <cerrno>
#include <chrono>
#include <fcntl.h>

namespace FileBus
{

namespace
{

QString ownerPath(const QtPath &directory, const QByteArray &name)
{
    return directory.name() + u'/' + QFile::decodeName(name) + QStringLiteral(".owner");
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

bool OwnerFile::removeIfDead(const QByteArray &directory, const QByteArray &name)
{
    const QtPath where(directory);
    QLockFile file(ownerPath(where, name));
    file.setStaleLockTime(std::chrono::milliseconds::zero());
    return file.removeStaleLockFile();
}

} // namespace FileBus
