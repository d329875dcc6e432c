// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

/// Payloads for people: what they are, and as text.
namespace PayloadText
{
enum Kind { Text, Json, Binary };

/// What a payload is; only its beginning counts for whether it is text.
Kind kindOf(const QByteArray &payload);

/// Whether people can read its beginning.
bool isText(const QByteArray &payload);
bool isUtf8(const QByteArray &payload);

QString text(const QByteArray &payload); ///< UTF-8; bytes that are none show as U+FFFD
/// Offset, 16 bytes and their characters a line.
QString hex(const QByteArray &payload, qsizetype firstOffset = 0);
QString json(const QByteArray &payload); ///< indented; empty if it is no JSON, or too large to be indented at once

/// Payloads are shown in parts, because a window that shows 64 MiB at once would freeze.
inline constexpr qsizetype partSize = qsizetype(64) << 10; // a multiple of the bytes of a line of hex
qsizetype partCount(const QByteArray &payload);
/// No character of UTF-8 is cut in two.
QByteArray part(const QByteArray &payload, qsizetype number);
qsizetype partOffset(const QByteArray &payload, qsizetype number);
} // namespace PayloadText
