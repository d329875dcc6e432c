// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/buslock.h"
#include "file/disk/numbering.h"
#include "file/publish/history.h"
#include "file/publish/stagedchunk.h"
#include "file/publish/subscribers.h"

#include <QtCore/QUuid>

namespace FileBus
{

/// Continues where other producers stopped (FORMAT.md, "The number" and "Rolling forward"): a chunk in the history is published,
/// even if the producer that put it there was killed before it reached the bus. To be used under the lock of the bus.
class RollForward
{
public:
    RollForward(const BusFile &bus, BusLock &lock, Numbering &numbering, History &history, Subscribers &subscribers);

    /// Settles the next number after others may have published, and completes the chunks of the history that the bus never
    /// showed.
    Outcome resume(bool busExists);

    /// Puts the newest chunk of the history in the place of a bus that is gone. Takes the lock by itself.
    void restoreBus(const AccessRules &rules);

    /// If there are inboxes: gives the chunk a number that is free in the history. A number that is taken was given by a producer
    /// that was killed before it reached the bus: that chunk is completed, and ours gets the next number.
    Outcome passTaken(StagedChunk &chunk);
    /// Links the chunk into the history, under the first number that is free, in the same way.
    Outcome link(StagedChunk &chunk);

    /// Whether the file there is of the same stream and has that number or a later one. While the lock is held, nobody else can
    /// have published it, unless locks do not work, or somebody removed the lock file.
    bool isOvertakenBy(const QByteArray &path, const StagedChunk &chunk) const;
    /// Fails if an overtaking shows that locks do not work.
    Outcome checkLock();

private:
    Outcome completeUnshown();
    Outcome complete(quint64 sequence);
    bool isTaken(quint64 sequence) const;
    Outcome passOne(StagedChunk &chunk);
    Outcome pass(const QUuid &streamId, quint64 sequence);

    BusFile m_bus;
    BusLock &m_lock;
    Numbering &m_numbering;
    History &m_history;
    Subscribers &m_subscribers;
};

} // namespace FileBus
