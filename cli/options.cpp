// SPDX-License-Identifier: Apache-2.0
#include "options.h"

using namespace Qt::StringLiterals;

std::span<const CommandSpecification> commandTable()
{
    static constexpr CommandSpecification commands[] = {
        {"producer"_L1, "connect producer side of stream"_L1,
         "Publish standard input on the bus: each chunk as soon as its bytes are there, in order, nothing dropped.\n"
         "  Ends with the input. Any number of producers may share a bus."_L1},
        {"consumer"_L1, "connect consumer side of stream"_L1,
         "Print the chunk that is on the bus, then every new one, until interrupted.\n"
         "  The bus need not exist yet. Any number of consumers may read a bus; they never write."_L1},
        {"help"_L1, "show the help of a command"_L1, "Show the help of a command."_L1},
    };
    return commands;
}

std::span<const OptionSpecification> optionTable()
{
    static constexpr OptionSpecification options[] = {
        {"help"_L1, "h"_L1, {}, "show this help message and exit"_L1, {}, true},
        {"block-size"_L1, {}, "N"_L1, "maximum block size in units of bytes"_L1, {}, true},
        {"no-file-monitoring"_L1, {}, {}, "disable filesystem event monitoring"_L1, {}, true},
        {"filename"_L1, {}, "FILE"_L1, "path of the data file (the producer updates it via atomic rename)"_L1, {}, true},
        {"sleep-interval"_L1, {}, "N"_L1, "check for new messages at least once every N seconds"_L1, {}, true},
        {"verbose"_L1, "v"_L1, {}, "verbose logging (each occurence increases verbosity)"_L1, {}, true},
        {"version"_L1, {}, {}, "show the version and exit"_L1, {}},
        {"lines"_L1, {}, {}, "end chunks at the end of a line"_L1, "producer"_L1},
        {"lock-timeout"_L1, {}, "N"_L1, "give up when the lock was taken for N seconds (default 10)"_L1, "producer"_L1},
    };
    return options;
}
