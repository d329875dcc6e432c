// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGui/QColor>
#include <QtGui/QFont>
#include <QtGui/QPalette>

/// Colours that have a meaning, for light and dark palettes, and the choice between these.
namespace Theme
{
enum Scheme { System, Light, Dark };
void apply(Scheme scheme);

struct Colors {
    QColor chunks;         ///< of what was received
    QColor bytes;          ///< of how much it was
    QColor loss;           ///< of text and marks
    QColor lossBackground; ///< of rows
    QColor match;          ///< behind what was looked for
    QColor good;
    QColor warning;
    QColor muted;     ///< of text that explains
    QColor separator; ///< of thin lines
};
Colors colors(const QPalette &palette);

QFont monospace();
} // namespace Theme
