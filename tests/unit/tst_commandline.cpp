// SPDX-License-Identifier: Apache-2.0
#include "commandline.h"

#include "support/commandlines.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestCommandLine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theUsageIsThatOfTheOriginal();
    void helpIsPrinted_data();
    void helpIsPrinted();
    void theVersionIsPrinted_data();
    void theVersionIsPrinted();
    void defaultsAreThoseOfTheOriginal();
    void optionsAreTaken_data();
    void optionsAreTaken();
    void aNameThatIsNotUtf8KeepsItsBytes();
    void mistakesAreExplained_data();
    void mistakesAreExplained();
};

namespace
{

const QString usage = u"usage: filebus [-h] [--block-size N] [--no-file-monitoring] [--filename FILE] [--sleep-interval N] [-v] "
                      "{producer,consumer} ..."_s;

QByteArray summary(const Options &options)
{
    return options.command + ' ' + options.fileName + ' ' + QByteArray::number(options.blockSize.value_or(0))
        + (options.fileMonitoring ? " events " : " polling ") + QByteArray::number(options.sleepInterval.value_or(100ms).count())
        + (options.lines ? " lines" : "");
}

} // namespace

void TestCommandLine::theUsageIsThatOfTheOriginal()
{
    const CommandLine help = parse("--help");
    QVERIFY2(help.output.startsWith(usage + u'\n'), qPrintable(help.output));
    const CommandLine mistake = parse("");
    QVERIFY2(mistake.error.startsWith(usage + u'\n'), qPrintable(mistake.error));
}

void TestCommandLine::helpIsPrinted_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("firstWords");
    const QString ofProducer = u"usage: filebus producer "_s;
    const QString ofConsumer = u"usage: filebus consumer "_s;
    QTest::newRow("-h") << QByteArray("-h") << usage;
    QTest::newRow("--help") << QByteArray("--help") << usage;
    QTest::newRow("shortened") << QByteArray("--he") << usage;
    QTest::newRow("among short options") << QByteArray("-vh") << usage;
    QTest::newRow("after other options") << QByteArray("--filename x --help") << usage;
    QTest::newRow("beside an unknown option") << QByteArray("--bogus --help") << usage;
    QTest::newRow("beside a missing value") << QByteArray("--help --filename") << usage;
    QTest::newRow("beside a wrong value") << QByteArray("--block-size x -h") << usage;
    QTest::newRow("beside an unknown command") << QByteArray("bogus --help") << usage;
    QTest::newRow("of the producer") << QByteArray("producer -h") << ofProducer;
    QTest::newRow("of the producer, option first") << QByteArray("-h producer") << ofProducer;
    QTest::newRow("of the consumer") << QByteArray("--filename x consumer --help") << ofConsumer;
    QTest::newRow("help") << QByteArray("help") << usage;
    QTest::newRow("help producer") << QByteArray("help producer") << ofProducer;
    QTest::newRow("help consumer") << QByteArray("help consumer") << ofConsumer;
    QTest::newRow("help after an option") << QByteArray("-v help consumer") << ofConsumer;
    QTest::newRow("help after an option with value") << QByteArray("--filename x help consumer") << ofConsumer;
    QTest::newRow("among short options of a command") << QByteArray("--filename x -vh producer") << ofProducer;
    QTest::newRow("help help") << QByteArray("help help") << u"usage: filebus help [COMMAND]"_s;
}

void TestCommandLine::helpIsPrinted()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QString, firstWords);
    const CommandLine result = parse(line);
    QVERIFY2(!result.options && result.error.isEmpty(), qPrintable(result.error));
    QVERIFY2(result.output.startsWith(firstWords), qPrintable(result.output));
    QVERIFY(result.output.endsWith(u'\n'));
}

void TestCommandLine::theVersionIsPrinted_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("alone") << QByteArray("--version");
    QTest::newRow("shortened") << QByteArray("--vers");
    QTest::newRow("beside a command") << QByteArray("--filename x consumer --version");
    QTest::newRow("shortened beside a command") << QByteArray("--filename x consumer --vers");
    QTest::newRow("after -v, which is verbose") << QByteArray("-v --version");
}

void TestCommandLine::theVersionIsPrinted()
{
    QFETCH(const QByteArray, line);
    const CommandLine result = parse(line);
    QVERIFY2(!result.options && result.error.isEmpty(), qPrintable(result.error));
    static const QRegularExpression version(u"^filebus \\d+\\.\\d+\\.\\d+\n$"_s);
    QVERIFY2(version.match(result.output).hasMatch(), qPrintable(result.output));
}

void TestCommandLine::defaultsAreThoseOfTheOriginal()
{
    const CommandLine result = parse("--filename x consumer");
    QVERIFY2(result.options, qPrintable(result.error));
    QCOMPARE(summary(*result.options), "consumer x 0 events 100");
    QCOMPARE(result.options->verbosity, 0);
    QCOMPARE(result.options->lockTimeout, 10s);
}

