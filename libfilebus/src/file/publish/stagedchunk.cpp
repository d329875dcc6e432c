// SPDX-License-Identifier: Apache-2.0
#include "file/publish/stagedchunk.h"

#include "base/fullwrite.h"
#include "file/disk/accessrules.h"
#include "file/disk/fileidentity.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace FileBus
{

namespace
{

struct iovec part(QByteArrayView bytes)
{
    return {const_cast<char *>(bytes.data()), static_cast<size_t>(bytes.size())}; // which is only read
}

qsizetype sizeOf(const ChunkFrame &frame, const QByteArray &payload)
{
    return frame.head().size() + payload.size() + frame.tail().size();
}

// Does not copy the payload. If pwritev(2) writes only a part, because a signal came or the disk is full, the file is written
// once more, piece by piece.
bool writeFrame(int fd, const QByteArray &payload, const ChunkFrame &frame)
{
    const struct iovec parts[] = {part(frame.head()), part(payload), part(frame.tail())};
    if (::pwritev(fd, parts, std::size(parts), 0) == sizeOf(frame, payload))
        return true;
    return writeAt(fd, frame.around(payload), 0);
}

} // namespace

Outcome StagedChunk::write(StagedFile file, const Chunk &chunk)
{
    m_file = std::move(file);
    m_chunk = chunk;
    m_frame.describe(m_chunk);
    if (!writeFrame(m_file->fd.get(), m_chunk.payload(), m_frame)) {
        const Failure failure = writeFailure();
        discard();
        return failure;
    }
    m_file->status.st_size = sizeOf(m_frame, m_chunk.payload());
    return done();
}

Outcome StagedChunk::renumber(const QUuid &streamId, quint64 sequence)
{
    if (m_chunk.streamId() == streamId && m_chunk.sequence() == sequence)
        return done();
    m_chunk.setStreamId(streamId);
    m_chunk.setSequence(sequence);
    m_frame.describe(m_chunk);
    const bool written = writeAt(m_file->fd.get(), m_frame.metadata().toByteArray(), m_frame.metadataPosition());
    return written ? done() : writeFailure();
}

Outcome StagedChunk::adopt(const BusRights &rights)
{
    return rights.giveTo(*m_file);
}

void StagedChunk::discard()
{
    if (m_file)
        ::unlink(m_file->path.constData());
    release();
}

StagedFile StagedChunk::release()
{
    m_chunk = Chunk();
    m_leftOut.clear();
    m_isPartlyDelivered = false;
    std::optional<StagedFile> file = std::exchange(m_file, std::nullopt);
    return file ? std::move(*file) : StagedFile();
}

bool StagedChunk::isInPlace(Freshness freshness) const
{
    return isFileAt(m_file->path, m_file->status, freshness);
}

bool StagedChunk::isOpenToOthers() const
{
    return (m_file->status.st_mode & AccessRules::others) != 0;
}

Failure StagedChunk::writeFailure() const
{
    return Failure::fromErrno(
        errno, QCoreApplication::translate("FileBus::StagedChunk", "cannot write a chunk to %1").arg(shownPath(m_file->path)),
        m_file->path);
}

} // namespace FileBus
