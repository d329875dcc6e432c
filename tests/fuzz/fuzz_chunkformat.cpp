// SPDX-License-Identifier: Apache-2.0
#include "format/chunkformat.h"
#include "format/tararchive.h"
#include "require.h"
#include "tarmutator.h"

using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::Result;
using FileBus::TarArchive;

namespace
{

void entriesLieWithin(QByteArrayView bytes)
{
    const auto entries = TarArchive::entries(bytes);
    require(entries || !entries.failure().text.isEmpty());
    for (const FileBus::TarEntry &entry : entries ? *entries : FileBus::TarEntries())
        require(entry.content.begin() >= bytes.begin() && entry.content.end() <= bytes.end());
}

void isWrittenAsRead(const Chunk &chunk)
{
    const Result<Chunk> again = ChunkFormat::decode(ChunkFormat::encode(chunk));
    require(again && *again == chunk);
}

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maximumSize, unsigned seed)
{
    return TarMutator::mutate(data, size, maximumSize, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes = bytesOf(data, size);
    entriesLieWithin(bytes);
    const Result<Chunk> chunk = ChunkFormat::decode(bytes.toByteArray());
    require(chunk ? chunk->payload().size() <= bytes.size() : !chunk.failure().text.isEmpty());
    if (chunk && chunk->isNumbered())
        isWrittenAsRead(*chunk);
    return 0;
}
