// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "inbox.h"

#include <QtCore/QDeadlineTimer>

#include <deque>
#include <vector>

namespace FileBus
{

/// The lossless consumers of a bus, as a producer sees them: who is subscribed, whose inbox has room, and what gets into it.
/// To be used under the lock of the bus, which consumers hold when they subscribe.
class Subscribers
{
public:
    explicit Subscribers(const QByteArray &inboxes);

    /// Looks who has come or gone. Costs one system call if nobody has.
    Outcome refresh();

    bool isEmpty() const { return m_inboxes.empty(); }
    /// How many consumers there are, those included that are stopped and durable.
    qsizetype count() const;

    /// Whether every inbox has room for the chunk @p sequence, as it holds less than @p window chunks.
    bool haveRoomFor(quint64 sequence, quint64 window);
    /// The inboxes that had none.
    const QByteArrayList &full() const { return m_full; }

    /// What came of a delivery.
    struct Delivery {
        qsizetype inboxes = 0; ///< how many have the chunk
        Outcome outcome = done();
    };
    /// Links @p file into all inboxes, or only into those that are not full().
    enum Whom { All, NotFull };
    Delivery deliver(quint64 sequence, const QByteArray &file, Whom whom);

    /// Removes the inboxes of consumers that are gone and have no name; true if there was one. Looks at most twice a second.
    bool dropDead();

    /// Says in all inboxes that the producer sends no more.
    Outcome sayEnd(const QUuid &producer, const AccessRules &rules);

    /// The inboxes of living consumers that still hold the chunk @p sequence.
    QByteArrayList notTakenBy(quint64 sequence) const;

    QList<Spool> spools() const;

private:
    struct Subscriber {
        Inbox inbox;
        std::deque<quint64> waiting;  ///< ascending; some may have been taken
        std::optional<quint64> noted; ///< up to here what waits is noted

        void readWaiting(quint64 newest);
        void note(quint64 newest);
        void forgetTaken(quint64 window);
        bool hasRoomFor(quint64 sequence, quint64 window);
    };

    /// When the directory of the inboxes was read, and as what.
    struct Listing {
        dev_t device = 0;
        ino_t inode = 0;
        qint64 modified = -1; ///< nanoseconds; negative if it may have changed since without a new time
        friend bool operator==(const Listing &, const Listing &) = default;
    };

    Result<std::optional<Listing>> currentListing() const;
    void readInboxes();
    bool drop(const Inbox &inbox);

    QByteArray m_directory;
    Listing m_listing;
    std::vector<Subscriber> m_inboxes;
    QByteArrayList m_full;
    QDeadlineTimer m_nextJudgement;
};

} // namespace FileBus
