// SPDX-License-Identifier: Apache-2.0
#include "helptext.h"

#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

/// The texts follow from the tables of commands and options, completely.
class TestHelpText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aCommandListsItsOwnOptions_data();
    void aCommandListsItsOwnOptions();
    void theProgramListsEverything();
    void textsBeginInTheSameColumn();
    void usageNamesWhatACommandTakes_data();
    void usageNamesWhatACommandTakes();
};

namespace
{

constexpr int helpColumn = 24;

bool lists(const QString &help, const OptionSpecification &option)
{
    return std::ranges::any_of(help.split(u'\n'), [&](const QString &line) {
        const QStringList words = line.left(helpColumn).simplified().split(u' ');
        return line.startsWith(u"  "_s) && words.contains(u"--"_s + option.name);
    });
}

} // namespace

void TestHelpText::aCommandListsItsOwnOptions_data()
{
    QTest::addColumn<QByteArray>("command");
    for (const CommandSpecification &command : commandTable())
        QTest::newRow(command.name.data()) << QByteArray(command.name.data());
}

void TestHelpText::aCommandListsItsOwnOptions()
{
    QFETCH(const QByteArray, command);
    const QString help = HelpText::help(command);
    QVERIFY(help.startsWith(HelpText::usage(command)));
    for (const OptionSpecification &option : optionTable())
        QCOMPARE(lists(help, option), option.commands.isEmpty() || option.belongsTo(QLatin1StringView(command)));
}

void TestHelpText::theProgramListsEverything()
{
    const QString help = HelpText::help({});
    for (const OptionSpecification &option : optionTable())
        QVERIFY2(lists(help, option), option.name.data());
    for (const CommandSpecification &command : commandTable())
        QVERIFY2(help.contains(u"\n    "_s + command.name), command.name.data());
    QCOMPARE(help, HelpText::help("no such command"));
}

void TestHelpText::textsBeginInTheSameColumn()
{
    const QString help = HelpText::help({});
    for (const OptionSpecification &option : optionTable()) {
        const qsizetype text = help.indexOf(option.help);
        QVERIFY2(text >= 0, option.name.data());
        QCOMPARE(text - help.lastIndexOf(u'\n', text) - 1, helpColumn);
    }
}

void TestHelpText::usageNamesWhatACommandTakes_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QString>("end");
    QTest::newRow("options alone") << QByteArray("consumer") << u" [--lossless] [--back-pressure] [--progress]\n"_s;
    QTest::newRow("files") << QByteArray("status") << u" [--json] [--watch] [FILE ...]\n"_s;
    QTest::newRow("a command") << QByteArray("stream") << u" [--window N] [--no-wait] [-- COMMAND [ARG ...]]\n"_s;
    QTest::newRow("no options") << QByteArray("help") << u"usage: filebus help [COMMAND]\n"_s;
}

void TestHelpText::usageNamesWhatACommandTakes()
{
    QFETCH(const QByteArray, command);
    QFETCH(const QString, end);
    const QString usage = HelpText::usage(command);
    QVERIFY2(usage.startsWith(u"usage: filebus "_s + QLatin1StringView(command)) && usage.endsWith(end), qPrintable(usage));
}

QTEST_GUILESS_MAIN(TestHelpText)
#include "tst_helptext.moc"