void TestCommandLine::optionsAreTaken_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const QByteArray &line, const char *expected) {
        QTest::newRow(line.constData()) << line << QByteArray(expected);
    };
    row("--block-size 1 --filename x producer", "producer x 1 events 100");
    row("producer --block-size 1 --filename x", "producer x 1 events 100");
    row("--block-size 1 producer --filename x", "producer x 1 events 100");
    row("--filename=x --block-size=67108864 producer", "producer x 67108864 events 100");
    row("--filename=--lines producer", "producer --lines 0 events 100");
    row("--filename=a=b producer", "producer a=b 0 events 100");
    row("--filename - producer", "producer - 0 events 100");
    row("--filename x --filename y producer", "producer y 0 events 100");
    row("--file x --bl 7 --no --sl 2 consumer", "consumer x 7 polling 2000");
    row("--fi=x --no-file-monitoring consumer", "consumer x 0 polling 100");
    row("--filename x --sleep-interval 0.001 consumer", "consumer x 0 events 1");
    row("--filename x --sleep-interval .25 consumer", "consumer x 0 events 250");
    row("--filename x --sleep-interval 1e1 consumer", "consumer x 0 events 10000");
    row("--filename x --lines producer", "producer x 0 events 100 lines");
    row("--filename x -- consumer", "consumer x 0 events 100");
    row("--f x --ver consumer",
        "consumer x 0 events 100"); // short for an option of the original, whatever options were added later
}

void TestCommandLine::optionsAreTaken()
{
    QFETCH(const QByteArray, line);
    const CommandLine result = parse(line);
    QVERIFY2(result.options, qPrintable(result.error));
    QTEST(summary(*result.options), "expected");
    QVERIFY(result.output.isEmpty() && result.error.isEmpty());
}

void TestCommandLine::aNameThatIsNotUtf8KeepsItsBytes()
{
    const QByteArray name = "/tmp/caf\xe9/\xff\xfe\x80 日本";
    for (const QByteArrayList &arguments : {QByteArrayList{"--filename", name, "consumer"}, {"consumer", "--filename=" + name}}) {
        const CommandLine result = CommandLine::parse(arguments);
        QVERIFY2(result.options, qPrintable(result.error));
        QCOMPARE(result.options->fileName, name);
    }
}

void TestCommandLine::mistakesAreExplained_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("reason");
    const auto row = [](const QByteArray &line, const QString &reason) { QTest::newRow(line.constData()) << line << reason; };
    row("", u"a command is required; choose from producer, consumer, status, stream, unsubscribe, help"_s);
    row("--filename x", u"a command is required"_s);
    row("--filename x prodcer",
        u"unknown command 'prodcer'; choose from producer, consumer, status, stream, unsubscribe, help; did you mean producer?"_s);
    row("--filename x frobnicate",
        u"unknown command 'frobnicate'; choose from producer, consumer, status, stream, unsubscribe, help\n"_s);
    row("--filename x consumer y z", u"unrecognized arguments: y z"_s);
    row("consumer", u"argument --filename is required"_s);
    row("consumer --filename", u"argument --filename: expected one argument"_s);
    row("--filename --lines producer", u"argument --filename: expected one argument"_s);
    row("--filename -v producer", u"argument --filename: expected one argument"_s);
    row("--filenam x --fielname x consumer", u"unknown option --fielname; did you mean --filename?"_s);
    row("--bogus-and-far consumer", u"unknown option --bogus-and-far\n"_s);
    row("-x --filename x consumer", u"unknown option -x\n"_s);
    row("--once --co 3 --filename x producer", u"argument --count: not valid for producer, only for consumer"_s);
    row("--progress status x", u"argument --progress: not valid for status, only for producer and consumer"_s);
    row("status", u"status requires the path of a bus: filebus status FILE"_s);
    row("--s 1 --l --filename x producer", u"ambiguous option: --l could be --lines, --lock-timeout"_s);
    row("--no-file-monitoring=yes --filename x consumer", u"no-file-monitoring"_s);
    row("--lines --filename x consumer", u"argument --lines: not valid for consumer, only for producer"_s);
    row("--filename x unsubscribe", u"unsubscribe takes one argument"_s);
    row("--filename x stream cat", u"the command to join to the stream must follow --"_s);
}

void TestCommandLine::mistakesAreExplained()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QString, reason);
    const CommandLine result = parse(line);
    QVERIFY(!result.options && result.output.isEmpty());
    QVERIFY2(result.error.startsWith(u"usage: filebus "), qPrintable(result.error));
    QVERIFY2(result.error.contains(u"\nfilebus: error: "_s) && result.error.contains(reason), qPrintable(result.error));
    QVERIFY(result.error.endsWith(u'\n'));
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
