// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/step.h"
#include "chunk/seenchunks.h"
#include "file/consume/inboxprogress.h"
#include "file/consume/lossaccount.h"
#include "file/disk/busfile.h"
#include "file/disk/entryremoval.h"
#include "file/disk/inbox.h"

#include <filebus/chunk.h>

#include <deque>

namespace FileBus
{

/// Reads entries of an inbox and makes steps of them: the chunk, and before it what is missing, or that the bus was put back to
/// an earlier state. A chunk that comes once more, as a producer completed what another one had begun, makes none.
class InboxReader
{
public:
    /// What comes of an entry that was read, or that cannot be read by anybody, and is no chunk: it counts as lost and is kept
    /// aside (FORMAT.md, "Lossless"); or nothing behind it is read.
    enum OnDamage { CountLost, StandStill };

    /// @p inbox, @p removal and @p progress must outlive it.
    InboxReader(const BusFile &bus, const Inbox &inbox, EntryRemoval &removal, InboxProgress &progress, OnDamage onDamage);

    /// Which chunk to take: a chunk that does not continue the stream of the last one may have others before it, and stays.
    enum Expected { AnyStream, SameStream };

    /// Takes the entry of that number. Fails if it cannot be read at the moment; then nothing has changed.
    Outcome read(quint64 sequence, Expected expected);

    bool hasStep() const { return !m_steps.empty(); }
    Step takeStep();

    OnDamage onDamage() const { return m_onDamage; }

private:
    Outcome readNothing(quint64 sequence);
    bool continues(const Chunk &chunk) const;
    void noteChunk(const Chunk &chunk);
    void notePutBack(const Chunk &chunk);
    void noteDamaged(quint64 sequence, const QString &why);

    BusFile m_bus;
    const Inbox &m_inbox;
    EntryRemoval &m_removal;
    InboxProgress &m_progress;
    OnDamage m_onDamage;
    LossAccount m_losses;
    SeenChunks m_seen;
    std::deque<Step> m_steps;
};

} // namespace FileBus
