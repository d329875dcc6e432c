// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

class QWidget;

/// Message boxes that show their text as it is: it names files and programs, and what looks like markup in a name is none.
namespace PlainMessage
{
void inform(QWidget *window, const QString &title, const QString &text);
void warn(QWidget *window, const QString &title, const QString &text);
/// Whether the user chose @p action. Unless they choose, nothing is done.
bool confirms(QWidget *window, const QString &title, const QString &text, const QString &action);
} // namespace PlainMessage
