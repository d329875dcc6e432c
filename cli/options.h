// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/format.h>

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>
#include <QtCore/QLatin1StringView>

#include <chrono>
#include <memory>
#include <optional>
#include <span>

class Command;

/// The parsed command line.
struct Options {
    QByteArray command;  ///< name of a command in commandTable()
    QByteArray fileName; ///< of the bus, as given: raw bytes
    std::optional<qsizetype> blockSize;
    bool fileMonitoring = true;
    std::optional<std::chrono::milliseconds> sleepInterval;
    int verbosity = 0;
    bool progress = false;
    std::optional<FileBus::Format> format; ///< unset: the default of the command
    bool lossless = false;

    // producer
    bool lines = false;
    std::chrono::microseconds gather{500};
    std::chrono::milliseconds lockTimeout{10000};
    quint64 history = 64;
    qint64 historyBytes = qint64(16) << 20;
    quint64 window = 64;
    quint64 waitConsumers = 1;
    bool drain = true;

    // consumer
    enum class From { Last, New, All, Sequence };
    From from = From::Last;
    quint64 fromSequence = 0;
    quint64 count = 0; ///< number of chunks to print (0: unlimited)
    std::optional<std::chrono::milliseconds> timeout;
    bool failOnLoss = false;
    QByteArray name; ///< of the subscription; empty for one that ends with the consumer

    // stream
    bool waitForPeer = true;
    QByteArrayList joinedCommand; ///< joined to the stream; empty for standard input and output

    // status
    QByteArrayList files;
    bool json = false;
    bool watch = false;
};

/// What can follow the name of a command, besides options.
enum class Words {
    None,          ///< nothing
    Buses,         ///< any number of buses, instead of --filename
    Subscription,  ///< the name of a subscription
    JoinedCommand, ///< a command line, after "--"
};

/// A command: all that the program knows about it, except the class that runs it. A new command is a row in the table and a
/// class.
struct CommandSpecification {
    QLatin1StringView name;
    QLatin1StringView summary;
    QLatin1StringView description;
    QLatin1StringView arguments; ///< its positional arguments, for the usage line
    Words words;
    int descriptors;                                            ///< how many files it must be able to open, as measured
    std::unique_ptr<Command> (*create)(const Options &options); ///< null for help, which only prints
};

/// An option, as described to --help and the parser.
struct OptionSpecification {
    QLatin1StringView name;      ///< without the dashes
    QLatin1StringView shortName; ///< empty if there is none
    QLatin1StringView valueName; ///< empty if it takes no value
    QLatin1StringView help;
    QLatin1StringView commands; ///< the commands that accept it, separated by spaces; empty for all
    bool original = false;      ///< an option of the original filebus, listed first

    bool belongsTo(QLatin1StringView command) const;
};

/// All commands. Those of the original come first.
std::span<const CommandSpecification> commandTable();
inline constexpr int originalCommands = 2;
/// The command with that name; null if there is none.
const CommandSpecification *findCommand(QByteArrayView name);

/// All options, in the order of --help.
std::span<const OptionSpecification> optionTable();
