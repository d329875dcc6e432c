// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QStringList>

/// The words of a command line, as people should read them, and guesses at those that were meant. A word holds each byte as one
/// character (Latin-1), so that none is lost on its way through QString.
namespace Spelling
{
/// For people the same bytes are what they mostly are: UTF-8. What could harm a terminal, or is none, is made visible.
QString shown(const QString &word);

/// "; did you mean PREFIX…?" with the word that is nearest to @p word; empty if none is near.
QString guess(const QString &word, const QStringList &words, const QString &prefix);
} // namespace Spelling
