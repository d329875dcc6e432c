// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// However a bus is named on the command line, producer and consumer meet there.
class TestNaming : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void optionsStandBeforeOrAfterTheCommand_data();
    void optionsStandBeforeOrAfterTheCommand();
    void aRelativeNameMeansTheSameBus();
    void namesNeedNotBeUtf8();
};

void TestNaming::optionsStandBeforeOrAfterTheCommand_data()
{
    QTest::addColumn<QStringList>("producerArguments");
    QTest::addColumn<QStringList>("consumerArguments");
    QTest::newRow("before") << QStringList{u"--block-size"_s, u"3"_s, u"--filename"_s, u"BUS"_s, u"producer"_s}
                            << QStringList{u"--sleep-interval"_s, u"1"_s, u"--filename"_s, u"BUS"_s, u"consumer"_s};
    QTest::newRow("after") << QStringList{u"producer"_s, u"--filename"_s, u"BUS"_s, u"--block-size"_s, u"3"_s}
                           << QStringList{u"consumer"_s, u"--filename=BUS"_s, u"--sleep-interval=1"_s};
    QTest::newRow("both") << QStringList{u"--block-size=3"_s, u"producer"_s, u"--filename"_s, u"BUS"_s}
                          << QStringList{u"--filename"_s, u"BUS"_s, u"consumer"_s, u"--no-file-monitoring"_s};
}

void TestNaming::optionsStandBeforeOrAfterTheCommand()
{
    QFETCH(QStringList, producerArguments);
    QFETCH(QStringList, consumerArguments);
    BusDirectory directory;
    Program producer(producerArguments.replaceInStrings(u"BUS"_s, directory.bus()));
    Program consumer(consumerArguments.replaceInStrings(u"BUS"_s, directory.bus()));
    QVERIFY(producer.begin() && producer.feed("abcdef"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), 0);
    QCOMPARE(OnBus::payloads(directory.bus()), QByteArrayList({"abc", "def"}));
    QVERIFY(consumer.begin());
    EVENTUALLY(consumer.output().endsWith("def"));
}

void TestNaming::aRelativeNameMeansTheSameBus()
{
    BusDirectory directory;
    QVERIFY(directory.shell(u"mkdir below"_s));
    Program consumer(consumerOf(u"../bus"_s, {u"--sleep-interval"_s, u"3600"_s}));
    consumer.setWorkingDirectory(directory.file(u"below"_s));
    Program producer(producerOf(u"bus"_s));
    producer.setWorkingDirectory(directory.path());
    QVERIFY(producer.begin() && producer.feed("one\n"));
    EVENTUALLY(QFile::exists(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    QVERIFY(producer.feed("two\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\n");
}

// The timer never fires, so events must work in a directory whose name Qt cannot represent.
void TestNaming::namesNeedNotBeUtf8()
{
    BusDirectory directory;
    QVERIFY(directory.shell(u"mkdir $'d\\xff'"_s));
    const QString script = u"cd '%1' && exec \"$1\" --filename $'d\\xff/b\\xfe' \"${@:2}\""_s.arg(directory.path());
    Program producer({u"producer"_s});
    producer.setShell(script);
    Program consumer({u"consumer"_s, u"--sleep-interval"_s, u"3600"_s});
    consumer.setShell(script);
    QVERIFY(producer.begin() && producer.feed("one\n"));
    EVENTUALLY(directory.shell(u"test -f $'d\\xff/b\\xfe'"_s));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    QVERIFY(producer.feed("two\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\n");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), 0);
    QCOMPARE(producer.errors() + consumer.errors(), QByteArray());
}

QTEST_GUILESS_MAIN(TestNaming)
#include "tst_naming.moc"
