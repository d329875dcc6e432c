// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busfile.h"
#include "buslock.h"
#include "chunksource.h"
#include "inbox.h"
#include "sequencetracker.h"

#include <QtCore/QHash>
#include <QtCore/QSet>

#include <deque>

namespace FileBus
{

/// A lossless consumer's place at a bus: its inbox, which fills from the moment it subscribes and which nobody else empties.
///
/// Chunks are taken in order, and acknowledged in order when they have been dealt with. What was not acknowledged when the
/// process dies is taken again by the next consumer of that name.
class Subscription
{
public:
    /// All was taken, and every producer that was heard, and every other one that lives, has said that it sends no more. A
    /// subscription without a name is over then: whoever publishes from now on finds it gone.
    using End = ChunkSource::End;
    using Step = ChunkSource::Step;

    /// @p name: empty for a subscription that ends with its consumer.
    Subscription(const BusFile &bus, const QByteArray &name);
    /// Leaves: the inbox of a consumer without a name is removed.
    ~Subscription();
    Subscription(const Subscription &) = delete;
    Subscription &operator=(const Subscription &) = delete;

    /// Subscribes. False if somebody else holds the lock of the bus now: try again. Never waits.
    Result<bool> open();
    bool isOpen() const { return m_owner.has_value(); }
    const BusLock &busLock() const { return m_lock; }

    /// What comes next. A Glance looks for the next number only; it costs next to nothing, but it sees neither a gap nor the end.
    enum Depth { Glance, Search };
    Step next(Depth depth);
    /// Nothing came because somebody holds the lock of the bus, and without it the end cannot be told. No event tells when it is
    /// free.
    bool isLockTaken() const { return m_isLockTaken; }
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
    /// Which chunks of a producer were heard.
    struct Heard {
        quint64 first;
        quint64 last;
    };

    Result<bool> takeOver();
    Outcome checkUnowned() const;
    Outcome makeInbox(const AccessRules &rules) const;
    std::optional<quint64> firstUntaken(const QList<quint64> &sequences) const;
    Step search();
    Step take(quint64 sequence);
    Step dropBroken(quint64 sequence, const Failure &why);
    void drop(quint64 sequence);
    bool remove(quint64 sequence) const;
    Step lookForEnd(const QList<QUuid> &ends);
    Step leaveAtEnd(const QList<QUuid> &ends);
    Failure gone() const;
    void hear(const Chunk &chunk);
    void noteEnd(const QUuid &producer);
    bool hasEnded(const QList<QUuid> &ends) const;
    bool othersLive(const QList<QUuid> &ends) const;

    Outcome checkName() const;

    BusFile m_bus;
    BusLock m_lock;
    QByteArray m_chosenName; ///< empty if none was
    Inbox m_inbox;
    std::optional<OwnerFile> m_owner;
    SequenceTracker m_tracker;
    quint64 m_taken = 0; ///< number of the chunk that was taken last
    std::deque<quint64> m_unacknowledged;
    QSet<quint64> m_immovable;        ///< dealt with, and still there
    std::optional<Chunk> m_afterLoss; ///< the chunk to deliver next
    QHash<QUuid, Heard> m_heard;      ///< and not ended
    bool m_isLockTaken = false;
    QString m_lockProblem; ///< that was told
};

} // namespace FileBus
