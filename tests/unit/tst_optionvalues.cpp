// SPDX-License-Identifier: Apache-2.0
#include "optionvalues.h"

#include "support/commandlines.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Each option sets its own member, and only to what is in its range.
class TestOptionValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyVerboseCounts_data();
    void everyVerboseCounts();
    void eachSwitchSetsItsOwnOption_data();
    void eachSwitchSetsItsOwnOption();
    void eachNumberGoesToItsOwnOption();
    void mistakesAreExplained_data();
    void mistakesAreExplained();
};

namespace
{

// What is not as it is without a switch.
QByteArray switches(const Options &options)
{
    QByteArrayList set;
    const auto note = [&](bool isSet, const char *name) {
        if (isSet)
            set += name;
    };
    note(options.progress, "progress");
    note(options.lossless, "lossless");
    note(options.lines, "lines");
    note(options.failOnLoss, "fail-on-loss");
    note(options.json, "json");
    note(options.watch, "watch");
    note(!options.fileMonitoring, "no-file-monitoring");
    note(!options.waitForPeer, "no-wait");
    note(!options.drain, "no-drain");
    return set.join(' ');
}

} // namespace

void TestOptionValues::everyVerboseCounts_data()
{
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<int>("verbosity");
    QTest::newRow("once") << QByteArray("-v") << 1;
    QTest::newRow("in full") << QByteArray("--verbose") << 1;
    QTest::newRow("together") << QByteArray("-vv") << 2;
    QTest::newRow("all of it") << QByteArray("-vv -v --verbose") << 4;
    QTest::newRow("shortened") << QByteArray("--verb -vvv") << 4;
}

void TestOptionValues::everyVerboseCounts()
{
    QFETCH(const QByteArray, words);
    for (const QByteArray &line : {words + " --filename x consumer", "--filename x consumer " + words}) {
        const CommandLine result = parse(line);
        QVERIFY2(result.options, qPrintable(result.error));
        QTEST(result.options->verbosity, "verbosity");
    }
}

void TestOptionValues::eachSwitchSetsItsOwnOption_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *line, const char *expected) {
        QTest::newRow(line) << QByteArray(line) << QByteArray(expected);
    };
    row("--filename x consumer", "");
    row("--filename x consumer --progress", "progress");
    row("--filename x consumer --lossless", "lossless");
    row("--filename x consumer --back-pressure", "lossless");
    row("--filename x consumer --fail-on-loss", "fail-on-loss");
    row("--filename x consumer --no-file-monitoring", "no-file-monitoring");
    row("--filename x producer --lines", "lines");
    row("--filename x producer --lossless --no-drain", "lossless no-drain");
    row("--filename x stream --no-wait", "no-wait");
    row("status x --json", "json");
    row("status x --watch", "watch");
}

void TestOptionValues::eachSwitchSetsItsOwnOption()
{
    QFETCH(const QByteArray, line);
    const CommandLine result = parse(line);
    QVERIFY2(result.options, qPrintable(result.error));
    QTEST(switches(*result.options), "expected");
}

void TestOptionValues::eachNumberGoesToItsOwnOption()
{
    const CommandLine producer =
        parse("--filename x producer --lossless --history 3 --history-bytes 4 --window 5 --wait-consumers 6 "
              "--lock-timeout 7 --gather 0.008");
    QVERIFY2(producer.options, qPrintable(producer.error));
    QCOMPARE(producer.options->history, quint64(3));
    QCOMPARE(producer.options->historyBytes, 4);
    QCOMPARE(producer.options->window, quint64(5));
    QCOMPARE(producer.options->waitConsumers, quint64(6));
    QCOMPARE(producer.options->lockTimeout, 7s);
    QCOMPARE(producer.options->gather, 8ms);
    const CommandLine consumer = parse("--filename x consumer --count 9 --timeout 0.01 --from 11");
    QVERIFY2(consumer.options, qPrintable(consumer.error));
    QCOMPARE(consumer.options->count, quint64(9));
    QVERIFY(consumer.options->timeout == 10ms);
    QCOMPARE(consumer.options->from, Options::From::Sequence);
    QCOMPARE(consumer.options->fromSequence, quint64(11));
}

void TestOptionValues::mistakesAreExplained_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("reason");
    const auto row = [](const QByteArray &line, const QString &reason) { QTest::newRow(line.constData()) << line << reason; };
    row("--filename= consumer", u"argument --filename: the path is empty"_s);
    row("--filename x consumer -n 0", u"argument --count: '0' is not a whole number from 1"_s);
    row("--filename x consumer --from first", u"argument --from: 'first' is not last, new, all or a sequence number"_s);
    row("--filename x consumer --from 0", u"argument --from: '0' is not last, new, all or a sequence number"_s);
    row("--filename x producer --history -1", u"argument --history: '-1' is not a whole number from 0 to 1000000"_s);
    for (const QByteArray value : {"0", "-1", "-5", "x", "1.5", "1e3", "1k", "67108865", "99999999999999999999"})
        row("--block-size " + value + " --filename x producer",
            u"argument --block-size: '"_s + QLatin1StringView(value) + u"' is not a whole number from 1 to 67108864"_s);
    for (const QByteArray value : {"0", "-1", "x", "0,5", "nan", "inf", "86401", "1s"})
        row("--sleep-interval " + value + " --filename x consumer",
            u"argument --sleep-interval: '"_s + QLatin1StringView(value) + u"' is not a number of seconds from 0.001 to 86400"_s);
    row("--timeout 0 --filename x consumer", u"argument --timeout: '0' is not a number of seconds from 0.001 to 86400"_s);
    row("--block-size= --filename x producer", u"argument --block-size: '' is not"_s);
    row("--lock-timeout -1 --filename x producer", u"argument --lock-timeout: '-1' is not a number of seconds from 0 to 86400"_s);
    row("--name x --filename x consumer", u"argument --name: requires --lossless"_s);
    row("--no-drain --filename x producer", u"argument --no-drain: requires --lossless"_s);
    row("--lossless --from all --filename x consumer", u"argument --from: not allowed with --lossless"_s);
    row("--lossless --name= --filename x consumer", u"argument --name: the name is empty"_s);
    row("--lossless --window 0 --filename x producer", u"argument --window: '0' is not a whole number from 1 to 1000000"_s);
    row("--format raw --lossless --wait-consumers 2 --filename x producer",
        u"argument --wait-consumers: not allowed with --format raw"_s);
    row("--format raw --lossless --no-drain --filename x producer", u"argument --no-drain: not allowed with --format raw"_s);
    row("--gather -1 --filename x producer", u"argument --gather: '-1' is not a number of seconds from 0 to 86400"_s);
}

void TestOptionValues::mistakesAreExplained()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QString, reason);
    const CommandLine result = parse(line);
    QVERIFY(!result.options && result.output.isEmpty());
    QVERIFY2(result.error.startsWith(u"usage: filebus "), qPrintable(result.error));
    QVERIFY2(result.error.contains(u"\nfilebus: error: "_s) && result.error.contains(reason), qPrintable(result.error));
    QVERIFY(result.error.endsWith(u'\n'));
}

QTEST_GUILESS_MAIN(TestOptionValues)
#include "tst_optionvalues.moc"
