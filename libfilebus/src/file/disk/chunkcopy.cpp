// SPDX-License-Identifier: Apache-2.0
#include "file/disk/chunkcopy.h"

#include "base/fullwrite.h"
#include "base/uniquefd.h"
#include "file/disk/accessrules.h"
#include "file/disk/filerights.h"
#include "file/disk/pinnedfile.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct CopyText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ChunkCopy)
};

Outcome giveRights(int copy, const PinnedFile &original, const QByteArray &path, const std::optional<AccessList> &access)
{
    struct stat of, to;
    if (::fstat(original.fd(), &of) != 0 || ::fstat(copy, &to) != 0)
        return Failure::fromErrno(errno, CopyText::tr("cannot access %1").arg(shownPath(path)), path);
    if (access)
        return restrictAccess(copy, *access)
            ? done()
            : Failure::fromErrno(errno, CopyText::tr("cannot set the permissions of %1").arg(shownPath(path)), path);
    const Result<FileRights> rights = FileRights::of(of, path, original.fd());
    return rights ? rights->giveTo(copy, to, path, FileRights()) : rights.failure();
}

} // namespace

ChunkCopy::ChunkCopy(const QByteArray &path)
    : m_path(path)
{ }

Outcome ChunkCopy::put(const QByteArray &file, const QByteArray &entry, const std::optional<AccessList> &access) const
{
    Outcome outcome = write(file, access);
    if (outcome && ::rename(m_path.constData(), entry.constData()) != 0)
        outcome = Failure::fromErrno(errno, CopyText::tr("cannot create the copy %1").arg(shownPath(entry)), entry);
    if (!outcome)
        ::unlink(m_path.constData());
    return outcome;
}

Outcome ChunkCopy::write(const QByteArray &file, const std::optional<AccessList> &access) const
{
    Result<std::optional<PinnedFile>> original = PinnedFile::open(file);
    if (!original)
        return original.failure();
    if (!*original)
        return Failure::fromErrno(ENOENT, CopyText::tr("cannot copy %1").arg(shownPath(file)), file);
    const Result<QByteArray> bytes = (*original)->read(file);
    if (!bytes)
        return bytes.failure();
    ::unlink(m_path.constData()); // left by a copy that failed
    const UniqueFd copy(::open(m_path.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, AccessRules::ownerOnly));
    if (!copy || !writeAt(copy.get(), *bytes, 0))
        return Failure::fromErrno(errno, CopyText::tr("cannot write a copy to %1").arg(shownPath(m_path)), m_path);
    return giveRights(copy.get(), **original, file, access);
}

} // namespace FileBus
