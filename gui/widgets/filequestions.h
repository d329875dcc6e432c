// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

class QWidget;

/// Asks the user for files. Names are shown as they are, and a file system that is not responding does not block the window.
namespace FileQuestions
{
/// The file to write to; empty if the user cancels. Whether it may be overwritten is asked later, by mayWrite().
QString fileToWrite(QWidget *window, const QString &title, const QString &proposal);
/// Whether no file exists at @p path, or the user agrees to overwrite it.
bool mayWrite(QWidget *window, const QString &title, const QString &path);
/// A bus, which need not exist; empty if the user cancels.
QString bus(QWidget *window);
QString directory(QWidget *window);
} // namespace FileQuestions
