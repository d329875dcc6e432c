// SPDX-License-Identifier: Apache-2.0
#include "file/consume/heardproducers.h"

#include "file/disk/ownerfile.h"

#include <algorithm>

namespace FileBus
{

HeardProducers::HeardProducers(const QByteArray &producers)
    : m_directory(producers)
{ }

void HeardProducers::hear(const Chunk &chunk)
{
    ++m_chunks;
    const QUuid &producer = chunk.producer().id;
    if (const auto heard = m_heard.find(producer); heard != m_heard.end())
        heard->last = m_chunks;
    else if (!producer.isNull())
        m_heard.insert(producer, {m_chunks, m_chunks});
}

// A producer that was killed has not ended. The next one to begin, and to end, stands in for it, also if the owner file of the
// killed one disappears only later.
void HeardProducers::noteEnds(const QList<QUuid> &ends)
{
    for (const QUuid &producer : ends)
        noteEnd(producer);
    m_noted = ends;
    m_heard.removeIf([&](const std::pair<const QUuid &, Heard &> &other) {
        if (other.second.last > m_replacedUpTo)
            return false;
        const auto owner = OwnerFile::read(m_directory, other.first.toByteArray(QUuid::WithoutBraces));
        return !owner || !owner->lives();
    });
}

// A producer that ends without having published stands in for all that were killed before: those heard when its end is first
// seen.
void HeardProducers::noteEnd(const QUuid &producer)
{
    if (const auto heard = m_heard.constFind(producer); heard != m_heard.constEnd()) {
        m_replacedUpTo = std::max(m_replacedUpTo, heard->first);
        m_heard.erase(heard);
    } else if (!m_noted.contains(producer)) {
        m_replacedUpTo = m_chunks;
    }
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
