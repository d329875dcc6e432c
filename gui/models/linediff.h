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

/// Removes and adds as few lines as possible. If the texts are too long for that, replaces everything between the first and the
/// last difference.
QList<Line> between(const QStringList &before, const QStringList &after);

/// The line that line @p number replaced, or that replaced it; −1 if there is none.
qsizetype partnerOf(const QList<Line> &lines, qsizetype number);

/// Where two lines differ: start and length of the changed part of @p line.
std::pair<int, int> changedPart(const QString &line, const QString &other);
} // namespace LineDiff
