// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/buslock.h"
#include "file/disk/spool.h"
#include "file/watch/directoryalarm.h"

#include <filebus/format.h>

#include <QtCore/QUuid>

namespace FileBus
{

/// What a producer asks of its publishes; Producer has a setter for each.
struct PublishSettings {
    std::chrono::milliseconds lockTimeout = std::chrono::seconds(10);
    Format format = Format::Tar;
    SpoolBounds history;
    bool lossless = false;
    quint64 awaitedConsumers = 1;
    quint64 window = 64;
};

/// Publishes one chunk at a time, in two steps, in one of the formats. Never waits.
class ChunkPublisher
{
public:
    /// What came of a commit: the chunk is published, or another process holds the lock now, or the bus cannot be replaced now,
    /// as another program uses it, or, if that matters, too few consumers are subscribed or one has no room.
    enum Commit { Published, Locked, InUse, TooFewConsumers, NoRoom };

    explicit ChunkPublisher(const QByteArray &path);
    virtual ~ChunkPublisher() = default;

    virtual void configure(const PublishSettings &settings) = 0;

    /// Checks that the bus can be published on and makes what it needs beside it.
    virtual Outcome open() = 0;

    virtual bool hasStaged() const = 0;
    virtual Outcome stage(const QByteArray &payload) = 0;
    virtual Result<Commit> commit() = 0;
    /// Forgets the staged chunk.
    virtual void discard() = 0;

    /// Makes room on a full disk by removing what the bus can do without: Published if it is worth to try again, Locked. Fails if
    /// there is nothing.
    virtual Result<Commit> makeRoom();

    /// Says that this producer sends no more.
    virtual Result<Commit> end() = 0;

    /// Number of the chunk that was published last; 0 before the first, and in a format without numbers.
    virtual quint64 lastSequence() const { return 0; }
    virtual QUuid streamId() const { return {}; }

    /// What has no room; nothing if consumers are awaited.
    virtual QByteArrayList full() const = 0;
    /// Has it ring when what @p missing names may have changed.
    virtual void askForRoom(DirectoryAlarm &alarm, Commit missing) const = 0;
    /// The inboxes of living consumers that still hold the chunk that was published last.
    virtual QByteArrayList notTaken() { return {}; }

    const BusLock &lock() const { return m_lock; }
    const BusFile &bus() const { return m_bus; }

    /// Keeps the bus from being taken for old by what cleans directories as /tmp, while nobody publishes. Now and then.
    void refresh() const;

protected:
    /// Refuses what no producer can publish on, and finds out the rights of what it makes beside the bus. Makes nothing.
    Outcome checkBus();

    BusFile m_bus;
    BusLock m_lock;
    std::optional<AccessRules> m_rules; ///< from checkBus() on
};

} // namespace FileBus
