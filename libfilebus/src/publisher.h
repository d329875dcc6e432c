// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busfile.h"
#include "buslock.h"
#include "numbering.h"
#include "spool.h"
#include "staging.h"
#include "subscribers.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Publishes one chunk at a time, in two steps (FORMAT.md, "Publishing"): stage() writes it, commit() gives it its number and
/// puts it into the inboxes and on the bus under the lock. Nothing slow happens while the lock is held. Never waits.
class Publisher
{
public:
    /// What came of a commit: the chunk is published, or another process holds the lock now, or, if that matters, too few
    /// consumers are subscribed or one has no room.
    enum Commit { Published, Locked, TooFewConsumers, NoRoom };

    Publisher(const QByteArray &path, const ProducerInfo &producer);

    void setHistoryBounds(const SpoolBounds &bounds) { m_historyBounds = bounds; }
    /// Whether a chunk waits for room in every inbox, and the first one for that many consumers. An inbox that holds @p window
    /// chunks is full; it misses what does not wait.
    void setLossless(bool lossless, quint64 awaitedConsumers);
    void setWindow(quint64 window) { m_window = window; }

    /// Checks that the bus can be published on and makes what it needs beside it.
    Outcome open();

    bool hasStaged() const { return m_staged.has_value(); }
    Outcome stage(const QByteArray &payload);

    /// Publishes the staged chunk. After a failure nothing is staged any more and the bus is as it was, with one exception: if
    /// only some consumers have it, it stays staged, and the next commit, or the next producer, completes it.
    Result<Commit> commit();
    /// Forgets the staged chunk.
    void discard();

    /// Says in the inboxes that this producer sends no more. TooFewConsumers as for a first chunk, Locked if another process
    /// holds the lock now.
    Result<Commit> end();

    /// Number of the chunk that was published last; 0 before the first.
    quint64 lastSequence() const { return m_lastSequence; }
    /// The inboxes in which room is awaited; none if it is consumers.
    const QByteArrayList &full() const { return m_subscribers.full(); }
    /// The inboxes of living consumers that still hold the chunk that was published last.
    QByteArrayList notTaken();

    QUuid streamId() const { return m_numbering.streamId(); }
    const BusFile &bus() const { return m_bus; }
    const BusLock &lock() const { return m_lock; }

private:
    struct Staged {
        StagedFile file;
        Chunk chunk;
    };

    Result<StagedFile> takeStagingFile();
    Result<Commit> publishStaged();
    Result<Commit> completeStaged(bool busExists);
    Result<Commit> deliverAndReplace();
    Outcome complete(quint64 sequence);
    Commit whatIsMissing();
    Outcome deliver();
    Commit leave();
    Outcome settleNumber(const std::optional<struct stat> &bus);
    Outcome resumeNumbering(bool busExists);
    Outcome writeNumber();
    Outcome adoptMode(const std::optional<struct stat> &bus);
    Outcome linkIntoHistory();
    bool historyIsNeeded() const;
    Outcome goOnAfterTaken();
    Outcome goWithoutHistory(const Failure &why);

    BusFile m_bus;
    BusLock m_lock;
    Spool m_history;
    Subscribers m_subscribers;
    Numbering m_numbering;
    ProducerInfo m_producer;
    std::optional<AccessRules> m_rules;
    std::unique_ptr<Staging> m_staging;
    std::optional<Staged> m_staged;
    std::optional<StagedFile> m_published; ///< pinned: if the bus still is this file, nobody has published since
    std::optional<mode_t> m_busMode;       ///< of the chunk that was on the bus when we last looked
    QList<ino_t> m_leftInodes;             ///< that our last chunk replaced, on the bus and in the history
    SpoolBounds m_historyBounds;
    bool m_lossless = false;
    quint64 m_awaitedConsumers = 0; ///< before the first chunk
    quint64 m_window = 64;
    quint64 m_lastSequence = 0;
    bool m_partlyDelivered = false; ///< the staged chunk: some consumers have it
    bool m_historyWorks = true;
    bool m_historyMade = false; ///< anew, for the chunk that is being published
    bool m_abandonedRemoved = false;
};

} // namespace FileBus
