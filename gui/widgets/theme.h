// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGui/QColor>
#include <QtGui/QFont>
#include <QtGui/QPalette>

/// Colours with a meaning, for light and dark palettes, and the choice between those palettes.
namespace Theme
{
enum Scheme { System, Light, Dark };
void apply(Scheme scheme);

struct Colors {
    QColor chunks;         ///< of received chunks
    QColor bytes;          ///< of received bytes
    QColor loss;           ///< of text and marks
    QColor lossBackground; ///< of rows
    QColor match;          ///< behind matches
    QColor good;
    QColor warning;
    QColor muted;     ///< of secondary text
    QColor separator; ///< of thin lines
};
Colors colors(const QPalette &palette);

QFont monospace();
} // namespace Theme
