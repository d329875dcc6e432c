// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/publishsettings.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/buslock.h"
#include "file/publish/obstacle.h"
#include "file/watch/directoryalarm.h"

#include <QtCore/QUuid>

namespace FileBus
{

/// Publishes one chunk at a time, in two steps, in one of the formats. Never waits.
class Publisher
{
public:
    explicit Publisher(const QByteArray &path);
    virtual ~Publisher() = default;

    virtual void configure(const PublishSettings &settings) = 0;

    /// Checks that the bus can be published on and makes what it needs beside it.
    virtual Outcome open() = 0;

    virtual bool hasStaged() const = 0;
    virtual Outcome stage(const QByteArray &payload) = 0;
    /// Publishes the staged chunk, unless something is in the way.
    virtual Result<Obstacle> commit() = 0;
    /// Forgets the staged chunk.
    virtual void discard() = 0;

    /// Makes room on a full disk by removing what the bus can do without. Fails if there is nothing to remove.
    virtual Result<Obstacle> makeRoom();

    /// Announces that this producer sends no more.
    virtual Result<Obstacle> end() = 0;

    /// Number of the chunk that was published last; 0 before the first, and in a format without numbers.
    virtual quint64 lastSequence() const { return 0; }
    virtual QUuid streamId() const { return {}; }

    /// Sets the alarm to ring when consumers may have removed that obstacle.
    virtual void setAlarm(DirectoryAlarm &alarm, const Obstacle &obstacle) const = 0;
    /// The inboxes of living consumers that still hold the chunk that was published last.
    virtual QByteArrayList notTaken() { return {}; }

    const BusLock &lock() const { return m_lock; }
    const BusFile &bus() const { return m_bus; }

    /// Keeps programs that remove old files, from directories such as /tmp, from removing an idle bus. To be called now and then.
    void refresh() const;

protected:
    /// Refuses a bus on which no producer can publish, and finds out the rights of the files to make beside it. Makes nothing.
    Outcome checkBus();

    BusFile m_bus;
    BusLock m_lock;
    std::optional<AccessRules> m_rules; ///< from checkBus() on
};

} // namespace FileBus
