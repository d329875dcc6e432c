// SPDX-License-Identifier: Apache-2.0
#include "subscription.h"

#include "chunkfile.h"
#include "chunkformat.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

namespace FileBus
{

namespace
{

struct SubscriptionText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Subscription)
};

} // namespace

Subscription::Subscription(const BusFile &bus, const QByteArray &name)
    : m_bus(bus)
    , m_lock(bus.lockPath())
    , m_chosenName(name)
    , m_inbox(bus.inboxesDirectory(), name.isEmpty() ? Inbox::unnamed() : name)
{ }

Subscription::~Subscription()
{
    if (isOpen() && !m_inbox.isDurable())
        unsubscribe();
}

// Under the lock, so that it is clear from which chunk on it counts.
Result<bool> Subscription::open()
{
    if (const Outcome valid = checkName(); !valid)
        return valid.failure();
    const Result<AccessRules> rules = m_bus.accessRules();
    if (!rules)
        return rules.failure();
    if (const Outcome usable = m_bus.checkReplaceable(); !usable && usable.failure().error == Error::NotARegularFile)
        return usable.failure();
    if (const Outcome made = m_bus.makeInboxesDirectory(*rules); !made)
        return made.failure();
    const Result<bool> locked = m_lock.tryLock(*rules);
    if (!locked || !*locked)
        return locked;
    Result<bool> taken = takeOver();
    if (const Outcome made = taken ? makeInbox(*rules) : done(); !made) {
        m_owner.reset();
        taken = made.failure();
    }
    m_lock.unlock();
    return taken;
}

// What already has that name may be a link to somebody's files.
Outcome Subscription::makeInbox(const AccessRules &rules) const
{
    if (!rules.makeDirectory(m_inbox.path().constData()))
        return Failure::fromErrno(errno, SubscriptionText::tr("make the inbox"), m_inbox.path());
    if (m_inbox.exists())
        return done();
    return Failure{Error::NotARegularFile,
                   SubscriptionText::tr("%1 is no directory; remove it, or choose another name").arg(shownPath(m_inbox.path()))};
}

Outcome Subscription::checkName() const
{
    const QString problem = m_chosenName.isEmpty() ? QString() : Inbox::problemWithName(m_chosenName);
    if (problem.isEmpty())
        return done();
    return Failure{Error::InvalidName,
                   SubscriptionText::tr("no subscription can be named '%1': %2").arg(shownPath(m_chosenName), problem)};
}

Result<bool> Subscription::takeOver()
{
    if (const Outcome free = checkUnowned(); !free)
        return free.failure();
    OwnerFile::removeIfDead(m_bus.inboxesDirectory(), m_inbox.name());
    Result<OwnerFile> owner = OwnerFile::create(m_bus.inboxesDirectory(), m_inbox.name());
    if (!owner)
        return owner.failure();
    m_owner = std::move(*owner);
    return true;
}

Outcome Subscription::checkUnowned() const
{
    const std::optional<Owner> owner = m_inbox.owner();
    if (!owner || !owner->lives())
        return done();
    return Failure{Error::NameInUse,
                   SubscriptionText::tr("the name %1 is in use by %2; choose another, or end that process")
                       .arg(shownPath(m_inbox.name()), owner->shown())};
}

Subscription::Step Subscription::next(Depth depth)
{
    if (m_afterLoss)
        return *std::exchange(m_afterLoss, std::nullopt);
    if (::access(m_inbox.spool().entryPath(m_taken + 1).constData(), F_OK) == 0)
        return take(m_taken + 1);
    return depth == Glance ? Step() : search();
}

Subscription::Step Subscription::search()
{
    m_isLockTaken = false;
    m_immovable.removeIf([this](quint64 sequence) { return remove(sequence); });
    const Inbox::Content content = m_inbox.content();
    if (const std::optional<quint64> sequence = firstUntaken(content.sequences))
        return take(*sequence);
    if (content.ends.isEmpty())
        return m_inbox.exists() ? Step() : gone();
    // What the ended have sent was there before they said so, but reading a directory is no snapshot: once more.
    if (const std::optional<quint64> sequence = firstUntaken(m_inbox.spool().sequences()))
        return take(*sequence);
    return lookForEnd(content.ends);
}

std::optional<quint64> Subscription::firstUntaken(const QList<quint64> &sequences) const
{
    for (const quint64 sequence : sequences) {
        const bool isTaken = std::find(m_unacknowledged.begin(), m_unacknowledged.end(), sequence) != m_unacknowledged.end();
        if (!isTaken && !m_immovable.contains(sequence))
            return sequence;
    }
    return std::nullopt;
}

Subscription::Step Subscription::take(quint64 sequence)
{
    const QByteArray path = m_inbox.spool().entryPath(sequence);
    const Result<std::optional<Chunk>> read = readChunkFile(path);
    if (!read)
        return dropBroken(sequence, read.failure());
    if (!*read || (*read)->sequence() != sequence)
        return dropBroken(sequence,
                          {Error::CorruptChunk, SubscriptionText::tr("%1 does not hold that chunk").arg(shownPath(path))});
    const Chunk &chunk = **read;
    const SequenceTracker::Step step = m_tracker.advance(chunk.streamId(), sequence);
    m_taken = sequence;
    if (!step.isNew) { // put in once more, by a producer that completed what another had begun
        drop(sequence);
        return next(Search);
    }
    m_unacknowledged.push_back(sequence);
    hear(chunk);
    if (step.missing == 0)
        return chunk;
    m_afterLoss = chunk;
    return Loss{step.firstMissing, step.missing};
}

