// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

#include <QtCore/QString>

/// The texts of --help and of usage errors, in the look of the original filebus.
namespace HelpText
{
/// The line that begins with "usage:". @p command: empty for the program as a whole.
QString usage(const QByteArray &command);
/// The whole help, of the program or of one command.
QString help(const QByteArray &command);
QString version();
} // namespace HelpText
