// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include "consumercommand.h"
#include "producercommand.h"
#include "statuscommand.h"
#include "streamcommand.h"
#include "unsubscribecommand.h"

#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

// Measured: three for the event loop and the signals, then the lock, an owner file, a chunk and a watch.
constexpr int usualDescriptors = 6;
constexpr int descriptorsOfStream = 9; // it is two buses

template<typename CommandClass>
std::unique_ptr<Command> make(const Options &options)
{
    return std::make_unique<CommandClass>(options);
}

} // namespace

bool OptionSpecification::belongsTo(QLatin1StringView command) const
{
    return QString(commands).split(QChar::Space).contains(command);
}

std::span<const CommandSpecification> commandTable()
{
    static constexpr CommandSpecification commands[] = {
        {"producer"_L1,
         "publish standard input on a bus"_L1,
         "Publish standard input on a bus, complete and in order, as soon as it arrives.\n"
         "  Exits at the end of the input. Any number of producers can share a bus."_L1,
         {},
         Words::None,
         usualDescriptors,
         make<ProducerCommand>},
        {"consumer"_L1,
         "print what is published on a bus"_L1,
         "Print the chunk that is on the bus, then every new one, until interrupted.\n"
         "  The bus need not exist yet. Any number of consumers can read a bus. Unless it is lossless, a consumer writes "
         "nothing\n"
         "  in or beside the bus."_L1,
         {},
         Words::None,
         usualDescriptors,
         make<ConsumerCommand>},
        {"status"_L1, "show what a bus is doing"_L1,
         "Watch one or more buses for a second and show what they are doing: rates, losses, history, producers."_L1,
         "[FILE ...]"_L1, Words::Buses, usualDescriptors, make<StatusCommand>},
        {"stream"_L1, "join two processes in both directions"_L1,
         "Join the two processes that run this command with the same FILE: each prints what the other reads from its standard\n"
         "  input. Nothing is lost, and a writer waits for its reader. With -- COMMAND, the command is joined instead of "
         "standard\n"
         "  input and output."_L1,
         "[-- COMMAND [ARG ...]]"_L1, Words::JoinedCommand, descriptorsOfStream, make<StreamCommand>},
        {"unsubscribe"_L1, "remove the subscription of a lossless consumer"_L1,
         "Remove a named subscription that no consumer uses any more, with all chunks that wait in it."_L1, "NAME"_L1,
         Words::Subscription, usualDescriptors, make<UnsubscribeCommand>},
        {"help"_L1, "show the help of a command"_L1, "Show the help of a command."_L1, "[COMMAND]"_L1, Words::None, 0, nullptr},
    };
    return commands;
}

const CommandSpecification *findCommand(QByteArrayView name)
{
    const std::span<const CommandSpecification> commands = commandTable();
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const CommandSpecification &command) { return command.name == QLatin1StringView(name); });
    return found == commands.end() ? nullptr : &*found;
}

std::span<const OptionSpecification> optionTable()
{
    static constexpr OptionSpecification options[] = {
        {"help"_L1, "h"_L1, {}, "show this help message and exit"_L1, {}, true},
        {"block-size"_L1, {}, "N"_L1, "largest chunk to publish, in bytes (default: 524288; stream: 65536)"_L1, {}, true},
        {"no-file-monitoring"_L1, {}, {}, "poll instead of using file system events"_L1, {}, true},
        {"filename"_L1, {}, "FILE"_L1, "path of the bus, a regular file; or nats://HOST/NAME for a bus on a server"_L1, {}, true},
        {"sleep-interval"_L1, {}, "N"_L1, "look for new chunks at least once every N seconds"_L1, {}, true},
        {"verbose"_L1, "v"_L1, {}, "log what is done on standard error (repeat for more detail)"_L1, {}, true},
        {"version"_L1, {}, {}, "show the version and exit"_L1, {}},
        {"lines"_L1, {}, {}, "end each chunk at a newline"_L1, "producer"_L1},
        {"gather"_L1, {}, "N"_L1, "under load, collect input for N seconds per chunk (default: 0.0005)"_L1, "producer"_L1},
        {"history"_L1, {}, "N"_L1, "keep the last N chunks (default: 64; 0 keeps none)"_L1, "producer"_L1},
        {"history-bytes"_L1, {}, "N"_L1, "limit the history to N bytes on disk (default: 16777216)"_L1, "producer"_L1},
        {"lock-timeout"_L1,
         {},
         "N"_L1,
         "give up if another process holds the lock for N seconds (default: 10)"_L1,
         "producer"_L1},
        {"from"_L1, {}, "WHERE"_L1, "where to begin: last (default), new, all, or a sequence number"_L1, "consumer"_L1},
        {"count"_L1, "n"_L1, "N"_L1, "exit after N chunks"_L1, "consumer"_L1},
        {"once"_L1, {}, {}, "exit after one chunk"_L1, "consumer"_L1},
        {"timeout"_L1, {}, "N"_L1, "exit with status 75 if no chunk arrives for N seconds"_L1, "consumer"_L1},
        {"fail-on-loss"_L1, {}, {}, "exit with status 65 as soon as a chunk is lost"_L1, "consumer"_L1},
        {"window"_L1, {}, "N"_L1, "let up to N chunks wait for each lossless consumer (default: 64)"_L1, "producer stream"_L1},
        {"wait-consumers"_L1, {}, "N"_L1, "lossless: wait for N consumers before the first chunk (default: 1)"_L1, "producer"_L1},
        {"no-drain"_L1, {}, {}, "lossless: exit without waiting for consumers to take everything"_L1, "producer"_L1},
        {"name"_L1, {}, "NAME"_L1, "lossless: use a durable subscription with this name"_L1, "consumer"_L1},
        {"format"_L1,
         {},
         "FORMAT"_L1,
         "tar, or raw like the original 0.3.5 (default: tar; consumers detect it)"_L1,
         "producer consumer"_L1},
        {"lossless"_L1, {}, {}, "lose nothing: producers wait for lossless consumers"_L1, "producer consumer"_L1},
        {"back-pressure"_L1, {}, {}, "same as --lossless"_L1, "producer consumer"_L1},
        {"progress"_L1, {}, {}, "show bytes, chunks, time and rates on standard error"_L1, "producer consumer"_L1},
        {"no-wait"_L1, {}, {}, "exit with status 69 if the process on the other side dies"_L1, "stream"_L1},
        {"json"_L1, {}, {}, "print one JSON object per bus"_L1, "status"_L1},
        {"watch"_L1, {}, {}, "update every second until interrupted"_L1, "status"_L1},
    };
    return options;
}
