// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGui/QIcon>

/// The icons in resources/icons.
namespace Icons
{
/// In the colour of the text around it, also when the palette changes.
QIcon symbolic(const QString &name);
/// In a colour of its own.
QIcon colored(const QString &name, const QColor &color);
QIcon application();
} // namespace Icons
