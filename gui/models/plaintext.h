// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

/// Text from elsewhere (programs, hosts, subscriptions, file names) for a widget. FileBus::displayText() makes it safe as text;
/// these functions also prevent Qt from interpreting it.
namespace PlainText
{
/// A path, or an address of a bus without its secrets, in full length.
QString path(QStringView path);
QString path(QByteArrayView path);
/// For a tool tip, where Qt interprets what looks like markup.
QString toolTip(const QString &text);
/// For a tab, a button or a menu entry, where & marks a mnemonic.
QString caption(QString text);
/// For a window title, where [*] stands for unsaved changes.
QString windowTitle(QString text);
} // namespace PlainText
