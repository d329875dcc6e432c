// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QStringList>

/// Guesses at words that were meant.
namespace Spelling
{
/// "; did you mean PREFIX…?" with the word that is nearest to @p word; empty if none is near.
QString guess(const QString &word, const QStringList &words, const QString &prefix);
} // namespace Spelling
