// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>

/// JSON that a terminal can show whatever text is in it.
namespace SafeJson
{
/// The object on one line, without the end of it. Every control, separating, bidirectional and other invisible formatting
/// character is escaped (\u009B), of which JSON demands only those below U+0020; a parser reads the same value.
QByteArray line(const QJsonObject &object);
} // namespace SafeJson
