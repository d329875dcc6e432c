// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtCore/QRegularExpression>

/// Which chunks somebody looks for: a text or a regular expression, and where it has to stand. Case does not matter.
class ChunkFilter
{
public:
    enum Scope { Everywhere, Payload, Sequence, Producer };

    ChunkFilter() = default;
    ChunkFilter(const QString &text, Scope scope, bool regularExpression);

    /// Nothing is looked for: it accepts everything.
    bool isEmpty() const { return m_text.isEmpty(); }
    /// What is wrong with the regular expression; empty if nothing is.
    QString error() const;

    /// Losses belong to every selection but one of a producer: what is lost may have matched.
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
