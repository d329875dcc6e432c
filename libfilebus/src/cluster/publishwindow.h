// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/publishanswer.h"

#include <QtCore/qtypes.h>

#include <chrono>

namespace FileBus
{

/// Ensures that each chunk of a producer is stored once and in order, whatever is lost between the producer and the servers. One
/// chunk is in flight at a time, and the server accepts it only after the newest chunk of this producer. Only an answer with a
/// sequence means that a chunk is stored. After anything else that is in doubt; the number of the newest chunk of the producer,
/// for which the leader is then asked, resolves the doubt. Pure.
class PublishWindow
{
public:
    enum class Next {
        Send, ///< the chunk of that number
        Ask,  ///< the leader for the newest chunk, and call found()
    };

    /// @p firstNumber: of the first chunk. If it is greater than 1, earlier chunks may or may not have been published.
    explicit PublishWindow(quint64 firstNumber);

    Next next() const { return m_isInDoubt ? Next::Ask : Next::Send; }
    /// The number of the chunk to be sent or in flight, among the chunks of this producer.
    quint64 number() const { return m_number; }
    /// The sequence of the newest chunk of this producer; 0 if none is kept.
    quint64 expected() const { return m_expected; }
    /// How long to wait for the answer to a publish of @p size bytes, and to a question. Grows with each failure, because the
    /// connection may be slow.
    std::chrono::milliseconds patience(qint64 size) const;
    std::chrono::milliseconds patienceOfQuestion() const;

    /// Returns whether the chunk is stored, so that the next number follows.
    bool answered(const PublishAnswer &answer);
    /// A timeout, no responders, or no connection.
    void unanswered();
    /// The answer of the leader: number and sequence of the newest chunk of this producer, 0 and 0 if it keeps none. Returns
    /// whether the chunk in flight is stored.
    bool found(quint64 number, quint64 sequence);

    /// Of the last stored chunk.
    quint64 lastSequence() const { return m_lastSequence; }

private:
    bool stored(quint64 sequence);

    quint64 m_number;
    quint64 m_expected = 0;
    quint64 m_lastSequence = 0;
    bool m_isInDoubt;
    int m_failures = 0; ///< one after the other
};

} // namespace FileBus
