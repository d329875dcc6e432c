// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

class QWidget;

/// Asks the user for files. Names are shown as they are, and a file system that does not answer holds up nobody.
namespace FileQuestions
{
/// The file to write to; empty if the user wants none. An existing one is asked for later, by mayWrite().
QString fileToWrite(QWidget *window, const QString &title, const QString &proposal);
/// Whether there is no file at @p path, or the user wants to overwrite it.
bool mayWrite(QWidget *window, const QString &title, const QString &path);
/// A bus, which need not exist; empty if the user wants none.
QString bus(QWidget *window);
QString directory(QWidget *window);
} // namespace FileQuestions
