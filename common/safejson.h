// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>

/// JSON that is safe to show on a terminal, whatever text it holds.
namespace SafeJson
{
/// The object on one line, without a newline. Escapes every control, separator, bidirectional and other invisible formatting
/// character (\u009B), although JSON requires that only below U+0020; a parser reads the same value.
QByteArray line(const QJsonObject &object);
} // namespace SafeJson
