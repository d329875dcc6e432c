// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "chunk/seenchunks.h"
#include "file/consume/historyreader.h"
#include "file/disk/busfile.h"
#include "file/disk/fileidentity.h"
#include "file/disk/lookmoment.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Notices that a bus was put back to an earlier state, from a backup or a snapshot. Then numbers that were seen are given to
/// other chunks.
class PutBackDetector
{
public:
    /// @p chunk is about to be delivered, or left out because it is not wanted. @p file: where it was found, if that is known.
    void note(const Chunk &chunk, const std::optional<FileIdentity> &file);

    /// If the bus was put back: the first number whose chunk, and all up to @p chunk on the bus, were not seen. @p known: the
    /// newest number of its stream that was seen. Costs no system call if the chunk is the next one and the last look was a
    /// moment ago. Fails if the history cannot be read now.
    Result<std::optional<quint64>> putBackTo(const Chunk &chunk, quint64 known, const LookMoment &lastLook,
                                             HistoryReader &history);
    /// The number with which those begin that were not seen before @p chunk, which is ahead of @p known. If only the bus file was
    /// put back, the history still has what was seen.
    Result<quint64> gapStart(const Chunk &chunk, quint64 known, HistoryReader &history) const;

    /// What to report: @p known was received before, and the number @p next comes now.
    static Failure putBackFailure(const QByteArray &bus, quint64 known, quint64 next);

    /// Whether a chunk from the history was seen before the bus was put back.
    bool isRepeated(const Chunk &chunk) const { return m_seen.compare(chunk) == SeenChunks::Same; }
    /// Whether more chunks may be lost than are counted: the first ones after the bus was put back.
    bool mayHideLosses() const { return m_mayHideLosses; }

private:
    enum Past {
        Seen,  ///< the chunk follows what was seen
        Other, ///< it is of another past: the bus was put back
    };
    Result<Past> pastOf(const Chunk &chunk, quint64 known, const LookMoment &lastLook, HistoryReader &history) const;
    Result<quint64> firstOther(const Chunk &chunk, quint64 known, HistoryReader &history);

    SeenChunks m_seen;
    std::optional<FileIdentity> m_file; ///< of the chunk that was noted last
    quint64 m_farthest = 0;             ///< seen before the bus was put back; 0: it was not, or is farther now
    bool m_mayHideLosses = false;
};

} // namespace FileBus
