// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtCore/QRegularExpression>

/// Which chunks the user searches for: a text or a regular expression, and where it must occur. Case does not matter.
class ChunkFilter
{
public:
    enum Scope { Everywhere, Payload, Sequence, Producer };

    ChunkFilter() = default;
    ChunkFilter(const QString &text, Scope scope, bool regularExpression);

    /// An empty filter, which accepts everything.
    bool isEmpty() const { return m_text.isEmpty(); }
    /// What is wrong with the regular expression; empty if it is valid.
    QString error() const;

    /// Losses match every filter except one for a producer, because the lost chunks might have matched.
    bool accepts(const ChunkEntry &entry) const;

    friend bool operator==(const ChunkFilter &, const ChunkFilter &) = default;

private:
    bool matches(const QString &text) const;
    bool matchesSequence(const ChunkEntry &entry) const;
    bool matchesChunk(const FileBus::Chunk &chunk) const;

    QString m_text;
    Scope m_scope = Everywhere;
    bool m_regular = false;
    QRegularExpression m_expression;
    quint64 m_firstSequence = 0; ///< of a range "12-20", or a number; 0 if the text is neither
    quint64 m_lastSequence = 0;
};
