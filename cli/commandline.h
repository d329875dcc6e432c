// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QString>

#include <optional>

/// What the words of a command line mean: a command to run, a text to print, or a mistake.
///
/// As with the original, options stand before or after the command, may be shortened as long as they stay unambiguous, and the
/// last one of a kind counts.
struct CommandLine {
    /// @p arguments without the name of the program, as the bytes that were given: a file name need not be UTF-8.
    static CommandLine parse(const QByteArrayList &arguments);

    std::optional<Options> options; ///< what to run; nothing if one of the texts is set
    QString output;                 ///< for standard output: a help, the version
    QString error;                  ///< for standard error: usage, and what is wrong
};
