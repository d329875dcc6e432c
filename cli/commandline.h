// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QString>

#include <optional>

/// The meaning of a command line: a command to run, a text to print, or a mistake.
///
/// As in the original, options can come before or after the command and can be abbreviated as long as they stay unambiguous. If
/// an option is repeated, the last one wins.
struct CommandLine {
    /// @p arguments exclude the program name. They are raw bytes, because a file name need not be UTF-8.
    static CommandLine parse(const QByteArrayList &arguments);

    std::optional<Options> options; ///< what to run; empty if one of the texts is set
    QString output;                 ///< for standard output: help or version
    QString error;                  ///< for standard error: usage and reason
};
