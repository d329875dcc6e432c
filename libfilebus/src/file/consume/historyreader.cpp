// SPDX-License-Identifier: Apache-2.0
#include "file/consume/historyreader.h"

#include "base/failure.h"
#include "file/disk/busfile.h"
#include "file/disk/chunkfile.h"
#include "file/disk/fileidentity.h"
#include "file/disk/freshness.h"

#include <filebus/chunk.h>

#include <utility>

namespace FileBus
{

HistoryReader::HistoryReader(const QByteArray &directory, GracePeriod grace)
    : m_directory(directory)
    , m_spool(directory)
    , m_grace(grace)
{ }

// Else it failed as @p said.
bool HistoryReader::isGone(const Failure &why, Failure &said)
{
    if (!why.isTransient || m_isGivenUp)
        return true;
    m_isGivenUp = m_grace.isOver();
    said = why;
    said.isTransient = !m_isGivenUp;
    return false;
}

Result<std::optional<Chunk>> HistoryReader::read(const QUuid &streamId, quint64 sequence)
{
    Result<std::optional<Chunk>> chunk = readAny(sequence);
    const bool isOther = chunk && *chunk && (*chunk)->streamId() != streamId;
    return isOther ? Result<std::optional<Chunk>>(std::nullopt) : chunk;
}

Result<std::optional<Chunk>> HistoryReader::readAny(quint64 sequence)
{
    Result<std::optional<Chunk>> chunk = readChunkFile(m_spool.entryPath(sequence), m_spool.freshness());
    if (Failure said; !chunk && !isGone(chunk.failure(), said))
        return said;
    if (!chunk)
        return std::optional<Chunk>();
    m_grace.reset();
    m_isGivenUp = false;
    const bool isNamesake = *chunk && (*chunk)->isNumbered() && (*chunk)->sequence() == sequence;
    return isNamesake ? chunk : Result<std::optional<Chunk>>(std::nullopt);
}

Result<std::optional<QList<quint64>>> HistoryReader::sequences()
{
    const Result<QList<quint64>> sequences = m_spool.sequences();
    if (Failure said; !sequences && !isGone(sequences.failure(), said))
        return said;
    return sequences ? std::optional(*sequences) : std::nullopt;
}

bool HistoryReader::holds(quint64 sequence, const FileIdentity &file) const
{
    struct stat entry;
    lookUp(m_spool.entryPath(sequence), m_spool.freshness());
    return ::lstat(m_spool.entryPath(sequence).constData(), &entry) == 0 && FileIdentity::of(entry) == file;
}

} // namespace FileBus
