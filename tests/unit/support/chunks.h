// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

inline FileBus::Chunk numberedChunk(const QUuid &stream, quint64 sequence, const QByteArray &payload = "payload")
{
    FileBus::Chunk chunk(payload);
    chunk.setStreamId(stream);
    chunk.setSequence(sequence);
    chunk.setTime(1'700'000'000'123'456'789);
    return chunk;
}
