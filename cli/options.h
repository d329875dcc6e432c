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

/// What the command line asks for.
struct Options {
    QByteArray command;  ///< name of a command in commandTable()
    QByteArray fileName; ///< of the bus, as the bytes that were given
    std::optional<qsizetype> blockSize;
    bool fileMonitoring = true;
    std::optional<std::chrono::milliseconds> sleepInterval;
    int verbosity = 0;
    bool progress = false;
    std::optional<FileBus::Format> format; ///< nothing: the default of the command
    bool lossless = false;

    // of the producer
    bool lines = false;
    std::chrono::microseconds gather{500};
    std::chrono::milliseconds lockTimeout{10000};
    quint64 history = 64;
    qint64 historyBytes = qint64(16) << 20;
    quint64 window = 64;
    quint64 waitConsumers = 1;
    bool drain = true;

    // of the consumer
    enum class From { Last, New, All, Sequence };
    From from = From::Last;
    quint64 fromSequence = 0;
    quint64 count = 0; ///< of chunks to print; 0 has no end
    std::optional<std::chrono::milliseconds> timeout;
    bool failOnLoss = false;
    QByteArray name; ///< of the subscription; empty for one that ends with the consumer

    // of stream
    bool waitForPeer = true;
    QByteArrayList joinedCommand; ///< to join the other end to; empty for standard input and output

    // of status
    QByteArrayList files;
    bool json = false;
    bool watch = false;
};

/// What may follow the name of a command, besides options.
enum class Words {
    None,          ///< nothing
    Buses,         ///< any number of buses, instead of --filename
    Subscription,  ///< the name of a subscription
    JoinedCommand, ///< behind "--", a command line
};

/// One command: all that the program knows of it beside the class that runs it. A new command is a row here and a class.
struct CommandSpecification {
    QLatin1StringView name;
    QLatin1StringView summary;
    QLatin1StringView description;
    QLatin1StringView arguments; ///< its words, for the usage line
    Words words;
    int descriptors;                                            ///< how many files it must be able to open, by measurement
    std::unique_ptr<Command> (*create)(const Options &options); ///< null for help, which only prints
};

/// One option, as --help and the parser know it.
struct OptionSpecification {
    QLatin1StringView name;      ///< without the dashes
    QLatin1StringView shortName; ///< empty if there is none
    QLatin1StringView valueName; ///< empty if it takes no value
    QLatin1StringView help;
    QLatin1StringView commands; ///< the only commands that take it, separated by spaces; empty for all
    bool original = false;      ///< one of the original filebus, listed first and always in the same place

    bool belongsTo(QLatin1StringView command) const;
};

/// The commands; those of the original come first.
std::span<const CommandSpecification> commandTable();
inline constexpr int originalCommands = 2;
/// The command of that name; null if there is none.
const CommandSpecification *findCommand(QByteArrayView name);

/// The options, in the order of --help.
std::span<const OptionSpecification> optionTable();
