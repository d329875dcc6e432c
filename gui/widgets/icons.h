// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGui/QIcon>

/// The icons in resources/icons.
namespace Icons
{
/// In the colour of the surrounding text, even after the palette changes.
QIcon symbolic(const QString &name);
/// In a fixed colour.
QIcon colored(const QString &name, const QColor &color);
QIcon application();
} // namespace Icons
