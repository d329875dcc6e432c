// SPDX-License-Identifier: Apache-2.0
#include "publisherlist.h"

#include "processtext.h"

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype mostKnown = 1000; // a hostile producer can make up a new id for each chunk

QString nameOf(const std::optional<quint32> &userId)
{
    return userId ? QString::number(*userId) : u"?"_s;
}

QString nameOf(const FileBus::ProducerInfo &producer)
{
    if (producer.id.isNull())
        return PublisherList::tr("an unknown producer");
    return ProcessText::process(producer.program, producer.pid, producer.host);
}

} // namespace

QString PublisherList::firstTime(const FileBus::Chunk &chunk)
{
    const FileBus::ProducerInfo producer = chunk.producer();
    const auto known = m_users.constFind(producer.id);
    const bool isKnown = known != m_users.constEnd();
    const std::optional<quint32> before = isKnown ? *known : std::nullopt;
    if (isKnown && before == chunk.userId())
        return {};
    if (m_users.size() >= mostKnown)
        m_users.clear();
    m_users.insert(producer.id, chunk.userId());
    if (!isKnown || producer.id.isNull())
        return tr("user %1 publishes: %2").arg(nameOf(chunk.userId()), nameOf(producer));
    return tr("user %1 publishes in the name of %2, which belonged to user %3 before")
        .arg(nameOf(chunk.userId()), nameOf(producer), nameOf(before));
}
