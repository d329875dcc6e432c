// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

#include <QtCore/QString>

/// The texts of --help and of usage errors, laid out like those of the original filebus.
namespace HelpText
{
/// The line that begins with "usage:", for one command or, if @p command is empty, for the program.
QString usage(const QByteArray &command);
/// The full help, for one command or for the program.
QString help(const QByteArray &command);
QString version();
} // namespace HelpText
