// SPDX-License-Identifier: Apache-2.0
#include "chunkfile.h"

#include "rawformat.h"

namespace FileBus
{

Result<std::optional<Chunk>> readChunkFile(const QByteArray &path, Freshness freshness, std::optional<Format> format)
{
    Result<std::optional<PinnedFile>> file = PinnedFile::open(path, freshness);
    if (!file)
        return file.failure();
    if (!*file)
        return std::optional<Chunk>();
    Result<QByteArray> bytes = (*file)->read(path);
    if (!bytes)
        return bytes.failure();
    if (bytes->isEmpty())
        return std::optional<Chunk>();
    Result<Chunk> chunk = decodeFile(std::move(*bytes), (*file)->identity(), format);
    if (!chunk)
        return chunk.failure();
    return std::optional<Chunk>(std::move(*chunk));
}

} // namespace FileBus
