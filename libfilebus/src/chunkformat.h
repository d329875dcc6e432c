// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "failure.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Chunks to bytes and back: a tar archive of two entries, as libfilebus/FORMAT.md ("The chunk") lays it down. Pure; touches no
/// file. The constants here and the table "Limits" there state the same.
///
/// KTar writes it. It does not read it: it trusts the sizes that a header declares (a file of 1 KiB makes it allocate
/// gigabytes) and presents short data without an error, and once TarArchive has checked all that, nothing is left to do.
class ChunkFormat
{
public:
    static constexpr int version = 1;
    static constexpr auto payloadName = "from_server";
    static constexpr auto metadataName = "filebus.json";
    static constexpr qsizetype maximumMetadataSize = 64 * 1024;

    /// Largest file that can be a chunk: the largest payload, headers, metadata, and the padding of a 10,240-byte tar record.
    static constexpr qsizetype maximumFileSize = Chunk::maximumPayloadSize + maximumMetadataSize + 16 * 1024;
    static constexpr quint64 maximumSequence = 0x7fff'ffff'ffff'ffff;

    static QByteArray encode(const Chunk &chunk);

    /// What stands before and behind the payload, so that it can be written from where it is.
    struct Frame {
        QByteArray head;
        QByteArray tail;
    };
    static Frame frame(const Chunk &chunk);

    /// The content of the metadata entry. Its length does not depend on stream id, sequence and time, so that they can be
    /// settled, in place, after the rest was written; metadataOffset() tells where.
    static QByteArray encodeMetadata(const Chunk &chunk);
    static qsizetype metadataOffset(qsizetype payloadSize);

    /// The chunk in @p bytes. A payload without metadata, or with metadata of a later format, is a chunk that is not numbered.
    static Result<Chunk> decode(QByteArrayView bytes);
};

} // namespace FileBus
