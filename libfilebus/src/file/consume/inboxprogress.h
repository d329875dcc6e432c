// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/entryremoval.h"
#include "file/disk/heldchunks.h"
#include "file/disk/inbox.h"
#include "file/disk/inboxmark.h"

#include <deque>
#include <optional>

namespace FileBus
{

/// How far a consumer has come in its inbox: which chunks it has taken, which of these it has not acknowledged, and which of
/// those are held out of the way. For a named subscription it also keeps the mark, which tells the next consumer.
class InboxProgress
{
public:
    using Position = InboxMark::Position;

    /// @p inbox and @p removal must outlive it.
    InboxProgress(const BusFile &bus, const Inbox &inbox, EntryRemoval &removal);

    /// The inbox was taken; @p isAgain: by the same consumer, as it was replaced. Under the lock of the bus. What was held, by a
    /// predecessor or before a backup was restored, is put back to be taken first.
    Outcome begin(const AccessRules &rules, bool isAgain);
    /// Closes the mark, so that the inbox can be removed.
    void end() { m_mark.reset(); }

    /// How far the consumer before this one had come. Once, and only for a named subscription.
    std::optional<Position> takePredecessor();

    /// What was taken last, be it a chunk or not.
    const Position &last() const { return m_last; }
    /// A chunk was taken that was dealt with before.
    void noteRepeated(const Position &position) { m_last = position; }
    /// A chunk was taken that is to be acknowledged.
    void noteTaken(const Position &position);
    /// What was taken is no chunk, and is not to be acknowledged.
    void noteDamaged(quint64 sequence);
    /// Whether the entry of that number in the inbox was taken and not acknowledged.
    bool isTaken(quint64 sequence) const;

    /// Makes room for producers: what was taken and not acknowledged no longer counts in any window. A successor still gets it.
    Outcome hold();
    /// Removes the oldest chunk that was taken and not acknowledged: it does not come again.
    void acknowledge();

private:
    std::optional<Position> newestPosition() const;
    void markDealtWith(const Position &position);

    BusFile m_bus;
    const Inbox &m_inbox;
    EntryRemoval &m_removal;
    HeldChunks m_held;
    std::optional<InboxMark> m_mark; ///< of a named subscription
    std::optional<Position> m_predecessor;
    Position m_last{};
    std::deque<Position> m_unacknowledged; ///< the first of which are held
};

} // namespace FileBus
