// SPDX-License-Identifier: Apache-2.0
#include "payloadhighlighter.h"

#include "theme.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QGuiApplication>

using namespace Qt::StringLiterals;

namespace
{

// Matches a name with its colon, a string, or a number or word, in this order.
const QRegularExpression &jsonToken()
{
    static const QRegularExpression pattern(
        uR"re(("(?:[^"\\]|\\.)*")(?=\s*:)|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*|true|false|null))re"_s);
    return pattern;
}

QColor faint(QColor color, float alpha)
{
    color.setAlphaF(alpha);
    return color;
}

} // namespace

void PayloadHighlighter::highlightBlock(const QString &text)
{
    if (m_kind == Json)
        highlightJson(text);
    else if (m_kind == Changes)
        highlightChange(text);
}

void PayloadHighlighter::highlightJson(const QString &text)
{
    const Theme::Colors colors = Theme::colors(QGuiApplication::palette());
    for (const QRegularExpressionMatch &match : jsonToken().globalMatch(text)) {
        const QColor color = match.hasCaptured(1) ? colors.chunks : match.hasCaptured(2) ? colors.good : colors.bytes;
        setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), color);
    }
}

// Colours the whole line faintly. If it replaced another line, colours the difference more strongly. The first two columns hold
// the mark.
void PayloadHighlighter::highlightChange(const QString &text)
{
    const auto number = static_cast<qsizetype>(currentBlock().blockNumber());
    if (number >= m_lines.size() || m_lines[number].kind == LineDiff::Line::Same)
        return;
    const LineDiff::Line &line = m_lines[number];
    const bool removed = line.kind == LineDiff::Line::Removed;
    const Theme::Colors colors = Theme::colors(QGuiApplication::palette());
    const QColor color = removed ? colors.loss : colors.good;
    QTextCharFormat format;
    format.setBackground(faint(color, 0.12F));
    setFormat(0, static_cast<int>(text.size()), format);
    const qsizetype partner = LineDiff::partnerOf(m_lines, number);
    if (partner < 0)
        return;
    const auto [start, length] = LineDiff::changedPart(line.text, m_lines[partner].text);
    format.setBackground(faint(color, 0.38F));
    setFormat(start + 2, length, format);
}
