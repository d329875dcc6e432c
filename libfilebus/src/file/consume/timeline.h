// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "chunk/seenchunks.h"
#include "file/consume/patienthistory.h"
#include "file/disk/busfile.h"
#include "file/disk/lookmoment.h"
#include "file/disk/pinnedfile.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Notices that a bus was put back to an earlier state, from a backup or a snapshot: then numbers that were seen are given again,
/// to other chunks.
class Timeline
{
public:
    /// @p chunk is about to be delivered, or to be left out as it is not wanted; @p file: the one that it was in, if that is
    /// known.
    void note(const Chunk &chunk, const std::optional<FileIdentity> &file);

    /// The number from which on the chunks up to @p chunk, which is on the bus, were not seen, if the bus was put back;
    /// @p known: the newest number of its stream that was seen. Costs no system call if the chunk is the next one and the last
    /// look was a moment ago. Fails if the history cannot be read now.
    Result<std::optional<quint64>> putBackTo(const Chunk &chunk, quint64 known, const LookMoment &lastLook,
                                             PatientHistory &history);
    /// With which number those that were not seen begin before @p chunk, which is ahead of @p known. If only the bus file was put
    /// back, the history still has what was seen.
    Result<quint64> gapStart(const Chunk &chunk, quint64 known, PatientHistory &history) const;

    /// What is to be said of it: @p known was received before, and the number @p next comes now.
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
    Result<Past> pastOf(const Chunk &chunk, quint64 known, const LookMoment &lastLook, PatientHistory &history) const;
    Result<quint64> firstOther(const Chunk &chunk, quint64 known, PatientHistory &history);

    SeenChunks m_seen;
    std::optional<FileIdentity> m_file; ///< of the chunk that was noted last
    quint64 m_farthest = 0;             ///< seen before the bus was put back; 0: it was not, or is farther now
    bool m_mayHideLosses = false;
};

} // namespace FileBus
