// SPDX-License-Identifier: Apache-2.0
#include "ownerfile.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>

#include <chrono>

namespace FileBus
{

namespace
{

QString ownerPath(const QtPath &directory, const QByteArray &name)
{
    return directory.name() + u'/' + QFile::decodeName(name) + QStringLiteral(".owner");
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
    const bool refused = owner.m_file->error() == QLockFile::PermissionError;
    const int number = refused ? EACCES : errno;
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
