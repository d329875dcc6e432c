// SPDX-License-Identifier: Apache-2.0
#include "file/consume/heardproducers.h"

#include "file/disk/ownerfile.h"
#include "format/chunkformat.h"

#include <algorithm>

namespace FileBus
{

HeardProducers::HeardProducers(const QByteArray &producers)
    : m_directory(producers)
{ }

void HeardProducers::hear(const Chunk &chunk)
{
    const QUuid &producer = chunk.producer().id;
    if (const auto heard = m_heard.find(producer); heard != m_heard.end())
        heard->last = chunk.sequence();
    else if (!producer.isNull())
        m_heard.insert(producer, {chunk.sequence(), chunk.sequence()});
}

void HeardProducers::noteEnds(const QList<QUuid> &ends)
{
    for (const QUuid &producer : ends)
        noteEnd(producer);
}

// A producer that was killed has not ended. The next one to begin, and to end, stands in for it.
void HeardProducers::noteEnd(const QUuid &producer)
{
    // A producer that ends without having published stands in for all that were killed before.
    const quint64 first = m_heard.contains(producer) ? m_heard.take(producer).first : ChunkFormat::maximumSequence;
    m_heard.removeIf([&](const std::pair<const QUuid &, Heard &> &other) {
        if (other.second.last > first)
            return false;
        const auto owner = OwnerFile::read(m_directory, other.first.toByteArray(QUuid::WithoutBraces));
        return !owner || !owner->lives();
    });
}

// A producer that lives and has not published yet may be about to.
Result<HeardProducers::Verdict> HeardProducers::judge(const QList<QUuid> &ends) const
{
    const Result<QByteArrayList> names = OwnerFile::namesIn(m_directory);
    if (!names)
        return names.failure();
    const bool othersLive = std::any_of(names->begin(), names->end(), [&](const QByteArray &name) {
        if (ends.contains(QUuid::fromString(name)))
            return false;
        const std::optional<Owner> owner = OwnerFile::read(m_directory, name);
        return owner && owner->lives();
    });
    return m_heard.isEmpty() && !othersLive ? AllHaveEnded : SomeMayPublish;
}

} // namespace FileBus
