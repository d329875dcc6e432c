// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <filebus/chunk.h>
#include <filebus/export.h>

namespace FileBus
{

/// What a chunk says of itself in JSON, its entry filebus.json: libfilebus/FORMAT.md ("Metadata").
class FILEBUS_EXPORT ChunkMetadata
{
public:
    static constexpr auto name = "filebus.json"; ///< of the entry
    static constexpr int version = 1;
    static constexpr qsizetype maximumSize = qsizetype(64) * 1024;

    /// Its length does not depend on sequence and time, so that they can be settled in place, after the rest was written.
    static QByteArray encode(const Chunk &chunk);
    /// In @p json, which encode() made.
    static void setNumbers(char *json, quint64 sequence, qint64 time);

    /// Sets what @p json says of @p chunk: nothing if it is of a later format. CorruptChunk if it is none.
    static Outcome read(QByteArrayView json, Chunk &chunk);
};

} // namespace FileBus
