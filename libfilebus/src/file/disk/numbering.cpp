// SPDX-License-Identifier: Apache-2.0
#include "file/disk/numbering.h"

#include "base/failure.h"
#include "file/disk/chunkfile.h"
#include "file/disk/freshness.h"
#include "format/chunkformat.h"

#include <filebus/error.h>

namespace FileBus
{

namespace
{

using Found = Result<std::optional<Chunk>>;

// The file is no chunk, or we cannot read it. Any other failure may pass.
bool isForGood(const Failure &failure)
{
    return failure.error == Error::CorruptChunk || failure.error == Error::ChunkTooLarge
        || failure.error == Error::NotARegularFile || failure.error == Error::PermissionDenied;
}

// The chunk at @p path, if there is one with a number.
Found readNumbered(const QByteArray &path, Freshness freshness)
{
    const Found chunk = readChunkFile(path, freshness);
    if (!chunk)
        return isForGood(chunk.failure()) ? Found(std::nullopt) : chunk;
    return *chunk && (*chunk)->isNumbered() ? chunk : Found(std::nullopt);
}

Found newestOf(const Spool &history)
{
    const Result<QList<quint64>> sequences = history.sequences();
    if (!sequences)
        return isForGood(sequences.failure()) ? Found(std::nullopt) : sequences.failure();
    if (sequences->isEmpty())
        return Found(std::nullopt);
    const quint64 last = sequences->last();
    const Found chunk = readNumbered(history.entryPath(last), history.freshness());
    return chunk && *chunk && (*chunk)->sequence() != last ? Found(std::nullopt) : chunk;
}

Found newestOf(const QList<Spool> &inboxes)
{
    std::optional<Chunk> newest;
    for (const Spool &inbox : inboxes) {
        const Found chunk = newestOf(inbox);
        if (!chunk)
            return chunk;
        if (*chunk && (!newest || (*chunk)->time() > newest->time()))
            newest = *chunk;
    }
    return newest;
}

Chunk newStream()
{
    Chunk beforeTheFirst;
    beforeTheFirst.setStreamId(QUuid::createUuid());
    return beforeTheFirst;
}

} // namespace

Numbering::Numbering(const BusFile &bus)
    : m_bus(bus)
{ }

Result<Numbering::Resumed> Numbering::resume(bool busExists, const Spool &history, const QList<Spool> &inboxes)
{
    const Found bus = busExists ? readNumbered(m_bus.path(), history.freshness()) : Found(std::nullopt);
    if (!bus)
        return bus.failure();
    // Reading the directory is slow. As long as the bus file has a number, once for each stream is enough: if the history holds a
    // chunk beyond it, the link of the next one finds the number taken. If the bus is behind us, it was put back from a copy:
    // then the history may hold later chunks, whose numbers must not be given again.
    const bool readHistory = !*bus || (*bus)->streamId() != m_streamId || (*bus)->sequence() < m_newest;
    const Found newest = readHistory ? newestOf(history) : Found(std::nullopt);
    if (!newest)
        return newest.failure();
    if (*bus || *newest)
        return continueAfterNewest(*bus, *newest);
    const Found waiting = newestOf(inboxes);
    if (!waiting)
        return waiting.failure();
    return continueAfterNewest(std::nullopt, std::nullopt, waiting->value_or(newStream()));
}

Numbering::Resumed Numbering::continueAfterNewest(const std::optional<Chunk> &bus, const std::optional<Chunk> &history,
                                                  const Chunk &otherwise)
{
    const QUuid before = m_streamId;
    const bool sameStream = bus && history && bus->streamId() == history->streamId();
    const bool inHistoryOnly = history && !bus;
    if (sameStream)
        continueAfter(bus->sequence() > history->sequence() ? *bus : *history);
    else
        continueAfter(bus ? *bus : history.value_or(otherwise));
    m_unshown = {sameStream ? bus->sequence() + 1 : next() - (inHistoryOnly ? 1 : 0), next()};
    if (!hasNext()) {
        beginStream();
        return StaleHistory;
    }
    if (m_streamId == before)
        return SameStream;
    return sameStream || inHistoryOnly ? OtherStream : StaleHistory;
}

bool Numbering::hasNext() const
{
    return m_newest < ChunkFormat::maximumSequence;
}

void Numbering::beginStream()
{
    continueAfter(newStream());
}

void Numbering::continueAfter(const Chunk &chunk)
{
    m_streamId = chunk.streamId();
    m_newest = chunk.sequence();
}

} // namespace FileBus
