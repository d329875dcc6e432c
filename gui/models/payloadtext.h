// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

/// Payloads for people: their kind, and their text.
namespace PayloadText
{
enum Kind { Text, Json, Binary };

/// The kind of a payload; only its beginning decides whether it is text.
Kind kindOf(const QByteArray &payload);

/// Whether its beginning is readable text.
bool isText(const QByteArray &payload);
bool isUtf8(const QByteArray &payload);

QString text(const QByteArray &payload); ///< read as UTF-8; invalid bytes become U+FFFD
/// Each line has the offset, 16 bytes and their characters.
QString hex(const QByteArray &payload, qsizetype firstOffset = 0);
QString json(const QByteArray &payload); ///< indented; empty if it is not JSON, or too large to indent without delay

/// Payloads are shown in parts, because showing 64 MiB at once would freeze the window.
inline constexpr qsizetype partSize = qsizetype(64) << 10; // a multiple of the bytes per line of hex
qsizetype partCount(const QByteArray &payload);
/// Never cuts a UTF-8 character in two.
QByteArray part(const QByteArray &payload, qsizetype number);
qsizetype partOffset(const QByteArray &payload, qsizetype number);
} // namespace PayloadText
