// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QLoggingCategory>
#include <QtCore/QString>

Q_DECLARE_LOGGING_CATEGORY(logCli)

/// What goes to stderr: errors always, what is done with -v, details with -vv. Nothing else, whatever a library has to say.
namespace Messages
{
void install(int verbosity);

/// A sentence for people, whatever the verbosity is.
void print(const QString &text);
} // namespace Messages
