// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

#include <vector>

namespace FileBus
{

/// Remembers the chunks of one stream that were seen last, well enough to tell whether another chunk with the number of one of
/// them is the same: the numbers of a bus that was restored from a backup are given again. Pure.
class SeenChunks
{
public:
    /// How many numbers, up to the newest, are remembered.
    static constexpr quint64 capacity = 256;

    /// A chunk of another stream than before makes it forget the others.
    void note(const Chunk &chunk);

    enum Comparison {
        Same,
        Other,   ///< another chunk was seen with that number
        Unknown, ///< none was, or it is forgotten
    };
    Comparison compare(const Chunk &chunk) const;

    const QUuid &streamId() const { return m_streamId; }
    /// The number that was noted last; 0 before.
    quint64 newest() const { return m_newest; }

private:
    struct Seen {
        quint64 sequence = 0;
        size_t mark = 0; ///< of what tells it from others
    };

    static size_t markOf(const Chunk &chunk);

    QUuid m_streamId;
    quint64 m_newest = 0;
    std::vector<Seen> m_seen; ///< each at its number modulo the capacity; empty before the first
};

} // namespace FileBus
