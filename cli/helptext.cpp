// SPDX-License-Identifier: Apache-2.0
#include "helptext.h"

#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

constexpr int helpColumn = 24;

QString withValue(const QString &name, const OptionSpecification &option)
{
    return option.valueName.isEmpty() ? name : name + u' ' + option.valueName;
}

QString longForm(const OptionSpecification &option)
{
    return withValue(u"--"_s + option.name, option);
}

QString shortestForm(const OptionSpecification &option)
{
    return option.shortName.isEmpty() ? longForm(option) : withValue(u"-"_s + option.shortName, option);
}

// Two columns. A name that is too long for the first one gets a line of its own.
QString row(const QString &name, QLatin1StringView text)
{
    if (name.size() > helpColumn - 2)
        return name + u'\n' + QString(helpColumn, u' ') + text + u'\n';
    return name.leftJustified(helpColumn) + text + u'\n';
}

QString row(const OptionSpecification &option)
{
    const QString shortForm = option.shortName.isEmpty() ? QString() : u"-"_s + option.shortName + u", "_s;
    return row(u"  "_s + shortForm + longForm(option), option.help);
}

template<typename Predicate>
QString rows(Predicate isListed)
{
    QString text;
    for (const OptionSpecification &option : optionTable()) {
        if (isListed(option))
            text += row(option);
    }
    return text;
}

QString rowsOf(QLatin1StringView command)
{
    return rows([&](const OptionSpecification &option) { return option.belongsTo(command); });
}

QString section(const QString &title, const QString &content)
{
    return content.isEmpty() ? QString() : u'\n' + title + u":\n"_s + content;
}

QString commandNames(std::span<const CommandSpecification> commands)
{
    QStringList names;
    for (const CommandSpecification &command : commands)
        names += command.name;
    return u'{' + names.join(u',') + u'}';
}

QString commandRows(std::span<const CommandSpecification> commands)
{
    QString text;
    for (const CommandSpecification &command : commands)
        text += row(u"    "_s + command.name, command.summary);
    return text;
}

template<typename Predicate>
QString usageOptions(Predicate isListed)
{
    QString text;
    for (const OptionSpecification &option : optionTable()) {
        if (isListed(option))
            text += u" ["_s + shortestForm(option) + u']';
    }
    return text;
}

// In the order of the help, and only for commands that have some.
QString optionsOfCommands()
{
    QString text;
    for (const CommandSpecification &command : commandTable())
        text += section(command.name + u" options"_s, rowsOf(command.name));
    return text;
}

QString programHelp()
{
    const auto original = commandTable().first(originalCommands);
    const auto later = commandTable().subspan(originalCommands);
    return HelpText::usage({}) + u"\n  "_s + HelpText::version()
        + u"  Multicast communication channels based on regular files\n"_s
        + section(u"positional arguments"_s, u"  "_s + commandNames(original) + u'\n' + commandRows(original))
        + section(u"optional arguments"_s, rows([](const OptionSpecification &option) { return option.original; }))
        + section(u"more commands"_s, commandRows(later))
        + section(u"more options"_s,
                  rows([](const OptionSpecification &option) { return !option.original && option.commands.isEmpty(); }))
        + optionsOfCommands()
        + u"\nOptions can come before or after the command. See man filebus for guarantees, exit statuses and examples.\n"_s;
}

QString commandHelp(const CommandSpecification &command)
{
    return HelpText::usage(command.name.data()) + u"\n  "_s + command.description + u'\n'
        + section(u"optional arguments"_s, rows([&](const OptionSpecification &option) {
                      return option.commands.isEmpty() || option.belongsTo(command.name);
                  }));
}

} // namespace

QString HelpText::usage(const QByteArray &commandName)
{
    const CommandSpecification *command = findCommand(commandName);
    if (!command)
        return u"usage: filebus"_s + usageOptions([](const auto &option) { return option.original; }) + u' '
            + commandNames(commandTable().first(originalCommands)) + u" ...\n"_s;
    QString text = u"usage: filebus "_s + command->name;
    if (command->create)
        text += usageOptions([&](const auto &option) { return option.original || option.belongsTo(command->name); });
    return (command->arguments.isEmpty() ? text : text + u' ' + command->arguments) + u'\n';
}

QString HelpText::help(const QByteArray &commandName)
{
    const CommandSpecification *command = findCommand(commandName);
    return command ? commandHelp(*command) : programHelp();
}

QString HelpText::version()
{
    return u"filebus " FILEBUS_VERSION "\n"_s;
}
