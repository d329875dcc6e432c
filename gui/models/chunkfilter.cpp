// SPDX-License-Identifier: Apache-2.0
#include "chunkfilter.h"

#include "chunktext.h"

using namespace Qt::StringLiterals;

namespace
{

const QRegularExpression &rangePattern()
{
    static const QRegularExpression pattern(uR"(^\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?$)"_s);
    return pattern;
}

} // namespace

ChunkFilter::ChunkFilter(const QString &text, Scope scope, bool regularExpression)
    : m_text(text)
    , m_scope(scope)
    , m_regular(regularExpression)
    , m_expression(regularExpression ? text : QString(), QRegularExpression::CaseInsensitiveOption)
{
    if (const QRegularExpressionMatch range = rangePattern().match(text); range.hasMatch() && !regularExpression) {
        m_firstSequence = range.captured(1).toULongLong();
        m_lastSequence = range.captured(2).isEmpty() ? m_firstSequence : range.captured(2).toULongLong();
    }
}

QString ChunkFilter::error() const
{
    return m_regular && !m_expression.isValid() ? m_expression.errorString() : QString();
}

bool ChunkFilter::accepts(const ChunkEntry &entry) const
{
    if (isEmpty())
        return true;
    if (m_scope == Sequence)
        return matchesSequence(entry);
    if (entry.isLoss())
        return m_scope != Producer;
    return (m_scope == Everywhere && matchesSequence(entry)) || matchesChunk(entry.chunk);
}

bool ChunkFilter::matches(const QString &text) const
{
    return m_regular ? m_expression.match(text).hasMatch() : text.contains(m_text, Qt::CaseInsensitive);
}

bool ChunkFilter::matchesSequence(const ChunkEntry &entry) const
{
    if (m_regular)
        return !entry.isLoss() && matches(QString::number(entry.chunk.sequence()));
    const quint64 first = entry.isLoss() ? entry.firstLost : entry.chunk.sequence();
    const quint64 last = entry.isLoss() ? first + entry.lostCount - 1 : first;
    return first > 0 && m_firstSequence > 0 && first <= m_lastSequence && last >= m_firstSequence;
}

bool ChunkFilter::matchesChunk(const FileBus::Chunk &chunk) const
{
    if (m_scope != Payload && matches(ChunkText::producer(chunk.producer())))
        return true;
    return m_scope != Producer && matches(QString::fromUtf8(chunk.payload()));
}
