// SPDX-License-Identifier: Apache-2.0
#include "file/disk/chunkfile.h"
#include "format/chunkformat.h"
#include "format/rawformat.h"
#include "require.h"
#include "tarmutator.h"

using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::Format;
using FileBus::Result;

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maximumSize, unsigned seed)
{
    return TarMutator::mutate(data, size, maximumSize, seed);
}

/// Raw bytes are the payload, everything else is a tar archive, and none of our chunks is ever mistaken for raw bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes = bytesOf(data, size).toByteArray();
    const Result<Chunk> detected = FileBus::decodeFile(bytes, {}, std::nullopt);
    if (FileBus::RawFormat::isRaw(bytes)) {
        require(detected && detected->payload() == bytes && !detected->isNumbered());
    } else {
        const Result<Chunk> tar = FileBus::decodeFile(bytes, {}, Format::Tar);
        require(bool(detected) == bool(tar) && (!tar || *tar == *detected));
    }
    require(!FileBus::RawFormat::isRaw(ChunkFormat::encode(Chunk(bytes))));
    return 0;
}
