// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "linediff.h"

#include <QtGui/QSyntaxHighlighter>

/// Colours a payload: the parts of JSON, or removed and added lines.
class PayloadHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

    enum Kind { Plain, Json, Changes };
    void setKind(Kind kind) { m_kind = kind; }
    /// The lines of the document when it shows changes.
    void setLines(const QList<LineDiff::Line> &lines) { m_lines = lines; }

protected:
    void highlightBlock(const QString &text) override;

private:
    void highlightJson(const QString &text);
    void highlightChange(const QString &text);

    Kind m_kind = Plain;
    QList<LineDiff::Line> m_lines;
};
