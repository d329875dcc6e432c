// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/chunkcopy.h"
#include "file/disk/freshness.h"
#include "file/disk/inbox.h"
#include "file/disk/spool.h"

#include <QtCore/QDeadlineTimer>

#include <deque>
#include <vector>

namespace FileBus
{

/// The lossless consumers of a bus, as a producer sees them: who is subscribed, and whose inbox has room; puts chunks into the
/// inboxes. To be used under the lock of the bus, which consumers hold while they subscribe.
class Subscribers
{
public:
    explicit Subscribers(const QByteArray &inboxes);

    void setFreshness(Freshness freshness) { m_freshness = freshness; }

    /// The temporary file for the copy of a chunk, which is needed if the file of another user must not be linked.
    void setScratchPath(const QByteArray &path) { m_copy = ChunkCopy(path); }

    /// Finds out who has come or gone. Costs one system call if nobody has.
    Outcome refresh();

    bool isEmpty() const { return m_inboxes.empty(); }
    /// How many consumers there are, including durable ones that are not running.
    qsizetype count() const;

    /// The inboxes without room for the chunk @p sequence: those that hold @p window chunks or more, or chunks of another stream.
    /// Fails if that cannot be found out now.
    Result<QByteArrayList> withoutRoomFor(quint64 sequence, quint64 window);

    /// What came of a delivery.
    struct Delivery {
        qsizetype inboxes = 0; ///< how many have the chunk
        Outcome outcome = done();
    };

    /// Links @p file into all inboxes except those that are @p leftOut. A file of another user that cannot be linked is copied.
    Delivery deliver(quint64 sequence, const QByteArray &file, const QByteArrayList &leftOut = {});

    /// Removes the inboxes of unnamed consumers that are gone. True if there was one. Looks at most twice a second.
    bool dropDead();
    /// The same, and what unnamed consumers left that were killed before they had an inbox.
    void removeAbandoned();

    /// Announces in all inboxes that the producer sends no more.
    Outcome sayEnd(const QUuid &producer, const AccessRules &rules);

    /// Calls @p function with each inbox and its reader.
    template<typename Function>
    void forEachReader(const Function &function) const
    {
        for (const Subscriber &subscriber : m_inboxes) {
            if (subscriber.reader)
                function(subscriber.inbox, *subscriber.reader);
        }
    }

    /// The directories in which the chunk @p sequence still waits for living consumers.
    QByteArrayList notTakenBy(quint64 sequence) const;

    /// The spools of all chunks that wait for consumers, or that consumers hold.
    QList<Spool> spools() const;

private:
    enum Room { Free, Full };

    struct Subscriber {
        Inbox inbox;
        std::deque<quint64> waiting;  ///< ascending; some may have been taken
        std::optional<quint64> noted; ///< the chunks up to this one are in waiting
        std::optional<Inbox::Reader> reader = {};

        Outcome readWaiting(quint64 newest);
        Outcome note(quint64 newest);
        void forgetTaken(quint64 window);
        Result<Room> roomFor(quint64 sequence, quint64 window);
    };

    /// When the directory of the inboxes was read, and as what.
    struct Listing {
        dev_t device = 0;
        ino_t inode = 0;
        qint64 modified = -1; ///< nanoseconds; negative if it may have changed since without a new time
        friend bool operator==(const Listing &, const Listing &) = default;
    };

    Result<std::optional<Listing>> currentListing() const;
    Outcome put(const QByteArray &file, const Inbox &inbox, quint64 sequence) const;
    Outcome readInboxes();
    bool drop(const Inbox &inbox);

    QByteArray m_directory;
    Freshness m_freshness = Freshness::AsKnown;
    ChunkCopy m_copy;
    Listing m_listing;
    std::vector<Subscriber> m_inboxes;
    QDeadlineTimer m_nextJudgement;
};

} // namespace FileBus
