// SPDX-License-Identifier: Apache-2.0
#include "file/disk/pinnedfile.h"

#include "format/chunkformat.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct FileText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::PinnedFile)
};

constexpr int maximumReads = 3;

Failure readFailure(const QByteArray &path)
{
    return Failure::fromErrno(errno, FileText::tr("cannot read %1").arg(shownPath(path)), path);
}

// Up to @p size bytes from the start; less if the file is shorter.
std::optional<QByteArray> readFromStart(int fd, qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    qsizetype filled = 0;
    while (filled < size) {
        const ssize_t count = ::pread(fd, bytes.data() + filled, static_cast<size_t>(size - filled), filled);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return std::nullopt;
        if (count == 0)
            break;
        filled += count;
    }
    bytes.truncate(filled);
    return bytes;
}

Outcome checkSize(off_t size, const QByteArray &path)
{
    if (size <= ChunkFormat::maximumFileSize)
        return done();
    return Failure{Error::ChunkTooLarge,
                   FileText::tr("%1 has %2 bytes, more than the %3 a chunk can have; remove it if it is not a bus")
                       .arg(shownPath(path), QString::number(size), QString::number(ChunkFormat::maximumFileSize))};
}

} // namespace

PinnedFile::PinnedFile(UniqueFd fd, const FileIdentity &identity)
    : m_fd(std::move(fd))
    , m_identity(identity)
{ }

Result<std::optional<PinnedFile>> PinnedFile::open(const QByteArray &path, Freshness freshness)
{
    lookUp(path, freshness);
    // O_NONBLOCK: a FIFO that somebody puts here must not hang us.
    UniqueFd fd(::open(path.constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return std::optional<PinnedFile>();
    struct stat status;
    if (!fd || !statusOf(fd.get(), freshness, status))
        return readFailure(path);
    if (!S_ISREG(status.st_mode))
        return Failure{Error::NotARegularFile, FileText::tr("%1 is not a regular file").arg(shownPath(path))};
    return std::optional<PinnedFile>(PinnedFile(std::move(fd), FileIdentity::of(status)));
}

Result<QByteArray> PinnedFile::read(const QByteArray &path)
{
    for (int attempt = 1;; ++attempt) {
        if (const Outcome fits = checkSize(m_identity.size, path); !fits)
            return fits.failure();
        std::optional<QByteArray> bytes = readFromStart(m_fd.get(), m_identity.size);
        struct stat status;
        if (!bytes || ::fstat(m_fd.get(), &status) != 0)
            return readFailure(path);
        const FileIdentity after = FileIdentity::of(status);
        const bool isWhole = bytes->size() == after.size;
        if (after == m_identity && !isWhole) // what the file has, it does not give
            return Failure::fromErrno(EIO, FileText::tr("cannot read %1").arg(shownPath(path)), path);
        if (after == m_identity || attempt == maximumReads)
            return *bytes;
        m_identity = after;
    }
}

} // namespace FileBus
