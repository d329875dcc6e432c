// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/step.h"
#include "file/consume/endwatch.h"
#include "file/consume/heardproducers.h"
#include "file/consume/inboxprogress.h"
#include "file/consume/inboxreader.h"
#include "file/consume/inboxtenure.h"
#include "file/consume/retrypolicy.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/buslock.h"
#include "file/disk/entryremoval.h"
#include "file/disk/inbox.h"

#include <optional>

namespace FileBus
{

/// A lossless consumer's place at a bus: its inbox, which fills from the moment it subscribes and which nobody else empties.
///
/// Chunks are taken in order, and acknowledged in order when they have been dealt with. What was not acknowledged when the
/// process dies is taken again by the next consumer of that name. What cannot be read stays, and nothing overtakes it. If that
/// may pass, it is tried again for GracePeriod::usual; then, or if it cannot pass, it is a standstill.
class Subscription
{
public:
    /// @p name: of a named subscription; empty for one that ends with its consumer.
    Subscription(const BusFile &bus, const QByteArray &name, InboxReader::OnDamage onDamage = InboxReader::CountLost);
    /// Leaves: the inbox of a consumer without a name is removed.
    ~Subscription();
    Subscription(const Subscription &) = delete;
    Subscription &operator=(const Subscription &) = delete;

    /// What came of something that needs the lock of the bus.
    enum Attempt {
        Done,
        LockTaken, ///< another process holds the lock; nothing has changed, and no event tells when it is free
    };

    /// Subscribes. Never waits.
    Result<Attempt> open();
    bool isOpen() const { return m_tenure.isHeld(); }
    const BusLock &busLock() const { return m_lock; }

    /// What comes next; the end once everything was taken, and every producer that was heard, and every other one that lives, has
    /// announced that it sends no more. At the end, a subscription without a name is over. NextOnly looks for the next number
    /// only: it costs next to nothing, but it sees neither a gap nor the end.
    enum Depth { NextOnly, Search };
    Step next(Depth depth);
    /// Whether nothing came because the end cannot be determined without the lock of the bus, which another process holds.
    bool isLockTaken() const { return m_isLockTaken; }
    /// Whether nothing came because what waits cannot be read now. No event tells when it can.
    bool isTryingAgain() const { return m_retries.isTryingAgain(); }

    /// Makes room for producers: what was taken and not acknowledged no longer counts in any window. A successor still gets it.
    Outcome hold() { return m_progress.hold(); }
    /// Removes the oldest chunk that was taken and not acknowledged: it does not come again.
    void acknowledge() { m_progress.acknowledge(); }
    /// Removes the announcements that made the end, so that a later consumer of this name does not take them for its own.
    void acknowledgeEnd() { m_end.acknowledge(); }

    /// Gives up the subscription, also a named one.
    void unsubscribe();
    /// The same for a named one that no living consumer holds.
    Result<Attempt> removeUnowned();

    const Inbox &inbox() const { return m_inbox; }

private:
    Outcome checkName() const;
    void findFreshness();
    Result<Attempt> takeUnderLock(const AccessRules &rules);
    Outcome takeInbox(const AccessRules &rules);
    Result<Attempt> takeInboxAgain();
    Failure gone() const;

    Step takeStep();
    Result<Step> look(Depth depth);
    Result<Step> search();
    std::optional<quint64> firstUntaken(const QList<quint64> &sequences) const;
    Result<Step> take(quint64 sequence, InboxReader::Expected expected);
    Result<Step> lookForEnd(const QList<QUuid> &ends);
    Result<Step> leaveAtEnd(const QList<QUuid> &ends);
    Result<HeardProducers::Verdict> judgeAgain(const QList<QUuid> &ends) const;

    BusFile m_bus;
    BusLock m_lock;
    QByteArray m_chosenName; ///< empty if none was
    Inbox m_inbox;
    InboxTenure m_tenure;
    EntryRemoval m_removal;
    InboxProgress m_progress;
    InboxReader m_reader;
    EndWatch m_end;
    RetryPolicy m_retries;
    bool m_isLockTaken = false;
};

} // namespace FileBus
