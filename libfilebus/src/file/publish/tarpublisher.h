// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/publishsettings.h"
#include "file/disk/busfile.h"
#include "file/disk/freshness.h"
#include "file/disk/numbering.h"
#include "file/disk/staging.h"
#include "file/publish/audience.h"
#include "file/publish/history.h"
#include "file/publish/knownbus.h"
#include "file/publish/obstacle.h"
#include "file/publish/publisher.h"
#include "file/publish/rollforward.h"
#include "file/publish/stagedchunk.h"
#include "file/watch/directoryalarm.h"

#include <filebus/chunk.h>

#include <memory>
#include <optional>

namespace FileBus
{

/// Publishes in the tar format (FORMAT.md, "Publishing"): stage() writes a chunk, commit() gives it its number and puts it into
/// the inboxes and on the bus under the lock. Nothing slow happens while the lock is held.
class TarPublisher : public Publisher
{
public:
    TarPublisher(const QByteArray &path, const ProducerInfo &producer);

    /// If lossless, a chunk waits for room in every inbox, and the first one for consumers. An inbox is full if it holds as many
    /// chunks as the window says; if not lossless, it misses the chunk. To change between the two, make another publisher.
    void configure(const PublishSettings &settings) override;

    Outcome open() override;

    bool hasStaged() const override { return m_staged.exists(); }
    Outcome stage(const QByteArray &payload) override;

    /// Publishes the staged chunk. After a failure nothing is staged any more and the bus is as it was, with one exception: if
    /// only some consumers have the chunk, it stays staged, and the next commit, or the next producer, completes it.
    Result<Obstacle> commit() override;
    void discard() override { m_staged.discard(); }

    /// Drops the oldest of the history for a chunk for which the disk had no room.
    Result<Obstacle> makeRoom() override;

    /// Announces it in the inboxes. A producer that has published nothing waits for its consumers as for a first chunk.
    Result<Obstacle> end() override;

    quint64 lastSequence() const override { return m_lastSequence; }
    void setAlarm(DirectoryAlarm &alarm, const Obstacle &obstacle) const override;
    QByteArrayList notTaken() override;

    QUuid streamId() const override { return m_numbering.streamId(); }

private:
    /// What lies where a chunk was staged, once it is published: the chunk that it replaced.
    struct Leftover {
        bool isThere = false;
        bool takesSpace = false; ///< unless it is removed
        ino_t inode = 0;
    };

    /// What came of a commit under the lock.
    struct Committed {
        Obstacle obstacle = {};
        Leftover leftover = {}; ///< if there is no obstacle
    };

    void findFreshness();
    Outcome announce();
    Result<Committed> lockAndPublish();
    bool isStagingReplaced(const KnownBus::Status &bus) const;
    Result<Committed> publish(const KnownBus::Status &bus);
    Result<Committed> complete(const KnownBus::Status &bus);
    Outcome settleNumber(const KnownBus::Status &bus);
    Result<Committed> deliverAndReplace(const KnownBus::Status &bus);
    void tidyUp(const Leftover &leftover);
    Obstacle leave();

    KnownBus m_known;
    History m_history;
    Audience m_audience;
    Numbering m_numbering;
    RollForward m_rollForward;
    ProducerInfo m_producer;
    std::unique_ptr<Staging> m_staging;
    StagedChunk m_staged;
    bool m_lossless = false;
    quint64 m_lastSequence = 0;
    qint64 m_neededBytes = 1; ///< by what was to be staged last
    bool m_abandonedRemoved = false;
    Freshness m_freshness = Freshness::AsKnown;
};

} // namespace FileBus
