// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/chunksource.h"
#include "chunk/seenchunks.h"
#include "file/consume/heardproducers.h"
#include "file/consume/inboxtenure.h"
#include "file/consume/lossaccount.h"
#include "file/consume/patience.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/buslock.h"
#include "file/disk/entryremoval.h"
#include "file/disk/freshness.h"
#include "file/disk/heldchunks.h"
#include "file/disk/inbox.h"
#include "file/disk/inboxmark.h"

#include <deque>

namespace FileBus
{

/// A lossless consumer's place at a bus: its inbox, which fills from the moment it subscribes and which nobody else empties.
///
/// Chunks are taken in order, and acknowledged in order when they have been dealt with. What was not acknowledged when the
/// process dies is taken again by the next consumer of that name. What cannot be read stays, and nothing overtakes it: it is
/// tried again if that may pass, else, or when that has lasted for GracePeriod::usual, it is a standstill.
class Subscription
{
public:
    /// All was taken, and every producer that was heard, and every other one that lives, has said that it sends no more. A
    /// subscription without a name is over then: whoever publishes from now on finds it gone.

    /// What comes of an entry that was read, or seen to be nothing that can be read, and is no chunk: it counts as lost and is
    /// kept aside (FORMAT.md, "Lossless"); or it is a standstill.
    enum OnDamage { CountLost, StandStill };

    /// @p name: empty for a subscription that ends with its consumer.
    Subscription(const BusFile &bus, const QByteArray &name, OnDamage onDamage = CountLost);
    /// Leaves: the inbox of a consumer without a name is removed.
    ~Subscription();
    Subscription(const Subscription &) = delete;
    Subscription &operator=(const Subscription &) = delete;

    /// Subscribes. False if somebody else holds the lock of the bus now: try again. Never waits.
    Result<bool> open();
    bool isOpen() const { return m_tenure.isHeld(); }
    const BusLock &busLock() const { return m_lock; }

    /// What comes next. A Glance looks for the next number only; it costs next to nothing, but it sees neither a gap nor the end.
    enum Depth { Glance, Search };
    Step next(Depth depth);
    /// Nothing came because somebody holds the lock of the bus, and without it the end cannot be told. No event tells when it is
    /// free.
    bool isLockTaken() const { return m_isLockTaken; }
    /// Nothing came because what waits cannot be read now. No event tells when it can.
    bool isTryingAgain() const { return m_patience.isTryingAgain(); }
    /// Makes room for producers: what was taken and not acknowledged yet counts in no window any more. A successor still gets it.
    Outcome hold();
    /// Removes the oldest chunk that was taken and not acknowledged yet: it will not come again.
    void acknowledge();
    /// Removes what said the end, so that a later consumer of this name does not take it for its own.
    void acknowledgeEnd();

    /// Gives up the subscription, also a durable one.
    void unsubscribe();
    /// The same for a durable one that no living consumer holds. False as for open().
    Result<bool> removeUnowned();

    const Inbox &inbox() const { return m_inbox; }

private:
    Outcome takeInbox(const AccessRules &rules);
    Result<bool> takeUnderLock(const AccessRules &rules);
    Result<bool> takeInboxAgain();
    std::optional<quint64> firstUntaken(const QList<quint64> &sequences) const;
    Result<Step> look(Depth depth);
    Result<Step> search();
    Result<Step> take(quint64 sequence);
    Result<Step> takeChunk(const Chunk &chunk);
    void notePutBack(const Chunk &chunk);
    Result<Step> takeEmpty(quint64 sequence);
    Step takeDamaged(quint64 sequence, const QString &why);
    Step takePending();
    Result<Step> lookForEnd(const QList<QUuid> &ends);
    Result<Step> leaveAtEnd(const QList<QUuid> &ends);
    Result<bool> isAtEnd(const QList<QUuid> &ends) const;
    Failure gone() const;
    void findFreshness();

    Outcome checkName() const;
    void takeMark(const AccessRules &rules, bool isAgain);
    std::optional<InboxMark::Position> newestPosition() const;
    void markDealtWith(const InboxMark::Position &position);

    BusFile m_bus;
    BusLock m_lock;
    QByteArray m_chosenName; ///< empty if none was
    OnDamage m_onDamage;
    Inbox m_inbox;
    InboxTenure m_tenure;
    EntryRemoval m_removal;
    LossAccount m_losses;
    std::optional<InboxMark> m_mark;             ///< of a durable one
    std::optional<InboxMark::Position> m_before; ///< how far the consumer before us had come, until we have taken a chunk
    QUuid m_stream;                              ///< of the chunk that was taken last
    quint64 m_taken = 0;                         ///< number of the chunk that was taken last
    SeenChunks m_seen;
    std::deque<InboxMark::Position> m_unacknowledged; ///< the first of which are held
    HeldChunks m_held;
    std::deque<Step> m_pending; ///< the steps to return next
    HeardProducers m_heard;
    QList<QUuid> m_ends; ///< that said the end
    Patience m_patience;
    Freshness m_freshness = Freshness::AsKnown;
    bool m_isLockTaken = false;
};

} // namespace FileBus
