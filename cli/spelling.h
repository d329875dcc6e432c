// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QStringList>

/// Guesses at words that were meant.
namespace Spelling
{
QStringList startingWith(const QString &beginning, const QStringList &words);

/// "; did you mean PREFIX…?" with the word that is nearest to @p word; empty if none is near.
QString guess(const QString &word, const QStringList &words, const QString &prefix);
} // namespace Spelling
