// SPDX-License-Identifier: Apache-2.0
#include "chunkfile.h"

#include "busfile.h"
#include "chunkformat.h"

namespace FileBus
{

Result<std::optional<Chunk>> readChunkFile(const QByteArray &path)
{
    Result<std::optional<PinnedFile>> file = PinnedFile::open(path);
    if (!file)
        return file.failure();
    if (!*file)
        return std::optional<Chunk>();
    const Result<QByteArray> bytes = (*file)->read(path);
    if (!bytes)
        return bytes.failure();
    if (bytes->isEmpty())
        return std::optional<Chunk>();
    const Result<Chunk> chunk = ChunkFormat::decode(*bytes);
    if (!chunk)
        return chunk.failure();
    return std::optional<Chunk>(*chunk);
}

} // namespace FileBus
