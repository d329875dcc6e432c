// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QByteArrayView>
#include <QtCore/QString>
#include <QtCore/QStringView>

namespace FileBus
{

/// The length in characters to which displayText() cuts a name (FORMAT.md, "Metadata").
inline constexpr qsizetype longestDisplayedName = 255;

/// Makes foreign text (the name of a producer, a file or a subscription) safe to print on a terminal and to show in a window.
///
/// Control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls and other invisible formatting
/// characters become visible, for example as `\x1B` or `\u202E`. Text of more than @p longest characters is cut, and ends in "…".
/// The result is plain text: for a widget that also understands rich text, set Qt::PlainText. Reentrant; any thread.
FILEBUS_EXPORT QString displayText(QStringView text, qsizetype longest = longestDisplayedName);

/// The same for bytes that should be UTF-8. Each byte that is not valid UTF-8 becomes visible, for example as `\xFF`.
FILEBUS_EXPORT QString displayText(QByteArrayView bytes, qsizetype longest = longestDisplayedName);

} // namespace FileBus
