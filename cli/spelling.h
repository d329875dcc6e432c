// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QStringList>

/// Shows the words of a command line to people and guesses which words were meant. A word holds each byte as one character
/// (Latin-1), so that none is lost in a QString.
namespace Spelling
{
/// The word decoded as UTF-8, as it most probably is. Invalid bytes and characters that could harm a terminal are made visible.
QString shown(const QString &word);

/// "; did you mean PREFIX…?" with the word closest to @p word; empty if none is close.
QString guess(const QString &word, const QStringList &words, const QString &prefix);
} // namespace Spelling
