// SPDX-License-Identifier: Apache-2.0
#include "optionvalues.h"

#include "spelling.h"

#include <filebus/chunk.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace
{

struct ValueText {
    Q_DECLARE_TR_FUNCTIONS(OptionValues)
};

constexpr double longestSeconds = 86400;
constexpr double shortestInterval = 0.001;
constexpr quint64 mostHistory = 1'000'000;
constexpr quint64 mostChunks = std::numeric_limits<qint64>::max();
constexpr QLatin1StringView fromNames[] = {"last"_L1, "new"_L1, "all"_L1}; // in the order of Options::From
constexpr QLatin1StringView inboxOptions[] = {"window"_L1, "wait-consumers"_L1, "no-drain"_L1, "name"_L1};

} // namespace

OptionValues::OptionValues(const QCommandLineParser &parser)
    : m_parser(parser)
{ }

QString OptionValues::read(Options &options)
{
    readSwitches(options);
    readSizes(options);
    readTimes(options);
    readFrom(options);
    readFormat(options);
    readFileNames(options);
    readSubscription(options);
    return m_mistake;
}

void OptionValues::mistake(const QString &text)
{
    if (m_mistake.isEmpty())
        m_mistake = text;
}

void OptionValues::readSwitches(Options &options) const
{
    const QStringList names = m_parser.optionNames(); // with repetitions
    options.verbosity = static_cast<int>(names.count(u"v"_s) + names.count(u"verbose"_s));
    options.fileMonitoring = !m_parser.isSet(u"no-file-monitoring"_s);
    options.progress = m_parser.isSet(u"progress"_s);
    options.lossless = m_parser.isSet(u"lossless"_s) || m_parser.isSet(u"back-pressure"_s);
    options.lines = m_parser.isSet(u"lines"_s);
    options.waitForPeer = !m_parser.isSet(u"no-wait"_s);
    options.drain = !m_parser.isSet(u"no-drain"_s);
    options.failOnLoss = m_parser.isSet(u"fail-on-loss"_s);
    options.json = m_parser.isSet(u"json"_s);
    options.watch = m_parser.isSet(u"watch"_s);
}

void OptionValues::readSizes(Options &options)
{
    if (m_parser.isSet(u"block-size"_s))
        readNumber(u"block-size"_s, qsizetype(1), FileBus::Chunk::maximumPayloadSize, options.blockSize.emplace());
    readNumber(u"history"_s, quint64(0), mostHistory, options.history);
    readNumber(u"history-bytes"_s, qint64(0), std::numeric_limits<qint64>::max(), options.historyBytes);
    readNumber(u"window"_s, quint64(1), mostHistory, options.window);
    readNumber(u"wait-consumers"_s, quint64(0), mostHistory, options.waitConsumers);
    if (m_parser.isSet(u"once"_s))
        options.count = 1;
    readNumber(u"count"_s, quint64(1), mostChunks, options.count);
}

void OptionValues::readTimes(Options &options)
{
    if (m_parser.isSet(u"sleep-interval"_s))
        readSeconds(u"sleep-interval"_s, shortestInterval, options.sleepInterval.emplace());
    readSeconds(u"gather"_s, 0, options.gather);
    readSeconds(u"lock-timeout"_s, 0, options.lockTimeout);
    if (m_parser.isSet(u"timeout"_s))
        readSeconds(u"timeout"_s, shortestInterval, options.timeout.emplace());
}

void OptionValues::readFrom(Options &options)
{
    if (!m_parser.isSet(u"from"_s))
        return;
    const QString given = m_parser.value(u"from"_s);
    if (const auto place = std::find(std::begin(fromNames), std::end(fromNames), given); place != std::end(fromNames)) {
        options.from = static_cast<Options::From>(place - std::begin(fromNames));
        return;
    }
    bool isNumber = false;
    options.from = Options::From::Sequence;
    options.fromSequence = given.toULongLong(&isNumber);
    if (!isNumber || options.fromSequence == 0)
        mistake(ValueText::tr("argument --from: '%1' is not last, new, all or a sequence number (1 or greater)")
                    .arg(Spelling::shown(given)));
}

void OptionValues::readFormat(Options &options)
{
    const QString given = m_parser.value(u"format"_s);
    if (given == "raw"_L1)
        options.format = FileBus::Format::Raw;
    else if (given == "tar"_L1)
        options.format = FileBus::Format::Tar;
    else if (m_parser.isSet(u"format"_s))
        mistake(ValueText::tr("argument --format: '%1' is neither tar nor raw").arg(Spelling::shown(given)));
    for (const QString name : inboxOptions) {
        if (m_parser.isSet(name) && options.format == FileBus::Format::Raw)
            mistake(ValueText::tr("argument --%1: not allowed with --format raw, which has no inboxes").arg(name));
    }
}

// status takes any number of files, also as positional arguments. Every other command takes one bus.
void OptionValues::readFileNames(Options &options)
{
    options.fileName = m_parser.value(u"filename"_s).toLatin1();
    if (m_parser.isSet(u"filename"_s))
        options.files += options.fileName;
    if (options.files.isEmpty() && findCommand(options.command)->words == Words::Buses)
        mistake(ValueText::tr("status requires the path of a bus: filebus status FILE"));
    else if (options.files.isEmpty())
        mistake(ValueText::tr("argument --filename is required: the path of the bus"));
    if (m_parser.isSet(u"filename"_s) && options.fileName.isEmpty())
        mistake(ValueText::tr("argument --filename: the path is empty"));
    else if (options.files.contains(QByteArray()))
        mistake(ValueText::tr("status: the path of a bus is empty"));
}

// Without --lossless these options would promise what the channel does not keep.
void OptionValues::readSubscription(Options &options)
{
    for (const QString name : std::span(inboxOptions).subspan(1)) { // --window alone does no harm
        if (m_parser.isSet(name) && !options.lossless)
            mistake(ValueText::tr("argument --%1: requires --lossless").arg(name));
    }
    if (options.lossless && m_parser.isSet(u"from"_s))
        mistake(
            ValueText::tr("argument --from: not allowed with --lossless, which begins with the first chunk after subscribing"));
    if (m_parser.isSet(u"name"_s))
        options.name = m_parser.value(u"name"_s).toLatin1();
    if (m_parser.isSet(u"name"_s) && options.name.isEmpty())
        mistake(ValueText::tr("argument --name: the name is empty"));
}

template<typename Number>
void OptionValues::readNumber(const QString &name, Number least, Number most, Number &value)
{
    if (!m_parser.isSet(name))
        return;
    const QString given = m_parser.value(name);
    bool isNumber = false;
    const qint64 number = given.toLongLong(&isNumber);
    if (isNumber && std::in_range<Number>(number) && static_cast<Number>(number) >= least && static_cast<Number>(number) <= most)
        value = static_cast<Number>(number);
    else
        mistake(ValueText::tr("argument --%1: '%2' is not a whole number from %3 to %4")
                    .arg(name, Spelling::shown(given), QString::number(least), QString::number(most)));
}

template<typename Duration>
void OptionValues::readSeconds(const QString &name, double least, Duration &value)
{
    if (!m_parser.isSet(name))
        return;
    const QString given = m_parser.value(name);
    bool isNumber = false;
    const double seconds = given.toDouble(&isNumber);
    if (isNumber && seconds >= least && seconds <= longestSeconds)
        value = std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
    else
        mistake(ValueText::tr("argument --%1: '%2' is not a number of seconds from %3 to %4")
                    .arg(name, Spelling::shown(given), QString::number(least), QString::number(longestSeconds)));
}
