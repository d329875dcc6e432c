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

QString text(const QByteArray &payload); ///< UTF-8; bytes that are none show as U+FFFD
QString hex(const QByteArray &payload);  ///< offset, 16 bytes and their characters a line
QString json(const QByteArray &payload); ///< indented; empty if it is no JSON
} // namespace PayloadText
