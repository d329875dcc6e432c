// SPDX-License-Identifier: Apache-2.0
#include "spelling.h"

#include <filebus/displaytext.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <numeric>

namespace
{

// The Levenshtein distance: how many letters must be added, removed or changed. Computed row by row.
qsizetype distance(const QString &from, const QString &to)
{
    QList<qsizetype> row(to.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < from.size(); ++i) {
        qsizetype diagonal = std::exchange(row[0], i + 1);
        for (qsizetype j = 0; j < to.size(); ++j) {
            const qsizetype changed = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.last();
}

} // namespace

QString Spelling::shown(const QString &word)
{
    return FileBus::displayText(word.toLatin1());
}

QString Spelling::guess(const QString &word, const QStringList &words, const QString &prefix)
{
    const auto nearest = std::min_element(words.begin(), words.end(), [&](const QString &left, const QString &right) {
        return distance(word, left) < distance(word, right);
    });
    if (nearest == words.end() || distance(word, *nearest) > std::max<qsizetype>(2, nearest->size() / 3))
        return {};
    return QCoreApplication::translate("Spelling", "; did you mean %1?").arg(prefix + *nearest);
}
