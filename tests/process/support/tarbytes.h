// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

/// Tar archives as no well-meaning program writes them.
namespace TarBytes
{
/// One entry, with a valid checksum and whatever size its header shall declare.
QByteArray entry(const QByteArray &name, const QByteArray &content, char type, quint64 declaredSize);
QByteArray entry(const QByteArray &name, const QByteArray &content);
/// The two blocks of zeros that close an archive.
QByteArray end();
} // namespace TarBytes
