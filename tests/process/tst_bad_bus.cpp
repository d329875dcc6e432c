// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QCoreApplication>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// The path of the bus leads to something that is not a bus, and no producer or consumer changes it.
class TestBadBus : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theBusIsSomethingElse_data();
    void theBusIsSomethingElse();
    void theBusBecomesSomethingElse_data() { theBusIsSomethingElse_data(); }
    void theBusBecomesSomethingElse();
    void somethingElseIsPlantedBesideTheBus_data();
    void somethingElseIsPlantedBesideTheBus();
    void theDirectoryIsMissing();
    void aParentIsAFile();
    void theNameIsTooLong();
    void theLockIsHeldByAStuckProcess();
};

void TestBadBus::theBusIsSomethingElse_data()
{
    QTest::addColumn<QString>("make");
    QTest::addColumn<QString>("kind");
    QTest::newRow("directory") << u"mkdir bus"_s << u"a directory"_s;
    QTest::newRow("directory that is not empty") << u"mkdir bus; echo precious > bus/file"_s << u"a directory"_s;
    QTest::newRow("link to a file") << u"echo precious > file; ln -s file bus"_s << u"a symbolic link"_s;
    QTest::newRow("dangling link") << u"ln -s nowhere bus"_s << u"a symbolic link"_s;
    QTest::newRow("link to itself") << u"ln -s bus bus"_s << u"a symbolic link"_s;
    QTest::newRow("FIFO") << u"mkfifo bus"_s << u"a FIFO"_s;
    QTest::newRow("socket") << u"python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"bus\")'"_s << u"a socket"_s;
    QTest::newRow("device") << u"mknod bus c 1 3"_s << u"a device"_s;
}

void TestBadBus::theBusIsSomethingElse()
{
    QFETCH(QString, make);
    QFETCH(QString, kind);
    BusDirectory directory;
    if (!directory.shell(make))
        QSKIP("this user cannot make such a file here");
    const QStringList before = directory.snapshot();
    for (const QStringList &arguments : {producerOf(directory.bus()), consumerOf(directory.bus())}) {
        Program program(arguments);
        QVERIFY(program.begin());
        program.write("input\n"); // it may have exited before
        program.closeWriteChannel();
        QCOMPARE(program.status(), ExitStatus::notABus);
        VERIFY_ONE_LINE_ABOUT(program.errors(), directory.bus() + u" is "_s + kind);
        QCOMPARE(program.output(), QByteArray());
        QCOMPARE(directory.snapshot(), before);
    }
}

// While a producer and a consumer have the bus open. The consumer can keep waiting, but the producer has data to lose.
void TestBadBus::theBusBecomesSomethingElse()
{
    QFETCH(QString, make);
    QFETCH(QString, kind);
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    Program consumer(consumerOf(directory.bus(), {u"--sleep-interval"_s, u"0.02"_s}));
    QVERIFY(producer.begin() && consumer.begin() && producer.feed("one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    if (!directory.shell(u"mv bus former; "_s + make))
        QSKIP("this user cannot make such a file here");
    QVERIFY(producer.feed("two\n"));
    QCOMPARE(producer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus() + u" is "_s + kind);
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
    EVENTUALLY(isOneLineAbout(consumer.errors(), directory.bus() + u" is "_s + kind));
    QVERIFY(directory.shell(u"rm -r bus"_s));
    QVERIFY(publish(directory.bus(), "three\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\nthree\n");
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), kind);
}

void TestBadBus::somethingElseIsPlantedBesideTheBus_data()
{
    QTest::addColumn<QString>("make");
    QTest::addColumn<QString>("thing");
    QTest::newRow("lock is a dangling link") << u"ln -s nowhere bus.lock"_s << u"/bus.lock"_s;
    QTest::newRow("lock is a link") << u"echo precious > file; ln -s file bus.lock"_s << u"/bus.lock"_s;
    QTest::newRow("lock is a FIFO") << u"mkfifo bus.lock"_s << u"/bus.lock"_s;
    QTest::newRow("lock is a directory") << u"mkdir bus.lock"_s << u"/bus.lock"_s;
    for (const auto name : {"bus.d", "bus.d/staging", "bus.d/history", "bus.d/producers"}) {
        const QString path = QString::fromLatin1(name);
        const QString make = path.contains(u'/') ? u"mkdir bus.d; "_s : QString();
        const QString thing = u'/' + path;
        QTest::addRow("%s is a dangling link", name) << make + u"ln -s nowhere "_s + path << thing;
        QTest::addRow("%s is a link", name) << make + u"mkdir elsewhere; ln -s $PWD/elsewhere "_s + path << thing;
        QTest::addRow("%s is a FIFO", name) << make + u"mkfifo "_s + path << thing;
        QTest::addRow("%s is a file", name) << make + u"echo precious > "_s + path << thing;
    }
}

void TestBadBus::somethingElseIsPlantedBesideTheBus()
{
    QFETCH(QString, make);
    QFETCH(QString, thing);
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "before\n"));
    QVERIFY(directory.shell(u"rm -r bus.d bus.lock; "_s + make));
    const QStringList before = directory.snapshot();
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin() && producer.feed("input\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.path() + thing);
    QCOMPARE(directory.snapshot(), before);

    Program consumer(consumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "before\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestBadBus::theDirectoryIsMissing()
{
    BusDirectory directory;
    const QStringList before = directory.snapshot();
    Program producer(producerOf(directory.file(u"missing/bus"_s)));
    QVERIFY(producer.begin());
    QCOMPARE(producer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.file(u"missing"_s));
    QCOMPARE(directory.snapshot(), before);
}

void TestBadBus::aParentIsAFile()
{
    BusDirectory directory;
    QVERIFY(directory.shell(u"echo precious > file"_s));
    const QStringList before = directory.snapshot();
    Program producer(producerOf(directory.file(u"file/bus"_s)));
    QVERIFY(producer.begin());
    QCOMPARE(producer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.file(u"file"_s));
    QCOMPARE(directory.snapshot(), before);
}

void TestBadBus::theNameIsTooLong()
{
    BusDirectory directory;
    const QString bus = directory.file(QString(254, u'x')); // the bus itself fits, but not the files beside it
    const QStringList before = directory.snapshot();
    Program producer(producerOf(bus));
    QVERIFY(producer.begin());
    QCOMPARE(producer.status(), ExitStatus::usage);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), bus);
    QCOMPARE(directory.snapshot(), before);
}

void TestBadBus::theLockIsHeldByAStuckProcess()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "before\n"));
    HeldLock lock(directory.bus());
    Program producer(producerOf(directory.bus(), {u"--lock-timeout"_s, u"0.5"_s}));
    QVERIFY(producer.begin() && producer.feed("input\n"));
    QCOMPARE(producer.status(), ExitStatus::temporaryFailure);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), u"PID %1 "_s.arg(QCoreApplication::applicationPid()));
    QVERIFY(producer.errors().contains(directory.bus().toUtf8() + ".lock"));
    QCOMPARE(OnBus::payloads(directory.bus()), QByteArrayList({"before\n"}));
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

QTEST_GUILESS_MAIN(TestBadBus)
#include "tst_bad_bus.moc"
