// SPDX-License-Identifier: Apache-2.0
#include "file/consume/subscription.h"

#include "base/logging.h"
#include "file/consume/timeline.h"
#include "file/disk/accessrules.h"
#include "file/disk/chunkfile.h"
#include "file/disk/freshness.h"
#include "file/disk/numbering.h"
#include "file/disk/spool.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace FileBus
{

namespace
{

struct SubscriptionText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Subscription)
};

// Whether what there is was seen, and is no chunk. All else says nothing of it.
bool isVerdict(const Failure &failure)
{
    return failure.error == Error::CorruptChunk || failure.error == Error::ChunkTooLarge
        || failure.error == Error::NotARegularFile;
}

} // namespace

Subscription::Subscription(const BusFile &bus, const QByteArray &name, OnDamage onDamage)
    : m_bus(bus)
    , m_lock(bus.lockPath())
    , m_chosenName(name)
    , m_onDamage(onDamage)
    , m_inbox(bus.inboxesDirectory(), name.isEmpty() ? Inbox::unnamed() : name)
    , m_tenure(bus, m_inbox)
    , m_removal(bus, m_inbox)
    , m_held(m_inbox)
    , m_heard(bus.producersDirectory())
{
    findFreshness();
}

Subscription::~Subscription()
{
    if (isOpen() && !m_inbox.isDurable())
        unsubscribe();
}

void Subscription::findFreshness()
{
    m_freshness = freshnessIn(m_bus.directory());
    m_inbox.setFreshness(m_freshness);
}

// Under the lock, so that it is clear from which chunk on it counts.
Result<bool> Subscription::open()
{
    if (const Outcome valid = checkName(); !valid)
        return valid.failure();
    findFreshness();
    const Result<AccessRules> rules = m_bus.accessRules();
    if (!rules)
        return rules.failure();
    if (const Outcome usable = m_bus.checkReplaceable(); !usable && usable.failure().error == Error::NotARegularFile)
        return usable.failure();
    if (const Outcome made = m_bus.makeInboxesDirectory(*rules); !made)
        return made.failure();
    return takeUnderLock(*rules);
}

// False if the lock of the bus is taken now.
Result<bool> Subscription::takeUnderLock(const AccessRules &rules)
{
    const auto lock = m_lock.tryLock(rules);
    if (!lock)
        return lock.failure();
    if (!*lock)
        return false;
    const Outcome taken = takeInbox(rules);
    return taken ? Result<bool>(true) : taken.failure();
}

// What was held, by a predecessor or by us before a backup was restored, is taken first.
Outcome Subscription::takeInbox(const AccessRules &rules)
{
    const bool isAgain = isOpen();
    if (const Outcome taken = m_tenure.take(rules); !taken)
        return taken;
    if (const Outcome putBack = m_held.putBack(); !putBack) {
        m_tenure.release();
        return putBack;
    }
    if (m_inbox.isDurable())
        takeMark(rules, isAgain);
    return done();
}

// Of the mark of a restored inbox we know better.
void Subscription::takeMark(const AccessRules &rules, bool isAgain)
{
    m_mark.emplace(m_inbox.path());
    const std::optional<InboxMark::Position> found = m_mark->read(m_freshness);
    if (!isAgain)
        m_before = found;
    m_mark->make(rules, found ? found : newestPosition());
}

// False as takeUnderLock().
Result<bool> Subscription::takeInboxAgain()
{
    if (!m_inbox.exists())
        return gone();
    const Result<AccessRules> rules = m_bus.accessRules();
    const Result<bool> taken = rules ? takeUnderLock(*rules) : Result<bool>(rules.failure());
    m_isLockTaken = taken && !*taken;
    if (taken && *taken)
        qCInfo(logConsumer).noquote() << "took again, as it was replaced:" << shownPath(m_inbox.path());
    return taken;
}

// What is published from now on is for this subscription. What waits already, for whatever reason, comes all the same.
std::optional<InboxMark::Position> Subscription::newestPosition() const
{
    const Result<std::optional<struct stat>> bus = m_bus.status(m_freshness);
    const Result<QList<Inbox>> inboxes = Inbox::in(m_bus.inboxesDirectory(), m_freshness);
    if (!bus || !inboxes)
        return std::nullopt;
    QList<Spool> spools;
    for (const Inbox &inbox : *inboxes)
        spools << inbox.spool() << inbox.held();
    Numbering numbering(m_bus);
    if (!numbering.resume(bus->has_value(), Spool(m_bus.historyDirectory(), m_freshness), spools))
        return std::nullopt;
    const quint64 newest = numbering.next() - 1;
    return InboxMark::Position{newest > 0 ? numbering.streamId() : QUuid(), newest};
}

