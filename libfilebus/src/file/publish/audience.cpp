// SPDX-License-Identifier: Apache-2.0
#include "file/publish/audience.h"

namespace FileBus
{

Audience::Audience(const BusFile &bus)
    : m_subscribers(bus.inboxesDirectory())
    , m_readership(bus.path())
{ }

void Audience::configure(const PublishSettings &settings)
{
    m_lossless = settings.lossless;
    m_awaitedConsumers = m_lossless ? settings.awaitedConsumers : 0;
    m_window = settings.window;
}

// Consumers that are gone do not count. It takes long to look for them, so that is done only if one is in the way.
Result<Obstacle> Audience::findObstacle(StagedChunk &chunk, const BusRights &rights)
{
    const Result<QByteArrayList> unreadable = findUnreadable(chunk, rights);
    if (!unreadable)
        return unreadable.failure();
    Result<QByteArrayList> full = m_subscribers.withoutRoomFor(chunk.sequence(), m_window);
    if (full && !full->isEmpty() && m_subscribers.dropDead())
        full = m_subscribers.withoutRoomFor(chunk.sequence(), m_window);
    if (!full)
        return full.failure();
    if (m_lossless && !full->isEmpty())
        return Obstacle{Obstacle::NoRoom, *full};
    chunk.setLeftOut(*full + *unreadable);
    if (!lacksConsumers())
        return Obstacle();
    m_subscribers.dropDead();
    return Obstacle{Obstacle::TooFewConsumers};
}

// An inbox that its consumer cannot read would fill for nothing. A producer that is not lossless leaves it out.
Result<QByteArrayList> Audience::findUnreadable(StagedChunk &chunk, const BusRights &rights)
{
    const bool isFirst = !rights.known();
    if (m_subscribers.isEmpty() || (isFirst && !chunk.exists()))
        return QByteArrayList();
    const Outcome readable =
        isFirst ? m_readership.admit(chunk.file(), m_subscribers) : m_readership.check(*rights.known(), m_subscribers);
    if (m_lossless)
        return readable ? Result(QByteArrayList()) : readable.failure();
    return m_readership.unreadableFor(isFirst ? chunk.file().rights : *rights.known(), m_subscribers);
}

bool Audience::lacksConsumers() const
{
    return m_awaitedConsumers > 0 && !m_hasBegun && static_cast<quint64>(m_subscribers.count()) < m_awaitedConsumers;
}

Outcome Audience::deliver(StagedChunk &chunk)
{
    const Subscribers::Delivery delivery = m_subscribers.deliver(chunk.sequence(), chunk.path(), chunk.leftOut());
    if (delivery.inboxes > 0)
        chunk.setPartlyDelivered(true);
    return delivery.outcome;
}

Outcome Audience::sayEnd(const QUuid &producer, const AccessRules &rules)
{
    const Outcome refreshed = m_subscribers.refresh();
    m_subscribers.dropDead();
    return refreshed ? m_subscribers.sayEnd(producer, rules) : refreshed;
}

} // namespace FileBus
