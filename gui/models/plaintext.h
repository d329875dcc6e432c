// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

/// Text from elsewhere (programs, hosts, subscriptions, file names) on its way into a widget: FileBus::displayText() makes it
/// harmless as text, and these take care of what Qt reads into a text.
namespace PlainText
{
/// A path, at its full length.
QString path(QStringView path);
QString path(QByteArrayView path);
/// For a tool tip, which takes what looks like markup for markup.
QString toolTip(const QString &text);
/// For a tab, a button or an entry of a menu, where & marks the key of the next letter.
QString caption(QString text);
/// For the title of a window, where [*] marks changes that are not saved.
QString windowTitle(QString text);
} // namespace PlainText
