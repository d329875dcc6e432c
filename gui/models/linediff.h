// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QList>
#include <QtCore/QStringList>

/// How one text became another, line by line.
namespace LineDiff
{
struct Line {
    enum Kind { Same, Removed, Added };
    Kind kind;
    QString text;

    friend bool operator==(const Line &, const Line &) = default;
};

/// As few lines as possible removed and added; where the texts are too long for that, all between the first and the last
/// difference.
QList<Line> between(const QStringList &before, const QStringList &after);

/// The line that line @p number took the place of, or that took its place; −1 if there is none.
qsizetype partnerOf(const QList<Line> &lines, qsizetype number);

/// Where two lines differ: the start and the length of what changed in @p line.
std::pair<int, int> changedPart(const QString &line, const QString &other);
} // namespace LineDiff
