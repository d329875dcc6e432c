// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maximumSize);

/// Mutations that get past the checksums of a tar archive, which random changes would hardly ever do.
namespace TarMutator
{

inline constexpr size_t blockSize = 512;

inline void writeChecksum(uint8_t *header)
{
    constexpr size_t offset = 148, length = 8; // of the field; its bytes count as spaces in the sum
    std::memset(header + offset, ' ', length);
    unsigned sum = 0;
    for (size_t i = 0; i < blockSize; ++i)
        sum += header[i];
    std::snprintf(reinterpret_cast<char *>(header + offset), length, "%06o", sum);
}

inline size_t declaredSize(const uint8_t *header)
{
    unsigned size = 0;
    std::sscanf(reinterpret_cast<const char *>(header + 124), "%11o", &size);
    return size;
}

inline bool isEnd(const uint8_t *block)
{
    return block[0] == 0 && std::memcmp(block, block + 1, blockSize - 1) == 0;
}

/// Follows the archive from header to header, as long as there is one.
inline void writeChecksums(uint8_t *data, size_t size)
{
    for (size_t offset = 0; offset + blockSize <= size && !isEnd(data + offset);) {
        writeChecksum(data + offset);
        offset += blockSize + (declaredSize(data + offset) + blockSize - 1) / blockSize * blockSize;
    }
}

/// For LLVMFuzzerCustomMutator(). One change in eight leaves the checksums wrong.
inline size_t mutate(uint8_t *data, size_t size, size_t maximumSize, unsigned seed)
{
    const size_t mutated = LLVMFuzzerMutate(data, size, maximumSize);
    if (seed % 8 != 0)
        writeChecksums(data, mutated);
    return mutated;
}

} // namespace TarMutator
