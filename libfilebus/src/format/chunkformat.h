// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/chunkmetadata.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Chunks to bytes and back: a tar archive of two entries, as libfilebus/FORMAT.md ("The chunk") lays it down. Pure; touches no
/// file. The constants here and in ChunkMetadata, and the table "Limits" there, state the same.
///
/// KTar makes the headers, once (ChunkFrame). It does not read: it trusts the sizes that a header declares (a file of 1 KiB makes
/// it allocate gigabytes) and presents short data without an error, and once TarArchive has checked all that, nothing is left to
/// do.
class ChunkFormat
{
public:
    static constexpr auto payloadName = "from_server";

    /// Largest file that can be a chunk: the largest payload, headers, metadata, and the padding of a 10,240-byte tar record.
    static constexpr qsizetype maximumFileSize = Chunk::maximumPayloadSize + ChunkMetadata::maximumSize + qsizetype(16) * 1024;
    static constexpr quint64 maximumSequence = 0x7fff'ffff'ffff'ffff;

    static QByteArray encode(const Chunk &chunk);

    /// The chunk in @p bytes, which are best moved here: a large payload stays where it lies. A payload without metadata, or with
    /// metadata of a later format, is a chunk that is not numbered.
    static Result<Chunk> decode(QByteArray bytes);
};

} // namespace FileBus
