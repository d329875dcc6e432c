// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <deque>

/// How much is kept in memory at most.
struct CaptureBounds {
    qint64 rows = 100'000;            ///< of each bus
    qint64 bytes = qint64(64) << 20;  ///< of payload, of each bus
    qint64 total = qint64(512) << 20; ///< of memory, for all open buses together

    friend bool operator==(const CaptureBounds &, const CaptureBounds &) = default;
};

/// The newest rows of a capture, within bounds. Beyond them, the oldest rows are dropped and counted; the newest row always
/// stays. The total of all buses is enforced elsewhere, by shrinkTo(). Each row has an id that never changes and is never reused.
class ChunkStore
{
public:
    explicit ChunkStore(const CaptureBounds &bounds = {});

    CaptureBounds bounds() const { return m_bounds; }
    void setBounds(const CaptureBounds &bounds);

    void append(const ChunkEntry &entry);
    /// Appends all rows of @p newer, and counts the rows that it has dropped itself.
    void append(const ChunkStore &newer);
    void clear();
    /// Drops the oldest rows until the rest takes at most @p memory bytes; the newest one stays only if @p keepNewest.
    void shrinkTo(qint64 memory, bool keepNewest);

    bool isEmpty() const { return m_entries.empty(); }
    quint64 firstId() const { return m_firstId; }
    quint64 endId() const { return m_firstId + m_entries.size(); }
    bool contains(quint64 id) const { return id >= m_firstId && id < endId(); }
    const ChunkEntry &at(quint64 id) const { return m_entries[id - m_firstId]; }

    qint64 bytes() const { return m_bytes; } ///< of payload
    qint64 memory() const { return m_memory; }
    quint64 chunks() const { return m_chunks; }               ///< rows that are chunks
    quint64 droppedChunks() const { return m_droppedChunks; } ///< because of the bounds, since clear()

private:
    void add(const ChunkEntry &entry);
    void dropOldest();
    void enforceBounds();

    CaptureBounds m_bounds;
    std::deque<ChunkEntry> m_entries;
    quint64 m_firstId = 0;
    qint64 m_bytes = 0;
    qint64 m_memory = 0;
    quint64 m_chunks = 0;
    quint64 m_droppedChunks = 0;
};
