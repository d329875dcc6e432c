// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QLoggingCategory>
#include <QtCore/QString>

Q_DECLARE_LOGGING_CATEGORY(logCli)

/// The messages on stderr: errors always, actions with -v, details with -vv. Messages of other libraries appear only if they are
/// fatal, or with -vv.
namespace Messages
{
void install(int verbosity);

/// Prints a sentence for people at any verbosity.
void print(const QString &text);
} // namespace Messages
