// SPDX-License-Identifier: Apache-2.0
#include "file/consume/inboxprogress.h"

#include "file/disk/numbering.h"
#include "file/disk/spool.h"

#include <algorithm>
#include <sys/stat.h>
#include <utility>

namespace FileBus
{

InboxProgress::InboxProgress(const BusFile &bus, const Inbox &inbox, EntryRemoval &removal)
    : m_bus(bus)
    , m_inbox(inbox)
    , m_removal(removal)
    , m_held(inbox)
{ }

// Of the mark of a restored inbox we know better.
Outcome InboxProgress::begin(const AccessRules &rules, bool isAgain)
{
    if (const Outcome putBack = m_held.putBack(); !putBack)
        return putBack;
    if (!m_inbox.isDurable())
        return done();
    m_mark.emplace(m_inbox.path());
    const std::optional<Position> found = m_mark->read(m_inbox.freshness());
    if (!isAgain)
        m_predecessor = found;
    m_mark->make(rules, found ? found : newestPosition());
    return done();
}

// What is published from now on is for this subscription. What waits already, for whatever reason, comes all the same.
std::optional<InboxProgress::Position> InboxProgress::newestPosition() const
{
    const Result<std::optional<struct stat>> bus = m_bus.status(m_inbox.freshness());
    const Result<QList<Inbox>> inboxes = Inbox::in(m_bus.inboxesDirectory(), m_inbox.freshness());
    if (!bus || !inboxes)
        return std::nullopt;
    QList<Spool> spools;
    for (const Inbox &inbox : *inboxes)
        spools << inbox.spool() << inbox.held();
    Numbering numbering(m_bus);
    if (!numbering.resume(bus->has_value(), Spool(m_bus.historyDirectory(), m_inbox.freshness()), spools))
        return std::nullopt;
    const quint64 newest = numbering.next() - 1;
    return Position{newest > 0 ? numbering.streamId() : QUuid(), newest};
}

void InboxProgress::markDealtWith(const Position &position)
{
    if (m_mark && !position.streamId.isNull())
        m_mark->write(position);
}

std::optional<InboxProgress::Position> InboxProgress::takePredecessor()
{
    return std::exchange(m_predecessor, std::nullopt);
}

void InboxProgress::noteTaken(const Position &position)
{
    m_last = position;
    m_unacknowledged.push_back(position);
}

void InboxProgress::noteDamaged(quint64 sequence)
{
    m_last.sequence = sequence;
    if (m_unacknowledged.empty())
        markDealtWith(m_last);
}

bool InboxProgress::isTaken(quint64 sequence) const
{
    return std::any_of(m_unacknowledged.begin() + m_held.count(), m_unacknowledged.end(),
                       [sequence](const Position &taken) { return taken.sequence == sequence; });
}

Outcome InboxProgress::hold()
{
    qsizetype held = m_held.count();
    const qsizetype all = static_cast<qsizetype>(m_unacknowledged.size());
    if (held == all)
        return done();
    const Result<AccessRules> rules = m_bus.accessRules();
    if (!rules)
        return rules.failure();
    for (; held < all && held == m_held.count(); ++held) {
        if (const Outcome moved = m_held.hold(m_unacknowledged[static_cast<size_t>(held)].sequence, *rules); !moved)
            return moved;
    }
    return done();
}

// The mark first: a chunk that is there still comes again, whatever the mark says, but one that is not counts as lost.
void InboxProgress::acknowledge()
{
    if (m_unacknowledged.empty())
        return;
    const Position dealtWith = m_unacknowledged.front();
    m_unacknowledged.pop_front();
    markDealtWith(m_unacknowledged.empty() ? m_last : dealtWith);
    if (!m_held.release(dealtWith.sequence))
        m_removal.remove(dealtWith.sequence);
}

} // namespace FileBus
