// SPDX-License-Identifier: Apache-2.0
#include "file/consume/subscription.h"

#include "base/logging.h"
#include "file/disk/accessrules.h"
#include "file/disk/freshness.h"
#include "file/disk/spool.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <unistd.h>

namespace FileBus
{

namespace
{
struct SubscriptionText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Subscription)
};
} // namespace

Subscription::Subscription(const BusFile &bus, const QByteArray &name, InboxReader::OnDamage onDamage)
    : m_bus(bus)
    , m_lock(bus.lockPath())
    , m_chosenName(name)
    , m_inbox(bus.inboxesDirectory(), name.isEmpty() ? Inbox::unnamed() : name)
    , m_tenure(bus, m_inbox)
    , m_removal(bus, m_inbox)
    , m_progress(bus, m_inbox, m_removal)
    , m_reader(bus, m_inbox, m_removal, m_progress, onDamage)
    , m_end(bus, m_inbox)
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
    m_inbox.setFreshness(freshnessIn(m_bus.directory()));
}

Outcome Subscription::checkName() const
{
    const QString problem = m_chosenName.isEmpty() ? QString() : Inbox::problemWithName(m_chosenName);
    if (problem.isEmpty())
        return done();
    return Failure{Error::InvalidName,
                   SubscriptionText::tr("no subscription can be named '%1': %2").arg(shownPath(m_chosenName), problem)};
}

// Under the lock, so that it is clear from which chunk on it counts.
Result<Subscription::Attempt> Subscription::open()
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

Result<Subscription::Attempt> Subscription::takeUnderLock(const AccessRules &rules)
{
    const BusLock::Attempt lock = m_lock.tryLock(rules);
    if (!lock)
        return lock.failure();
    if (!*lock)
        return LockTaken;
    const Outcome taken = takeInbox(rules);
    return taken ? Result<Attempt>(Done) : taken.failure();
}

Outcome Subscription::takeInbox(const AccessRules &rules)
{
    const bool isAgain = isOpen();
    if (const Outcome taken = m_tenure.take(rules); !taken)
        return taken;
    const Outcome begun = m_progress.begin(rules, isAgain);
    if (!begun)
        m_tenure.release();
    return begun;
}

Result<Subscription::Attempt> Subscription::takeInboxAgain()
{
    if (!m_inbox.exists())
        return gone();
    const Result<AccessRules> rules = m_bus.accessRules();
    if (!rules)
        return rules.failure();
    const Result<Attempt> taken = takeUnderLock(*rules);
    m_isLockTaken = taken && *taken == LockTaken;
    if (taken && *taken == Done)
        qCInfo(logConsumer).noquote() << "took again, as it was replaced:" << shownPath(m_inbox.path());
    return taken;
}

// Whoever restores a backup may have removed what was there before. The inbox of that name comes back then, but not that of a
// consumer without a name, and no bytes may be missing from a stream.
Failure Subscription::gone() const
{
    Failure gone{Error::SubscriptionGone,
                 SubscriptionText::tr("%1 was removed; unless a backup of it is restored, its chunks are lost; subscribe again")
                     .arg(shownPath(m_inbox.path()))};
    gone.isTransient = m_inbox.isDurable() && m_reader.onDamage() == InboxReader::CountLost;
    return gone;
}

Step Subscription::next(Depth depth)
{
    if (m_reader.hasStep())
        return takeStep();
    const Result<Step> step = look(depth);
    if (!step)
        return m_retries.judge(step.failure());
    if (depth == Search || !std::holds_alternative<std::monostate>(*step))
        m_retries.reset();
    return *step;
}

Step Subscription::takeStep()
{
    const Step step = m_reader.takeStep();
    if (const auto *chunk = std::get_if<Chunk>(&step))
        m_end.hear(*chunk);
    return step;
}

Result<Step> Subscription::look(Depth depth)
{
    const quint64 sequence = m_progress.last().sequence + 1;
    const QByteArray following = m_inbox.spool().entryPath(sequence);
    lookUp(following, m_inbox.freshness());
    if (::access(following.constData(), F_OK) == 0 && !m_removal.isLeft(sequence))
        return take(sequence, InboxReader::SameStream);
    return depth == NextOnly ? Step() : search();
}

