// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

/// The text for a process named in a chunk or an owner file, safe to show.
namespace ProcessText
{
/// "filebus", or "owner unknown" if neither program nor PID is known, as with an empty or unreadable owner file.
QString program(const QString &program, qint64 pid);
/// "filebus, PID 4711 on host".
QString process(const QString &program, qint64 pid, const QString &host);
} // namespace ProcessText
