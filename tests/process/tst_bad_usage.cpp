// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "program.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// Wrong options, and unusable standard streams.
class TestBadUsage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theCommandLineIsWrong_data();
    void theCommandLineIsWrong();
    void helpIsGivenBesideAWrongOption();
    void theInputOfAProducerCannotBeRead_data();
    void theInputOfAProducerCannotBeRead();
    void theOutputOfAConsumerCannotBeWritten_data();
    void theOutputOfAConsumerCannotBeWritten();
    void theStandardErrorIsClosed();
};

void TestBadUsage::theCommandLineIsWrong_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("reason");
    QTest::newRow("block size 0") << QStringList{u"producer"_s, u"--filename"_s, u"bus"_s, u"--block-size"_s, u"0"_s}
                                  << u"--block-size: '0'"_s;
    QTest::newRow("block size -1") << QStringList{u"producer"_s, u"--filename"_s, u"bus"_s, u"--block-size"_s, u"-1"_s}
                                   << u"--block-size: '-1'"_s;
    QTest::newRow("block size x") << QStringList{u"--block-size"_s, u"x"_s, u"--filename"_s, u"bus"_s, u"producer"_s}
                                  << u"--block-size: 'x'"_s;
    QTest::newRow("sleep interval x") << QStringList{u"--sleep-interval"_s, u"x"_s, u"--filename"_s, u"bus"_s, u"consumer"_s}
                                      << u"--sleep-interval: 'x'"_s;
    QTest::newRow("sleep interval nan") << QStringList{u"--sleep-interval"_s, u"nan"_s, u"--filename"_s, u"bus"_s, u"consumer"_s}
                                        << u"--sleep-interval: 'nan'"_s;
    QTest::newRow("unknown format") << QStringList{u"consumer"_s, u"--filename"_s, u"bus"_s, u"--format"_s, u"zip"_s}
                                    << u"--format: 'zip' is neither tar nor raw"_s;
    QTest::newRow("window of the raw format")
        << QStringList{u"producer"_s, u"--filename"_s, u"bus"_s, u"--format"_s, u"raw"_s, u"--lossless"_s, u"--window"_s, u"2"_s}
        << u"--window: not allowed with --format raw"_s;
    QTest::newRow("name in the raw format") << QStringList{u"consumer"_s, u"--filename"_s, u"bus"_s,    u"--format"_s,
                                                           u"raw"_s,      u"--lossless"_s, u"--name"_s, u"n"_s}
                                            << u"--name: not allowed with --format raw"_s;
    QTest::newRow("no file name") << QStringList{u"producer"_s} << u"--filename is required"_s;
    QTest::newRow("no file name for a consumer") << QStringList{u"consumer"_s} << u"--filename is required"_s;
    QTest::newRow("no file for status") << QStringList{u"status"_s} << u"status requires the path of a bus"_s;
    QTest::newRow("empty file for status") << QStringList{u"status"_s, u"bus"_s, u""_s} << u"error: status: the path"_s;
    QTest::newRow("empty file name for status")
        << QStringList{u"status"_s, u"bus"_s, u"--filename"_s, u""_s} << u"--filename: the path is empty"_s;
    QTest::newRow("command to join without --")
        << QStringList{u"--filename"_s, u"bus"_s, u"stream"_s, u"bash"_s} << u"must follow --"_s;
    QTest::newRow("empty file name") << QStringList{u"producer"_s, u"--filename"_s, u""_s} << u"--filename: the path is empty"_s;
    QTest::newRow("file name forgotten") << QStringList{u"producer"_s, u"--filename"_s, u"--lines"_s} << u"--filename"_s;
    QTest::newRow("no command") << QStringList{u"--filename"_s, u"bus"_s} << u"producer, consumer"_s;
    QTest::newRow("mistyped command") << QStringList{u"--filename"_s, u"bus"_s, u"produce"_s} << u"did you mean producer?"_s;
    QTest::newRow("mistyped option") << QStringList{u"--filenmae"_s, u"bus"_s, u"producer"_s} << u"did you mean --filename?"_s;
    QTest::newRow("unknown letter") << QStringList{u"-x"_s, u"--filename"_s, u"bus"_s, u"producer"_s} << u"-x"_s;
    QTest::newRow("a word too many") << QStringList{u"--filename"_s, u"bus"_s, u"producer"_s, u"word"_s} << u"word"_s;
    QTest::newRow("option of the other command")
        << QStringList{u"--filename"_s, u"bus"_s, u"consumer"_s, u"--lines"_s} << u"--lines"_s;
}

