// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busfile.h"
#include "buslock.h"
#include "numbering.h"
#include "spool.h"
#include "staging.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Publishes one chunk at a time, in two steps (FORMAT.md, "Publishing"): stage() writes it, commit() gives it its number and
/// puts it on the bus under the lock. Nothing slow happens while the lock is held. Never waits.
class Publisher
{
public:
    Publisher(const QByteArray &path, const ProducerInfo &producer);

    void setHistoryBounds(const SpoolBounds &bounds) { m_historyBounds = bounds; }

    /// Checks that the bus can be published on and makes what it needs beside it.
    Outcome open();

    bool hasStaged() const { return m_staged.has_value(); }
    Outcome stage(const QByteArray &payload);

    /// The sequence number the staged chunk got; nothing if another process holds the lock now. After a failure nothing is
    /// staged any more, and the bus is as it was.
    Result<std::optional<quint64>> commit();

    QUuid streamId() const { return m_numbering.streamId(); }
    const BusFile &bus() const { return m_bus; }
    const BusLock &lock() const { return m_lock; }

private:
    struct Staged {
        StagedFile file;
        Chunk chunk;
    };

    Result<StagedFile> takeStagingFile();
    Outcome publishStaged();
    Outcome settleNumber(const std::optional<struct stat> &bus);
    void resumeNumbering(bool busExists);
    Outcome writeNumber();
    Outcome adoptMode(const std::optional<struct stat> &bus);
    Outcome linkIntoHistory();
    Outcome goWithoutHistory(const Failure &why);

    BusFile m_bus;
    BusLock m_lock;
    Spool m_history;
    Numbering m_numbering;
    ProducerInfo m_producer;
    std::optional<AccessRules> m_rules;
    std::unique_ptr<Staging> m_staging;
    std::optional<Staged> m_staged;
    std::optional<StagedFile> m_published; ///< pinned: if the bus still is this file, nobody has published since
    std::optional<mode_t> m_busMode;       ///< of the chunk that was on the bus when we last looked
    QList<ino_t> m_leftInodes;             ///< that our last chunk replaced, on the bus and in the history
    SpoolBounds m_historyBounds;
    bool m_historyWorks = true;
    bool m_historyMade = false; ///< anew, for the chunk that is being published
    bool m_abandonedRemoved = false;
};

} // namespace FileBus
