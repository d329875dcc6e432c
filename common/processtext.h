// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

/// A process in words, as chunks and owner files name it. Harmless to show.
namespace ProcessText
{
/// "filebus"; says so if neither program nor PID is known, as with an empty or unreadable owner file.
QString program(const QString &program, qint64 pid);
/// "filebus, PID 4711 on host".
QString process(const QString &program, qint64 pid, const QString &host);
} // namespace ProcessText
