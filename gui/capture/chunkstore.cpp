// SPDX-License-Identifier: Apache-2.0
#include "chunkstore.h"

ChunkStore::ChunkStore(const CaptureBounds &bounds)
    : m_bounds(bounds)
{ }

void ChunkStore::setBounds(const CaptureBounds &bounds)
{
    m_bounds = bounds;
    enforceBounds();
}

void ChunkStore::append(const ChunkEntry &entry)
{
    add(entry);
    enforceBounds();
}

void ChunkStore::append(const ChunkStore &newer)
{
    m_droppedChunks += newer.m_droppedChunks;
    for (const ChunkEntry &entry : newer.m_entries)
        append(entry);
}

void ChunkStore::clear()
{
    m_firstId = endId();
    m_entries.clear();
    m_bytes = m_memory = 0;
    m_chunks = m_droppedChunks = 0;
}

void ChunkStore::shrinkTo(qint64 memory, bool keepNewest)
{
    while (m_entries.size() > (keepNewest ? 1 : 0) && m_memory > memory)
        dropOldest();
}

void ChunkStore::add(const ChunkEntry &entry)
{
    m_entries.push_back(entry);
    m_bytes += entry.chunk.payload().size();
    m_memory += entry.memory();
    m_chunks += entry.chunks();
}

void ChunkStore::dropOldest()
{
    const ChunkEntry &oldest = m_entries.front();
    m_bytes -= oldest.chunk.payload().size();
    m_memory -= oldest.memory();
    m_chunks -= oldest.chunks();
    m_droppedChunks += oldest.chunks();
    m_entries.pop_front();
    ++m_firstId;
}

void ChunkStore::enforceBounds()
{
    while (m_entries.size() > 1 && (std::ssize(m_entries) > m_bounds.rows || m_bytes > m_bounds.bytes))
        dropOldest();
}
