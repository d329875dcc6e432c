// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QLatin1StringView>

#include <chrono>
#include <span>

/// What the command line asks for.
struct Options {
    QByteArray command;  ///< name of a command in commandTable()
    QByteArray fileName; ///< of the bus, as the bytes that were given
    qsizetype blockSize = 65536;
    bool fileMonitoring = true;
    std::chrono::milliseconds sleepInterval{100};
    int verbosity = 0;
    bool lines = false;
    std::chrono::milliseconds lockTimeout{10000};
};

/// One command, as --help and the parser know it.
struct CommandSpecification {
    QLatin1StringView name;
    QLatin1StringView summary;
    QLatin1StringView description;
};

/// One option, as --help and the parser know it.
struct OptionSpecification {
    QLatin1StringView name;      ///< without the dashes
    QLatin1StringView shortName; ///< empty if there is none
    QLatin1StringView valueName; ///< empty if it takes no value
    QLatin1StringView help;
    QLatin1StringView command; ///< the only command that takes it; empty for all
    bool original = false;     ///< one of the original filebus, listed first and always in the same place
};

/// The commands; those of the original come first.
std::span<const CommandSpecification> commandTable();
inline constexpr int originalCommands = 2;

/// The options, in the order of --help.
std::span<const OptionSpecification> optionTable();
