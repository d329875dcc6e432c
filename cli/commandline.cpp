// SPDX-License-Identifier: Apache-2.0
#include "commandline.h"

#include "helptext.h"
#include "optionvalues.h"
#include "spelling.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

// QCommandLineParser works on QString. Latin-1 maps each byte to one character and back, so no byte is lost.
QString fromBytes(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes);
}

QByteArrayList toBytes(const QStringList &words)
{
    QByteArrayList bytes;
    for (const QString &word : words)
        bytes += word.toLatin1();
    return bytes;
}

class Parsing
{
    Q_DECLARE_TR_FUNCTIONS(CommandLine)

public:
    explicit Parsing(const QByteArrayList &arguments);

    CommandLine result();

private:
    void declareOptions();
    bool askedForHelp() const;
    bool understoodAsHelp() const;
    bool completeNames();
    bool checkValues();
    bool checkCommand();
    bool checkWords(Words kind, const QStringList &words);
    bool checkOptionsOfCommand();
    bool readOptions();
    bool understand();
    bool findHelp();
    bool unknownCommand(const QString &word);
    QByteArray commandWord() const;
    bool mistake(const QString &text);

    QStringList m_arguments;
    QCommandLineParser m_parser;
    Options m_options;
    QString m_output;
    QString m_mistake;
};

const OptionSpecification *findOption(QStringView name)
{
    for (const OptionSpecification &option : optionTable()) {
        if (name == option.name || (!name.isEmpty() && name == option.shortName))
            return &option;
    }
    return nullptr;
}

bool isCommand(const QString &word)
{
    return findCommand(word.toLatin1());
}

QStringList optionNames()
{
    QStringList names;
    for (const OptionSpecification &option : optionTable())
        names += option.name;
    return names;
}

QStringList commandNames()
{
    QStringList names;
    for (const CommandSpecification &command : commandTable())
        names += command.name;
    return names;
}

// "-" and negative numbers are words. Everything else that begins with a dash is an option.
bool looksLikeOption(const QString &argument)
{
    bool isNumber = false;
    argument.toDouble(&isNumber);
    return argument.size() > 1 && argument.startsWith(u'-') && !isNumber;
}

Parsing::Parsing(const QByteArrayList &arguments)
    : m_arguments{u"filebus"_s}
{
    for (const QByteArray &argument : arguments)
        m_arguments += fromBytes(argument);
    declareOptions();
}

void Parsing::declareOptions()
{
    for (const OptionSpecification &option : optionTable()) {
        QStringList names{option.name};
        if (!option.shortName.isEmpty())
            names += option.shortName;
        m_parser.addOption(QCommandLineOption(names, {}, option.valueName));
    }
}

bool Parsing::mistake(const QString &text)
{
    m_mistake = text;
    return false;
}

bool Parsing::askedForHelp() const
{
    for (const QString &argument : m_arguments) {
        if (argument == "--"_L1)
            break;
        if (argument == "-h"_L1 || (argument.size() > 3 && "--help"_L1.startsWith(argument)))
            return true;
    }
    return m_arguments.value(1) == "help"_L1;
}

// The requests for help that only the parser recognizes: "-vh", and the command help after an option.
bool Parsing::understoodAsHelp() const
{
    return m_parser.isSet(u"help"_s) || m_parser.positionalArguments().value(0) == "help"_L1;
}

// The best guess at the command when nothing else is understood.
QByteArray Parsing::commandWord() const
{
    const auto word =
        std::find_if(m_arguments.begin() + 1, m_arguments.end(), [](const QString &argument) { return isCommand(argument); });
    return word == m_arguments.end() ? QByteArray() : word->toLatin1();
}

// "filebus help consumer" asks about the consumer, "filebus help" about the program.
bool Parsing::findHelp()
{
    QString topic = QLatin1StringView(commandWord());
    if (topic == "help"_L1)
        topic = m_arguments.value(m_arguments.indexOf("help"_L1) + 1);
    const bool isAboutProgram = topic.isEmpty() || topic.startsWith(u'-');
    if (!isAboutProgram && !isCommand(topic))
        return unknownCommand(topic);
    m_output = HelpText::help(isAboutProgram ? QByteArray() : topic.toLatin1());
    return true;
}

bool Parsing::unknownCommand(const QString &word)
{
    return mistake(tr("unknown command '%1'; choose from %2%3")
                       .arg(Spelling::shown(word), commandNames().join(u", "_s), Spelling::guess(word, commandNames(), {})));
}

