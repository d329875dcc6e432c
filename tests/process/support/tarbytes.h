// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

/// Tar archives that no well-behaved program would write.
namespace TarBytes
{
/// One entry with a valid checksum and any declared size.
QByteArray entry(const QByteArray &name, const QByteArray &content, char type, quint64 declaredSize);
QByteArray entry(const QByteArray &name, const QByteArray &content);
/// The two blocks of zeros at the end of an archive.
QByteArray end();
} // namespace TarBytes
