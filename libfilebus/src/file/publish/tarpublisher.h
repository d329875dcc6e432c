// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/busfile.h"
#include "file/disk/busrights.h"
#include "file/disk/freshness.h"
#include "file/disk/numbering.h"
#include "file/disk/spool.h"
#include "file/disk/staging.h"
#include "file/publish/obstacle.h"
#include "file/publish/publisher.h"
#include "file/publish/readership.h"
#include "file/publish/subscribers.h"
#include "file/watch/directoryalarm.h"
#include "format/chunkframe.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Publishes in the tar format (FORMAT.md, "Publishing"): stage() writes a chunk, commit() gives it its number and puts it into
/// the inboxes and on the bus under the lock. Nothing slow happens while the lock is held.
class TarPublisher : public Publisher
{
public:
    TarPublisher(const QByteArray &path, const ProducerInfo &producer);

    /// If lossless, a chunk waits for room in every inbox, and the first one for consumers. An inbox that holds as many chunks as
    /// the window says is full; it misses what does not wait. To be made anew to change between the two.
    void configure(const PublishSettings &settings) override;

    Outcome open() override;

    bool hasStaged() const override { return m_staged.has_value(); }
    Outcome stage(const QByteArray &payload) override;

    /// Publishes the staged chunk. After a failure nothing is staged any more and the bus is as it was, with one exception: if
    /// only some consumers have it, it stays staged, and the next commit, or the next producer, completes it.
    Result<Obstacle> commit() override;
    void discard() override;

    /// Drops the oldest of the history for a chunk for which the disk had no room.
    Result<Obstacle> makeRoom() override;

    /// Announces it in the inboxes. A producer that has published nothing waits for its consumers as for a first chunk.
    Result<Obstacle> end() override;

    quint64 lastSequence() const override { return m_lastSequence; }
    void setAlarm(DirectoryAlarm &alarm, const Obstacle &obstacle) const override;
    QByteArrayList notTaken() override;

    QUuid streamId() const override { return m_numbering.streamId(); }

private:
    struct Staged {
        StagedFile file;
        Chunk chunk;
    };

    void findFreshness();
    void restoreBus();
    Result<StagedFile> takeStagingFile();
    Result<Obstacle> publishUnderLock();
    Result<Obstacle> publishStaged();
    Result<Obstacle> completeStaged(bool busExists);
    Result<Obstacle> deliverAndReplace();
    Outcome completeUnshown();
    Outcome complete(quint64 sequence);
    void clearUp(const QByteArray &staged);
    Result<Obstacle> whatIsMissing();
    Outcome deliver();
    Outcome sayEnd();
    Obstacle leave();
    Outcome settleNumber(const std::optional<struct stat> &bus);
    Outcome resumeNumbering(bool busExists);
    void beginStream();
    Outcome writeNumber();
    Outcome lookAtRights(const std::optional<struct stat> &bus);
    Outcome followRights(const std::optional<struct stat> &bus);
    Outcome letSubscribersRead();
    bool isPublishedByUs(const std::optional<struct stat> &bus) const;
    Outcome linkIntoHistory();
    bool historyIsNeeded() const;
    void removeAbandoned();
    Outcome goOnAfterTaken();
    bool isOvertakenBy(const QByteArray &path) const;
    Failure overtaken() const;
    Outcome goWithoutHistory(const Failure &why);

    BusRights m_rights;
    Spool m_history;
    Subscribers m_subscribers;
    Readership m_readership;
    QByteArrayList m_full;       ///< inboxes without room for the staged chunk
    QByteArrayList m_unreadable; ///< inboxes of those that cannot read it
    Numbering m_numbering;
    ProducerInfo m_producer;
    ChunkFrame m_frame; ///< of the staged chunk
    std::unique_ptr<Staging> m_staging;
    std::optional<Staged> m_staged;
    std::optional<StagedFile> m_published; ///< pinned: if the bus still is this file, nobody has published since
    SpoolBounds m_historyBounds;
    bool m_lossless = false;
    quint64 m_awaitedConsumers = 0; ///< before the first chunk
    quint64 m_window = 64;
    quint64 m_lastSequence = 0;
    qint64 m_neededBytes = 1;       ///< by what was to be staged last
    bool m_partlyDelivered = false; ///< the staged chunk: some consumers have it
    bool m_leavesFile = true;       ///< where the chunk was staged: the one that was on the bus before
    ino_t m_replacedInode = 0;      ///< of that one
    bool m_leftTakesSpace = false;  ///< were that name to stay
    bool m_historyWorks = true;
    bool m_historyMade = false; ///< anew, for the chunk that is being published
    bool m_abandonedRemoved = false;
    Freshness m_freshness = Freshness::AsKnown;
};

} // namespace FileBus