// The original's options take precedence: an abbreviation of one of them must not become ambiguous.
QStringList completionsOf(const QString &given)
{
    QStringList names, originals;
    for (const OptionSpecification &option : optionTable()) {
        if (given == option.name)
            return {given};
        if (QString(option.name).startsWith(given))
            (option.original ? originals : names) += option.name;
    }
    return originals.isEmpty() ? names : originals;
}

// Expands abbreviated names. Reports unknown options, with a guess at what was meant.
bool Parsing::completeNames()
{
    for (QString &argument : m_arguments) {
        if (argument == "--"_L1)
            break;
        if (!argument.startsWith("--"_L1))
            continue;
        const QString given = argument.section(u'=', 0, 0).sliced(2);
        const QStringList completions = completionsOf(given);
        if (completions.isEmpty())
            return mistake(
                tr("unknown option --%1%2").arg(Spelling::shown(given), Spelling::guess(given, optionNames(), u"--"_s)));
        if (completions.size() > 1)
            return mistake(tr("ambiguous option: --%1 could be --%2").arg(Spelling::shown(given), completions.join(u", --"_s)));
        argument.replace(2, given.size(), completions.first());
    }
    return true;
}

// QCommandLineParser would read "--filename --lines" as a file named "--lines".
bool Parsing::checkValues()
{
    for (qsizetype i = 1; i < m_arguments.size() && m_arguments[i] != "--"_L1; ++i) {
        const qsizetype dashes = m_arguments[i].startsWith("--"_L1) ? 2 : 1;
        const OptionSpecification *option = m_arguments[i].startsWith(u'-') ? findOption(m_arguments[i].sliced(dashes)) : nullptr;
        if (!option || option->valueName.isEmpty())
            continue;
        if (i + 1 == m_arguments.size() || looksLikeOption(m_arguments[i + 1]))
            return mistake(tr("argument --%1: expected one argument").arg(option->name));
        ++i;
    }
    if (m_parser.parse(m_arguments))
        return true;
    const QStringList unknown = m_parser.unknownOptionNames();
    return mistake(unknown.isEmpty() ? Spelling::shown(m_parser.errorText())
                                     : tr("unknown option -%1").arg(Spelling::shown(unknown.first())));
}

bool Parsing::checkCommand()
{
    const QStringList words = m_parser.positionalArguments();
    if (words.isEmpty())
        return mistake(tr("a command is required; choose from %1").arg(commandNames().join(u", "_s)));
    const CommandSpecification *command = findCommand(words.first().toLatin1());
    if (!command)
        return unknownCommand(words.first());
    m_options.command = command->name.data();
    return checkWords(command->words, words.sliced(1));
}

bool Parsing::checkWords(Words kind, const QStringList &words)
{
    switch (kind) {
    case Words::Buses:
        m_options.files = toBytes(words);
        return true;
    case Words::JoinedCommand:
        m_options.joinedCommand = toBytes(words);
        return words.isEmpty() || m_arguments.contains("--"_L1)
            || mistake(tr("the command to join to the stream must follow --"));
    case Words::Subscription:
        m_options.name = words.value(0).toLatin1();
        return words.size() == 1 || mistake(tr("unsubscribe takes one argument, the name of the subscription"));
    default:
        return words.isEmpty() || mistake(tr("unrecognized arguments: %1").arg(Spelling::shown(words.join(u' '))));
    }
}

bool Parsing::checkOptionsOfCommand()
{
    const QLatin1StringView command(m_options.command);
    for (const OptionSpecification &option : optionTable()) {
        const bool misplaced = !option.commands.isEmpty() && !option.belongsTo(command);
        if (misplaced && m_parser.isSet(option.name))
            return mistake(tr("argument --%1: not valid for %2, only for %3")
                               .arg(option.name, command, QString(option.commands).replace(u" "_s, tr(" and "))));
    }
    return true;
}

bool Parsing::readOptions()
{
    const QString problem = OptionValues(m_parser).read(m_options);
    return problem.isEmpty() || mistake(problem);
}

bool Parsing::understand()
{
    const bool parsed = completeNames() && checkValues();
    if (askedForHelp() || (parsed && understoodAsHelp()))
        return findHelp();
    if (!m_arguments.contains("--version"_L1))
        return parsed && checkCommand() && checkOptionsOfCommand() && readOptions();
    m_output = HelpText::version();
    return true;
}

CommandLine Parsing::result()
{
    CommandLine commandLine;
    if (!understand())
        commandLine.error = HelpText::usage(commandWord()) + u"filebus: error: "_s + m_mistake + u'\n';
    else if (m_output.isEmpty())
        commandLine.options = m_options;
    else
        commandLine.output = m_output;
    return commandLine;
}

} // namespace

CommandLine CommandLine::parse(const QByteArrayList &arguments)
{
    return Parsing(arguments).result();
}