Result<Step> Subscription::search()
{
    m_isLockTaken = false;
    if (!m_tenure.isIntact()) {
        if (const Result<Attempt> taken = takeInboxAgain(); !taken || *taken == LockTaken)
            return taken ? Result<Step>(Step()) : taken.failure();
    }
    m_removal.tryAgain();
    const Result<Inbox::Content> content = m_inbox.content();
    if (!content)
        return content.failure();
    const std::optional<quint64> first = firstUntaken(content->sequences);
    if (!first && content->ends.isEmpty())
        return Step();
    // What precedes a chunk was there before it, and what the ended have sent before they said so, but reading a directory is no
    // snapshot: once more.
    const Result<QList<quint64>> again = m_inbox.spool().sequences();
    if (!again)
        return again.failure();
    if (const std::optional<quint64> sequence = firstUntaken(*again))
        return take(*sequence, InboxReader::AnyStream);
    if (first) // gone meanwhile
        return Step();
    return lookForEnd(content->ends);
}

std::optional<quint64> Subscription::firstUntaken(const QList<quint64> &sequences) const
{
    const auto untaken = std::find_if(sequences.begin(), sequences.end(), [this](quint64 sequence) {
        return !m_progress.isTaken(sequence) && !m_removal.isLeft(sequence);
    });
    return untaken == sequences.end() ? std::nullopt : std::optional(*untaken);
}

Result<Step> Subscription::take(quint64 sequence, InboxReader::Expected expected)
{
    if (const Outcome read = m_reader.read(sequence, expected); !read)
        return read.failure();
    if (m_reader.hasStep())
        return takeStep();
    return expected == InboxReader::SameStream ? search() : look(Search);
}

Result<Step> Subscription::lookForEnd(const QList<QUuid> &ends)
{
    const auto verdict = m_end.judge(ends);
    if (!verdict)
        return verdict.failure();
    if (*verdict == HeardProducers::SomeMayPublish)
        return Step();
    return m_inbox.isDurable() ? Step(EndOfStream()) : leaveAtEnd(ends);
}

// Under the lock, so that nobody can publish between the last look and the removal: it would be lost to a consumer that was
// there. The process that holds the lock may be about to do so; then it is looked again later.
Result<Step> Subscription::leaveAtEnd(const QList<QUuid> &ends)
{
    const Result<AccessRules> rules = m_bus.accessRules();
    if (!rules)
        return rules.failure();
    const BusLock::Attempt lock = m_lock.tryLock(*rules);
    if (!lock)
        return lock.failure();
    m_isLockTaken = !*lock;
    if (m_isLockTaken)
        return Step();
    const auto verdict = judgeAgain(ends);
    if (!verdict)
        return verdict.failure();
    if (*verdict == HeardProducers::SomeMayPublish)
        return Step();
    unsubscribe();
    return Step(EndOfStream());
}

Result<HeardProducers::Verdict> Subscription::judgeAgain(const QList<QUuid> &ends) const
{
    const Result<QList<quint64>> sequences = m_inbox.spool().sequences();
    if (!sequences)
        return sequences.failure();
    return firstUntaken(*sequences) ? HeardProducers::SomeMayPublish : m_end.judgeAgain(ends);
}

void Subscription::unsubscribe()
{
    m_progress.end(); // FUSE renames a file that is open instead of removing it, and the directory would not be empty
    m_inbox.remove();
    m_tenure.release(); // last, so that no producer takes it for abandoned
}

Result<Subscription::Attempt> Subscription::removeUnowned()
{
    if (const Outcome valid = checkName(); !valid)
        return valid.failure();
    if (!m_inbox.exists())
        return Failure{
            Error::NoSubscription,
            SubscriptionText::tr("%1 has no subscription named %2").arg(shownPath(m_bus.path()), shownPath(m_inbox.name()))};
    const Result<Attempt> opened = open();
    if (opened && *opened == Done)
        unsubscribe();
    return opened;
}

} // namespace FileBus