void Subscription::markDealtWith(const InboxMark::Position &position)
{
    if (m_mark && !position.streamId.isNull())
        m_mark->write(position);
}

Outcome Subscription::checkName() const
{
    const QString problem = m_chosenName.isEmpty() ? QString() : Inbox::problemWithName(m_chosenName);
    if (problem.isEmpty())
        return done();
    return Failure{Error::InvalidName,
                   SubscriptionText::tr("no subscription can be named '%1': %2").arg(shownPath(m_chosenName), problem)};
}

Step Subscription::next(Depth depth)
{
    if (!m_pending.empty())
        return takePending();
    const Result<Step> step = look(depth);
    if (!step)
        return m_patience.with(step.failure());
    if (depth == Search || !std::holds_alternative<std::monostate>(*step))
        m_patience.reset();
    return *step;
}

Step Subscription::takePending()
{
    const Step step = m_pending.front();
    m_pending.pop_front();
    return step;
}

Result<Step> Subscription::look(Depth depth)
{
    const QByteArray following = m_inbox.spool().entryPath(m_taken + 1);
    lookUp(following, m_freshness);
    if (::access(following.constData(), F_OK) == 0 && !m_removal.isLeft(m_taken + 1))
        return take(m_taken + 1);
    return depth == Glance ? Step() : search();
}

Result<Step> Subscription::search()
{
    m_isLockTaken = false;
    if (const Result<bool> intact = m_tenure.isIntact() ? Result<bool>(true) : takeInboxAgain(); !intact || !*intact)
        return intact ? Result<Step>(Step()) : intact.failure();
    m_removal.tryAgain();
    const Result<Inbox::Content> content = m_inbox.content();
    if (!content)
        return content.failure();
    if (const std::optional<quint64> sequence = firstUntaken(content->sequences))
        return take(*sequence);
    if (content->ends.isEmpty())
        return Step();
    // What the ended have sent was there before they said so, but reading a directory is no snapshot: once more.
    const Result<QList<quint64>> again = m_inbox.spool().sequences();
    if (!again)
        return again.failure();
    if (const std::optional<quint64> sequence = firstUntaken(*again))
        return take(*sequence);
    return lookForEnd(content->ends);
}

std::optional<quint64> Subscription::firstUntaken(const QList<quint64> &sequences) const
{
    for (const quint64 sequence : sequences) {
        const bool isTaken = std::any_of(m_unacknowledged.begin() + m_held.count(), m_unacknowledged.end(),
                                         [sequence](const InboxMark::Position &taken) { return taken.sequence == sequence; });
        if (!isTaken && !m_removal.isLeft(sequence))
            return sequence;
    }
    return std::nullopt;
}

Result<Step> Subscription::take(quint64 sequence)
{
    const QByteArray path = m_inbox.spool().entryPath(sequence);
    const Result<std::optional<Chunk>> read = readChunkFile(path, m_freshness);
    if (!read)
        return isVerdict(read.failure()) ? takeDamaged(sequence, read.failure().text) : Result<Step>(read.failure());
    if (!*read)
        return takeEmpty(sequence);
    if ((*read)->sequence() == sequence)
        return takeChunk(**read);
    return takeDamaged(sequence, SubscriptionText::tr("it holds the chunk %1").arg((*read)->sequence()));
}

Result<Step> Subscription::takeChunk(const Chunk &chunk)
{
    const quint64 sequence = chunk.sequence();
    // What lies between the two was in the inbox, or could not be put there.
    if (const auto before = std::exchange(m_before, std::nullopt);
        before && (before->streamId == chunk.streamId() || before->streamId.isNull()) && before->sequence < sequence)
        m_losses.restartAfter(chunk.streamId(), before->sequence);
    m_stream = chunk.streamId();
    const LossAccount::Entry entry = m_losses.noteChunk(chunk.streamId(), sequence);
    m_taken = sequence;
    const bool isRepeated = !entry.isNew && m_seen.compare(chunk) == SeenChunks::Same;
    if (isRepeated) { // put in once more, by a producer that completed what another had begun
        m_removal.remove(sequence);
        return look(Search);
    }
    if (!entry.isNew)
        notePutBack(chunk);
    m_seen.note(chunk);
    m_unacknowledged.push_back({m_stream, sequence});
    m_heard.hear(chunk);
    if (entry.isNew && entry.missing.isEmpty())
        return Step(chunk);
    m_pending.insert(m_pending.end(), entry.missing.begin(), entry.missing.end());
    m_pending.push_back(chunk);
    return takePending();
}

