// SPDX-License-Identifier: Apache-2.0
#include "format/chunkformat.h"
#include "require.h"
#include "support/tar.h"

using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::Result;

/// The input is the content of filebus.json.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const QByteArray payload = Tar::entry("from_server", "payload");
    const QByteArray metadata = bytesOf(data, size).toByteArray();
    const Result<Chunk> chunk = ChunkFormat::decode(payload + Tar::entry("filebus.json", metadata) + Tar::end());
    if (!chunk) {
        require(chunk.failure().error == FileBus::Error::CorruptChunk
                && chunk.failure().text.contains(QLatin1StringView("json")));
        return 0;
    }
    require(chunk->payload() == "payload" && chunk->isNumbered() == !chunk->streamId().isNull());
    require(chunk->sequence() <= ChunkFormat::maximumSequence && chunk->time() >= 0);
    if (chunk->isNumbered()) {
        const Result<Chunk> again = ChunkFormat::decode(ChunkFormat::encode(*chunk));
        require(again && *again == *chunk);
    }
    return 0;
}
