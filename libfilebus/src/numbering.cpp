// SPDX-License-Identifier: Apache-2.0
#include "numbering.h"

#include "chunkfile.h"
#include "chunkformat.h"

namespace FileBus
{

namespace
{

// The chunk at @p path, if there is one with a number that leaves room for a next one.
std::optional<Chunk> readNumbered(const QByteArray &path)
{
    const Result<std::optional<Chunk>> chunk = readChunkFile(path);
    const bool usable = chunk && *chunk && (*chunk)->isNumbered() && (*chunk)->sequence() != ChunkFormat::maximumSequence;
    return usable ? *chunk : std::nullopt;
}

std::optional<Chunk> newestOf(const Spool &history)
{
    const QList<quint64> sequences = history.sequences();
    return sequences.isEmpty() ? std::nullopt : readNumbered(history.entryPath(sequences.last()));
}

std::optional<Chunk> newestOf(const QList<Spool> &inboxes)
{
    std::optional<Chunk> newest;
    for (const Spool &inbox : inboxes) {
        if (const std::optional<Chunk> chunk = newestOf(inbox); chunk && (!newest || chunk->time() > newest->time()))
            newest = chunk;
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

Numbering::Resumed Numbering::resume(bool busExists, const Spool &history, const QList<Spool> &inboxes)
{
    const QUuid before = m_streamId;
    const std::optional<Chunk> onBus = busExists ? readNumbered(m_bus.path()) : std::nullopt;
    // Reading the directory is slow. Once for a stream is enough, as long as the bus file tells: what the history holds beyond
    // the chunk on the bus is met when its number is found taken.
    const bool readHistory = !onBus || onBus->streamId() != before;
    const std::optional<Chunk> inHistory = readHistory ? newestOf(history) : std::nullopt;

    const bool sameStream = onBus && inHistory && onBus->streamId() == inHistory->streamId();
    if (sameStream)
        goOnAfter(onBus->sequence() > inHistory->sequence() ? *onBus : *inHistory);
    else if (onBus || inHistory)
        goOnAfter(onBus ? *onBus : *inHistory);
    else
        goOnAfter(newestOf(inboxes).value_or(newStream()));
    const bool inHistoryOnly = inHistory && !onBus;
    m_unshown = sameStream ? onBus->sequence() + 1 : next() - (inHistoryOnly ? 1 : 0);
    if (m_streamId == before)
        return SameStream;
    return sameStream || inHistoryOnly ? OtherStream : StaleHistory;
}

void Numbering::goOnAfter(const Chunk &chunk)
{
    m_streamId = chunk.streamId();
    m_newest = chunk.sequence();
}

} // namespace FileBus
