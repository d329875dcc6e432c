// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/publishanswer.h"

#include <QtCore/qtypes.h>

#include <chrono>

namespace FileBus
{

/// Sees to it that each chunk of a producer is stored once, and in order, whatever is lost between it and the servers: one chunk
/// is in flight, and the server takes it only behind the newest chunk of this producer. Only an answer with a sequence says that
/// a chunk is stored. Anything else is doubt; then the leader is asked for the newest chunk of the producer, whose number tells.
/// Pure.
class PublishWindow
{
public:
    enum class Next {
        Send, ///< the chunk of that number
        Ask,  ///< the leader, and tell found()
    };

    /// @p firstNumber: of the first chunk. A greater one than 1 means that earlier ones were published, or perhaps not.
    explicit PublishWindow(quint64 firstNumber);

    Next next() const { return m_isInDoubt ? Next::Ask : Next::Send; }
    /// The chunk that is to be sent or in flight, among the chunks of this producer.
    quint64 number() const { return m_number; }
    /// The sequence of the newest chunk of this producer; 0 if none is kept.
    quint64 expected() const { return m_expected; }
    /// How long to wait for the answer to a publish of @p size bytes, and to a question. Grows with each one that fails: the way
    /// to the servers may be slow.
    std::chrono::milliseconds patience(qint64 size) const;
    std::chrono::milliseconds patienceOfQuestion() const;

    /// Whether the chunk is stored, so that it is the turn of the next number.
    bool answered(const PublishAnswer &answer);
    /// A time-out, no responders, no connection.
    void unanswered();
    /// What the leader says: number and sequence of the newest chunk of this producer, 0 and 0 if it keeps none. Whether the
    /// chunk in flight turned out to be stored.
    bool found(quint64 number, quint64 sequence);

    /// Of the chunk that was stored last.
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
