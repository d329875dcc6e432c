// SPDX-License-Identifier: Apache-2.0
#include "chunk/seenchunks.h"

#include <QtCore/QHashFunctions>

#include <algorithm>

namespace FileBus
{

// Time and producer tell the chunks of our producers apart; for those of others, that may have neither, the payload has a say.
// Not all of it: that would take as long as to read it.
size_t SeenChunks::markOf(const Chunk &chunk)
{
    constexpr qsizetype mostBytes = 256;
    const QByteArrayView beginning = QByteArrayView(chunk.payload()).first(std::min(chunk.payload().size(), mostBytes));
    return qHashMulti(0, chunk.time(), chunk.producer().id, chunk.payload().size(), beginning);
}

void SeenChunks::note(const Chunk &chunk)
{
    if (chunk.streamId() != m_streamId)
        m_seen.clear();
    m_seen.resize(capacity);
    m_streamId = chunk.streamId();
    m_newest = chunk.sequence();
    m_seen[m_newest % capacity] = {m_newest, markOf(chunk)};
}

SeenChunks::Comparison SeenChunks::compare(const Chunk &chunk) const
{
    if (m_seen.empty() || chunk.streamId() != m_streamId)
        return Unknown;
    const Seen &seen = m_seen[chunk.sequence() % capacity];
    if (seen.sequence != chunk.sequence())
        return Unknown;
    return seen.mark == markOf(chunk) ? Same : Other;
}

} // namespace FileBus