// Its number was seen, or a later one, but not this chunk: it is of a bus that was put back.
void Subscription::notePutBack(const Chunk &chunk)
{
    const quint64 known = m_losses.newest(chunk.streamId());
    m_losses.restartAfter(chunk.streamId(), chunk.sequence());
    m_pending.push_back(Timeline::putBackFailure(m_bus.path(), known, chunk.sequence()));
}

// A file that is empty, or none any more: then what follows tells what is missing.
Result<Step> Subscription::takeEmpty(quint64 sequence)
{
    const QByteArray path = m_inbox.spool().entryPath(sequence);
    struct stat status;
    if (::lstat(path.constData(), &status) == 0 && status.st_size == 0)
        return takeDamaged(sequence, SubscriptionText::tr("it is empty"));
    Failure vanished = Failure::fromErrno(ENOENT, SubscriptionText::tr("read"), path);
    vanished.isTransient = true;
    return vanished;
}

// It would be in the way for ever.
Step Subscription::takeDamaged(quint64 sequence, const QString &why)
{
    const QString path = shownPath(m_inbox.spool().entryPath(sequence));
    if (m_onDamage == StandStill)
        return Standstill{
            {Error::CorruptChunk,
             SubscriptionText::tr("%1 is no chunk: %2; nothing behind it is read before it is removed").arg(path, why)}};
    m_taken = sequence;
    if (m_unacknowledged.empty())
        markDealtWith({m_stream, sequence});
    m_pending.push_back(m_losses.noteDamaged(sequence));
    return Failure{Error::CorruptChunk,
                   SubscriptionText::tr("%1 is no chunk: %2; it counts as lost, and is kept in %3")
                       .arg(path, why, shownPath(m_removal.setAside(sequence)))};
}

Outcome Subscription::hold()
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
void Subscription::acknowledge()
{
    if (m_unacknowledged.empty())
        return;
    const InboxMark::Position dealtWith = m_unacknowledged.front();
    m_unacknowledged.pop_front();
    markDealtWith(m_unacknowledged.empty() ? InboxMark::Position{m_stream, m_taken} : dealtWith);
    if (!m_held.release(dealtWith.sequence))
        m_removal.remove(dealtWith.sequence);
}

Result<Step> Subscription::lookForEnd(const QList<QUuid> &ends)
{
    m_heard.noteEnds(ends);
    const Result<bool> ended = m_heard.haveEnded(ends);
    if (!ended)
        return ended.failure();
    if (*ended && !m_inbox.isDurable())
        return leaveAtEnd(ends);
    m_ends = ends;
    if (*ended)
        return Step(EndOfStream());
    for (const QUuid &producer : ends.sliced(1)) // one is enough to know of, for a consumer that takes over
        m_inbox.removeEnd(producer);
    return Step();
}

// Under the lock, so that nobody can publish between the last look and the removal: it would be lost to a consumer that was
// there. If somebody holds the lock, that may be one who does; then it is looked again later.
Result<Step> Subscription::leaveAtEnd(const QList<QUuid> &ends)
{
    const Result<AccessRules> rules = m_bus.accessRules();
    if (!rules)
        return rules.failure();
    const auto lock = m_lock.tryLock(*rules);
    if (!lock)
        return lock.failure();
    m_isLockTaken = !*lock;
    if (m_isLockTaken)
        return Step();
    const Result<bool> atEnd = isAtEnd(ends);
    if (atEnd && *atEnd)
        unsubscribe();
    if (!atEnd)
        return atEnd.failure();
    return *atEnd ? Step(EndOfStream()) : Step();
}

Result<bool> Subscription::isAtEnd(const QList<QUuid> &ends) const
{
    const Result<QList<quint64>> sequences = m_inbox.spool().sequences();
    if (!sequences)
        return sequences.failure();
    return firstUntaken(*sequences) ? Result<bool>(false) : m_heard.haveEnded(ends);
}

// Only those that were seen: what ends after them speaks to the next consumer.
void Subscription::acknowledgeEnd()
{
    for (const QUuid &producer : std::as_const(m_ends))
        m_inbox.removeEnd(producer);
}

// Whoever restores a backup may have removed what was there before. The inbox of that name comes back then, but not that of a
// consumer without a name, and no bytes may be missing from a stream.
Failure Subscription::gone() const
{
    Failure gone{Error::SubscriptionGone,
                 SubscriptionText::tr("%1 was removed; unless a backup of it is restored, what was in it is lost; subscribe anew")
                     .arg(shownPath(m_inbox.path()))};
    gone.isTransient = m_inbox.isDurable() && m_onDamage == CountLost;
    return gone;
}

void Subscription::unsubscribe()
{
    m_mark.reset(); // FUSE renames a file that is open instead of removing it, and the directory would not be empty
    m_inbox.remove();
    m_tenure.release(); // last, so that no producer takes it for abandoned
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
