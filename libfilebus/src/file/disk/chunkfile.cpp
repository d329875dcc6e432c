// SPDX-License-Identifier: Apache-2.0
#include "file/disk/chunkfile.h"

#include "file/disk/freshness.h"
#include "format/chunkformat.h"
#include "format/rawformat.h"

namespace FileBus
{

Result<Chunk> decodeFile(QByteArray bytes, const FileIdentity &file, std::optional<Format> format)
{
    const bool raw = format ? *format == Format::Raw : RawFormat::isRaw(bytes);
    Result<Chunk> chunk = raw ? RawFormat::decode(bytes, file.modified) : ChunkFormat::decode(std::move(bytes));
    if (chunk)
        chunk->setUserId(file.owner);
    return chunk;
}

Result<std::optional<Chunk>> readChunk(PinnedFile &file, const QByteArray &path, std::optional<Format> format)
{
    Result<QByteArray> bytes = file.read(path);
    if (!bytes)
        return bytes.failure();
    if (bytes->isEmpty())
        return std::optional<Chunk>();
    Result<Chunk> chunk = decodeFile(std::move(*bytes), file.identity(), format);
    if (!chunk)
        return chunk.failure();
    return std::optional<Chunk>(std::move(*chunk));
}

Result<std::optional<Chunk>> readChunkFile(const QByteArray &path, Freshness freshness, std::optional<Format> format)
{
    Result<std::optional<PinnedFile>> file = PinnedFile::open(path, freshness);
    if (!file)
        return file.failure();
    return *file ? readChunk(**file, path, format) : Result<std::optional<Chunk>>(std::nullopt);
}

} // namespace FileBus