void TestBadUsage::theCommandLineIsWrong()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, reason);
    BusDirectory directory;
    const QStringList before = directory.snapshot();
    Program program(arguments);
    program.setWorkingDirectory(directory.path());
    QVERIFY(program.begin());
    QCOMPARE(program.status(), ExitStatus::usage);
    QCOMPARE(program.output(), QByteArray());
    QVERIFY2(program.errors().startsWith("usage: filebus"), program.errors());
    const QByteArray lastLine = program.errors().chopped(1).split('\n').constLast();
    QVERIFY2(lastLine.startsWith("filebus: error: ") && lastLine.contains(reason.toUtf8()), lastLine);
    QCOMPARE(directory.snapshot(), before);
}

void TestBadUsage::helpIsGivenBesideAWrongOption()
{
    Program program({u"--bogus"_s, u"--help"_s});
    QVERIFY(program.begin());
    QCOMPARE(program.status(), ExitStatus::success);
    QVERIFY(program.output().startsWith("usage: filebus [-h] [--block-size N] [--no-file-monitoring] [--filename FILE]"));
    QCOMPARE(program.errors(), QByteArray());
}

void TestBadUsage::theInputOfAProducerCannotBeRead_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("closed") << u"exec \"$@\" <&-"_s;
    QTest::newRow("directory") << u"exec \"$@\" </"_s;
    QTest::newRow("write-only") << u"exec \"$@\" 0>/dev/null"_s;
    QTest::newRow("all closed") << u"exec \"$@\" <&- >&-"_s;
}

void TestBadUsage::theInputOfAProducerCannotBeRead()
{
    QFETCH(QString, script);
    BusDirectory directory;
    const QStringList before = directory.snapshot();
    Program producer(producerOf(directory.bus()));
    producer.setShell(script);
    QVERIFY(producer.begin());
    QCOMPARE(producer.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), u"standard input"_s);
    QCOMPARE(directory.snapshot(), before);
}

void TestBadUsage::theOutputOfAConsumerCannotBeWritten_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("closed") << u"exec \"$@\" >&-"_s;
    QTest::newRow("directory") << u"exec \"$@\" 1</"_s;
    QTest::newRow("read-only") << u"exec \"$@\" 1</dev/null"_s;
    QTest::newRow("full") << u"exec \"$@\" >/dev/full"_s;
    QTest::newRow("all closed") << u"exec \"$@\" <&- >&-"_s;
}

void TestBadUsage::theOutputOfAConsumerCannotBeWritten()
{
    QFETCH(QString, script);
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "chunk\n"));
    const QStringList before = directory.snapshot();
    Program consumer(consumerOf(directory.bus()));
    consumer.setShell(script);
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), u"standard output"_s);
    QCOMPARE(directory.snapshot(), before);
}

// No file that is opened later may take its place, or a message would end up there.
void TestBadUsage::theStandardErrorIsClosed()
{
    BusDirectory directory;
    writeFile(directory.bus(), "not a chunk");
    const QStringList before = directory.snapshot();
    Program consumer(consumerOf(directory.bus(), {u"-vv"_s, u"--format"_s, u"tar"_s}));
    consumer.setShell(u"exec timeout 1 \"$@\" 2>&-"_s);
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), 124);
    QCOMPARE(directory.snapshot(), before);
}

QTEST_GUILESS_MAIN(TestBadUsage)
#include "tst_bad_usage.moc"
