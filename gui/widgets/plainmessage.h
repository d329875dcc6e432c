// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

class QWidget;

/// Message boxes that show their text as it is. It contains names of files and programs, which must not be treated as markup.
namespace PlainMessage
{
void inform(QWidget *window, const QString &title, const QString &text);
void warn(QWidget *window, const QString &title, const QString &text);
/// Whether the user chose @p action; false by default.
bool confirms(QWidget *window, const QString &title, const QString &text, const QString &action);
} // namespace PlainMessage
