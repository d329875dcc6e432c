// SPDX-License-Identifier: Apache-2.0
#include "cluster/chunkaccount.h"

#include <algorithm>
#include <utility>

namespace FileBus
{

namespace
{
constexpr qsizetype mostProducers = 4096; // remembered; a chunk is repeated soon or never
} // namespace

void ChunkAccount::expect(const QUuid &streamId, quint64 sequence)
{
    m_streamId = streamId;
    m_next = sequence;
    m_producers.clear();
}

ChunkAccount::Entry ChunkAccount::note(const ReceivedChunk &received)
{
    if (received.sequence < m_next)
        return {};
    Entry entry = received.chunk.streamId() == m_streamId ? noteOwn(received) : noteRelayed(received);
    m_next = received.sequence + 1;
    entry.isNew = !isRepeated(received) && entry.isNew;
    return entry;
}

ChunkAccount::Entry ChunkAccount::noteOwn(const ReceivedChunk &received) const
{
    return {true, received.sequence > m_next ? std::optional(Loss{m_next, received.sequence - m_next}) : std::nullopt};
}

// Chunks that were missing at the origin are missing here as well. Before the first chunk of a stream of origin, only the gap in
// the stream of the bus shows a loss.
ChunkAccount::Entry ChunkAccount::noteRelayed(const ReceivedChunk &received)
{
    const quint64 sequence = received.chunk.sequence();
    const bool isFirst = !m_origins.newest(received.chunk.streamId());
    const SequenceTracker::Step step = m_origins.advance(received.chunk.streamId(), sequence);
    const quint64 missing = isFirst ? std::min(received.sequence - m_next, sequence - 1) : step.missing;
    return {step.isNew, missing > 0 ? std::optional(Loss{sequence - missing, missing}) : std::nullopt};
}

// A producer sends a chunk again if it could not find out whether the chunk was stored, because the servers no longer kept it.
bool ChunkAccount::isRepeated(const ReceivedChunk &received)
{
    if (received.number == 0)
        return false;
    Heard &heard = m_producers[received.producer];
    const bool isRepeated = received.number <= heard.number;
    heard = {std::max(heard.number, received.number), received.sequence};
    if (m_producers.size() > mostProducers)
        forgetSilentProducers(received.sequence);
    return isRepeated;
}

void ChunkAccount::forgetSilentProducers(quint64 newest)
{
    m_producers.removeIf(
        [newest](const auto &producer) { return newest - producer.value().sequence >= static_cast<quint64>(mostProducers) / 2; });
}

} // namespace FileBus