// It would be in the way for ever.
Subscription::Step Subscription::dropBroken(quint64 sequence, const Failure &why)
{
    drop(sequence);
    m_taken = sequence;
    return why;
}

// What stays, as a directory that somebody put there does, or all where a file system has become read-only, must not be taken
// again for ever. With each search it is tried again.
void Subscription::drop(quint64 sequence)
{
    if (!remove(sequence))
        m_immovable.insert(sequence);
}

bool Subscription::remove(quint64 sequence) const
{
    return ::unlink(m_inbox.spool().entryPath(sequence).constData()) == 0 || errno == ENOENT;
}

void Subscription::acknowledge()
{
    if (m_unacknowledged.empty())
        return;
    drop(m_unacknowledged.front());
    m_unacknowledged.pop_front();
}

void Subscription::hear(const Chunk &chunk)
{
    const QUuid &producer = chunk.producer().id;
    if (const auto heard = m_heard.find(producer); heard != m_heard.end())
        heard->last = chunk.sequence();
    else if (!producer.isNull())
        m_heard.insert(producer, {chunk.sequence(), chunk.sequence()});
}

Subscription::Step Subscription::lookForEnd(const QList<QUuid> &ends)
{
    for (const QUuid &producer : ends)
        noteEnd(producer);
    if (hasEnded(ends))
        return m_inbox.isDurable() ? Step(End()) : leaveAtEnd(ends);
    for (const QUuid &producer : ends.sliced(1)) // one is enough to know of, for a consumer that takes over
        m_inbox.removeEnd(producer);
    return std::monostate();
}

// Under the lock, so that nobody can publish between the last look and the removal: it would be lost to a consumer that was
// there. If somebody holds the lock, that may be one who does; then it is looked again later.
Subscription::Step Subscription::leaveAtEnd(const QList<QUuid> &ends)
{
    const Result<AccessRules> rules = m_bus.accessRules();
    const Result<bool> locked = rules ? m_lock.tryLock(*rules) : Result<bool>(rules.failure());
    if (!locked)
        return std::exchange(m_lockProblem, locked.failure().text) == locked.failure().text ? Step() : Step(locked.failure());
    m_lockProblem.clear();
    m_isLockTaken = !*locked;
    if (m_isLockTaken)
        return std::monostate();
    const bool atEnd = !firstUntaken(m_inbox.spool().sequences()) && !othersLive(ends);
    if (atEnd)
        unsubscribe();
    m_lock.unlock();
    return atEnd ? Step(End()) : Step();
}

// A producer that was killed has not ended. The next one to begin, and to end, stands in for it.
void Subscription::noteEnd(const QUuid &producer)
{
    // One that ends without a word stands in for whoever was killed before.
    const quint64 first = m_heard.contains(producer) ? m_heard.take(producer).first : ChunkFormat::maximumSequence;
    m_heard.removeIf([&](const std::pair<const QUuid &, Heard &> &other) {
        if (other.second.last > first)
            return false;
        const auto owner = OwnerFile::read(m_bus.producersDirectory(), other.first.toByteArray(QUuid::WithoutBraces));
        return !owner || !owner->lives();
    });
}

bool Subscription::hasEnded(const QList<QUuid> &ends) const
{
    return m_heard.isEmpty() && !othersLive(ends);
}

// Who lives and has not spoken yet may be about to.
bool Subscription::othersLive(const QList<QUuid> &ends) const
{
    const QByteArrayList names = OwnerFile::namesIn(m_bus.producersDirectory());
    return std::any_of(names.begin(), names.end(), [&](const QByteArray &name) {
        if (ends.contains(QUuid::fromString(name)))
            return false;
        const std::optional<Owner> owner = OwnerFile::read(m_bus.producersDirectory(), name);
        return owner && owner->lives();
    });
}

void Subscription::acknowledgeEnd()
{
    for (const QUuid &producer : m_inbox.content().ends)
        m_inbox.removeEnd(producer);
}

Failure Subscription::gone() const
{
    return {Error::SubscriptionGone,
            SubscriptionText::tr("%1 was removed, and what was in it is lost; subscribe anew").arg(shownPath(m_inbox.path()))};
}

void Subscription::unsubscribe()
{
    m_inbox.remove();
    m_owner.reset(); // last, so that no producer takes it for abandoned
}

Result<bool> Subscription::removeUnowned()
{
    if (const Outcome valid = checkName(); !valid)
        return valid.failure();
    if (!m_inbox.exists())
        return Failure{
            Error::NoSubscription,
            SubscriptionText::tr("%1 has no subscription named %2").arg(shownPath(m_bus.path()), shownPath(m_inbox.name()))};
    const Result<bool> opened = open();
    if (opened && *opened)
        unsubscribe();
    return opened;
}

} // namespace FileBus
