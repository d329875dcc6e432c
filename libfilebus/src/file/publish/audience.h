// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/publishsettings.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/busrights.h"
#include "file/publish/obstacle.h"
#include "file/publish/publisher.h"
#include "file/publish/readership.h"
#include "file/publish/stagedchunk.h"
#include "file/publish/subscribers.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QUuid>

namespace FileBus
{

/// The lossless consumers for which a producer publishes: whether there are enough of them, whether they have room for a chunk,
/// and whether they can read it. To be used under the lock of the bus.
class Audience
{
public:
    explicit Audience(const BusFile &bus);

    void configure(const PublishSettings &settings);
    /// The first chunk is published: from here on, consumers are no longer awaited.
    void noteBegun() { m_hasBegun = true; }

    Subscribers &subscribers() { return m_subscribers; }
    const Subscribers &subscribers() const { return m_subscribers; }

    /// What is in the way of a chunk. Notes which inboxes it leaves out, if not lossless. The first chunk of a bus is made
    /// readable for all consumers.
    Result<Obstacle> findObstacle(StagedChunk &chunk, const BusRights &rights);
    /// The inboxes of consumers that cannot read the chunk, or the bus if no chunk is staged. A failure if lossless.
    Result<QByteArrayList> findUnreadable(StagedChunk &chunk, const BusRights &rights);
    bool lacksConsumers() const;

    /// Puts the chunk into all inboxes but those that it leaves out, and notes that it is partly delivered.
    Outcome deliver(StagedChunk &chunk);

    Outcome sayEnd(const QUuid &producer, const AccessRules &rules);

private:
    Subscribers m_subscribers;
    Readership m_readership;
    bool m_lossless = false;
    bool m_hasBegun = false;
    quint64 m_awaitedConsumers = 0;
    quint64 m_window = 64;
};

} // namespace FileBus
