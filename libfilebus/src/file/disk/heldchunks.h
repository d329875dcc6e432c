// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/inbox.h"
#include "file/disk/spool.h"

namespace FileBus
{

/// The chunks of a subscription that its consumer has in memory and has not dealt with yet, moved out of the way: from the inbox
/// to X.d/inbox/NAME/held, where no producer waits for them and a successor finds them (FORMAT.md, "Holding").
class HeldChunks
{
public:
    /// @p inbox must outlive it.
    explicit HeldChunks(const Inbox &inbox);

    /// How many are held.
    qsizetype count() const { return m_count; }

    /// Moves the chunk @p sequence out of the inbox. Chunks are held in the order in which they were taken. After a failure it is
    /// where it was.
    Outcome hold(quint64 sequence, const AccessRules &rules);

    /// Removes the chunk @p sequence, which is the oldest that is held. False if none is.
    bool release(quint64 sequence);

    /// Moves what a predecessor has held back into the inbox, whatever the window is, to be taken first. Nothing is held then.
    Outcome putBack();

private:
    Outcome makeDirectory(const AccessRules &rules);
    Outcome move(const QByteArray &from, const QByteArray &to) const;

    const Inbox &m_inbox;
    Spool m_spool;
    qsizetype m_count = 0;
    bool m_isMade = false; ///< the directory
};

} // namespace FileBus
