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

// Measured: three of the event loop and of the signals, the lock, an owner file, a chunk, a watch.
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
         "connect producer side of stream"_L1,
         "Publish standard input on the bus: each chunk as soon as its bytes are there, in order, nothing dropped.\n"
         "  Ends with the input. Any number of producers may share a bus."_L1,
         {},
         Words::None,
         usualDescriptors,
         make<ProducerCommand>},
        {"consumer"_L1,
         "connect consumer side of stream"_L1,
         "Print the chunk that is on the bus, then every new one, until interrupted.\n"
         "  The bus need not exist yet. Any number of consumers may read a bus. Unless it is lossless, a consumer writes nothing."_L1,
         {},
         Words::None,
         usualDescriptors,
         make<ConsumerCommand>},
        {"status"_L1, "show what a bus is doing"_L1,
         "Watch one or more buses for a second and show what they are doing: rates, loss, history, producers."_L1,
         "[FILE ...]"_L1, Words::Buses, usualDescriptors, make<StatusCommand>},
        {"stream"_L1, "join two processes, in both directions"_L1,
         "Run twice, it joins two processes: the standard input of each is the standard output of the other. Nothing is lost,\n"
         "  and a writer waits for the reader. After -- a command takes the place of standard input and output."_L1,
         "[-- COMMAND [ARG ...]]"_L1, Words::JoinedCommand, descriptorsOfStream, make<StreamCommand>},
        {"unsubscribe"_L1, "remove the subscription of a lossless consumer"_L1,
         "Remove a named subscription that no consumer uses any more, with all that waits for it."_L1, "NAME"_L1,
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
        {"block-size"_L1, {}, "N"_L1, "maximum block size in units of bytes"_L1, {}, true},
        {"no-file-monitoring"_L1, {}, {}, "disable filesystem event monitoring"_L1, {}, true},
        {"filename"_L1, {}, "FILE"_L1, "path of the data file (the producer updates it via atomic rename)"_L1, {}, true},
        {"sleep-interval"_L1, {}, "N"_L1, "check for new messages at least once every N seconds"_L1, {}, true},
        {"verbose"_L1, "v"_L1, {}, "verbose logging (each occurrence increases verbosity)"_L1, {}, true},
        {"version"_L1, {}, {}, "show the version and exit"_L1, {}},
        {"lines"_L1, {}, {}, "end chunks at the end of a line"_L1, "producer"_L1},
        {"gather"_L1, {}, "N"_L1, "under load, gather input for N seconds a chunk (default 0.0005)"_L1, "producer"_L1},
        {"history"_L1, {}, "N"_L1, "keep the last N chunks (default 64, 0 keeps none)"_L1, "producer"_L1},
        {"history-bytes"_L1, {}, "N"_L1, "keep at most N bytes of them (default 16777216)"_L1, "producer"_L1},
        {"lock-timeout"_L1, {}, "N"_L1, "give up when the lock was taken for N seconds (default 10)"_L1, "producer"_L1},
        {"from"_L1,
         {},
         "WHERE"_L1,
         "begin with the last, a new, all kept, or a numbered chunk: last|new|all|SEQUENCE"_L1,
         "consumer"_L1},
        {"count"_L1, "n"_L1, "N"_L1, "end after N chunks"_L1, "consumer"_L1},
        {"once"_L1, {}, {}, "end after one chunk"_L1, "consumer"_L1},
        {"timeout"_L1, {}, "N"_L1, "end with status 75 when no chunk came for N seconds"_L1, "consumer"_L1},
        {"fail-on-loss"_L1, {}, {}, "end with status 65 when a chunk was lost"_L1, "consumer"_L1},
        {"window"_L1, {}, "N"_L1, "let N chunks wait for each lossless consumer (default 64)"_L1, "producer stream"_L1},
        {"wait-consumers"_L1, {}, "N"_L1, "lossless: wait for N consumers before the first chunk (default 1)"_L1, "producer"_L1},
        {"no-drain"_L1, {}, {}, "lossless: end without waiting until all is taken"_L1, "producer"_L1},
        {"name"_L1, {}, "NAME"_L1, "lossless: subscribe by a name that outlives the consumer"_L1, "consumer"_L1},
        {"format"_L1, {}, "FORMAT"_L1, "format of the bus: tar, or raw as the original 0.3.5 has it"_L1, "producer consumer"_L1},
        {"lossless"_L1, {}, {}, "lose nothing: producers wait for lossless consumers"_L1, "producer consumer"_L1},
        {"back-pressure"_L1, {}, {}, "the same as --lossless"_L1, "producer consumer"_L1},
        {"progress"_L1, {}, {}, "show bytes, chunks, rate and time on standard error"_L1, "producer consumer"_L1},
        {"no-wait"_L1, {}, {}, "end with status 69 when the other end dies"_L1, "stream"_L1},
        {"json"_L1, {}, {}, "print one JSON object for each bus"_L1, "status"_L1},
        {"watch"_L1, {}, {}, "show it again every second"_L1, "status"_L1},
    };
    return options;
}
