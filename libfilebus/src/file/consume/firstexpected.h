// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/startpoint.h"
#include "file/consume/historyreader.h"
#include "file/disk/lookmoment.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Which number of a stream a reader expects first (FORMAT.md, "Where a stream begins for a reader"): its start point, or number
/// 1 of a stream that began while it watched.
class FirstExpected
{
public:
    FirstExpected() = default;
    explicit FirstExpected(const StartPoint &start)
        : m_start(start)
    { }

    /// The first look has found no numbered chunk on the bus: what @p history holds was published before. Fails if that cannot be
    /// read now.
    Outcome sawNone(HistoryReader &history);
    /// Whether what the first look finds is not wanted.
    bool skipsFirst() const { return m_start.kind == StartPoint::New; }
    /// For @p chunk, the first that was seen of its stream; @p lastLook: the look before it, none if the first look found it.
    /// Fails if the history cannot be read now; then nothing has changed.
    Result<quint64> of(const Chunk &chunk, const std::optional<LookMoment> &lastLook, HistoryReader &history);

private:
    enum Before {
        Unknown, ///< nobody knows whether there was a stream before
        None,    ///< no stream was there, or all that were are known
        Former,  ///< the history held one
    };
    enum Beginning {
        Watched,   ///< the stream began while this reader watched
        Unwatched, ///< it began before, and was put here only now: as a copy of another bus, or from a backup
    };

    Result<quint64> wanted(const Chunk &chunk, const std::optional<LookMoment> &lastLook, HistoryReader &history) const;
    Result<quint64> ofPresent(const Chunk &chunk, HistoryReader &history) const;
    static Result<Beginning> beginningOf(const Chunk &chunk, const LookMoment &lastLook, HistoryReader &history);
    static Result<quint64> oldestOf(const Chunk &chunk, HistoryReader &history);

    StartPoint m_start;
    Before m_before = Unknown;
    QUuid m_pastStream; ///< and the numbers that the history held of it
    quint64 m_pastOldest = 0;
    quint64 m_pastNewest = 0;
};

} // namespace FileBus
