// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkstore.h"

/// Rows like those of a capture.
namespace Entries
{
inline ChunkEntry chunk(quint64 sequence, const QByteArray &payload = "x", const QString &program = QStringLiteral("sensor"))
{
    static const QUuid stream = QUuid::createUuid();
    FileBus::Chunk chunk(payload);
    chunk.setStreamId(stream);
    chunk.setSequence(sequence);
    chunk.setTime(static_cast<qint64>(sequence) * 1'000'000'000);
    chunk.setProducer({.id = stream, .pid = 4711, .host = QStringLiteral("here"), .program = program});
    return {.chunk = chunk, .when = chunk.time()};
}

inline ChunkEntry loss(quint64 first, quint64 count)
{
    return {.chunk = {}, .when = static_cast<qint64>(first) * 1'000'000'000, .lostCount = count, .firstLost = first};
}

/// Chunks from @p first to @p last.
inline ChunkStore chunks(quint64 first, quint64 last)
{
    ChunkStore store;
    for (quint64 sequence = first; sequence <= last; ++sequence)
        store.append(chunk(sequence));
    return store;
}
} // namespace Entries
