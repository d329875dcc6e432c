// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "processfigures.h"
#include "program.h"
#include "tarbytes.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

#include <csignal>
#include <memory>
#include <unistd.h>

using namespace Qt::StringLiterals;

class TestConsumerLife : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void startsBeforeTheBus_data() { BusDirectory::addPlaces(); }
    void startsBeforeTheBus();
    void startsBeforeTheDirectory();
    void outlivesTheBus();
    void outlivesTheDirectory_data();
    void outlivesTheDirectory();
    void withoutFileMonitoringTheTimerFindsChunks();
    void looksOnceMoreBeforeItsTimeoutEnds();
    void theSleepIntervalMayBeAFraction();
    void printsAChunkOnlyOnce_data();
    void printsAChunkOnlyOnce();
    void writesNothing();
    void needsOnlyReadPermission();
    void idleItCostsNothingButItsTimer_data();
    void idleItCostsNothingButItsTimer();
    void oneChunkWakesAConsumerAFewTimes();
};

namespace
{

const QStringList onlyEvents{u"--sleep-interval"_s, u"3600"_s};
const QStringList onlyTimer{u"--no-file-monitoring"_s, u"--sleep-interval"_s, u"0.02"_s};
const QStringList quickTimer{u"--sleep-interval"_s, u"0.02"_s};

// Waits until the process has gone to sleep @p count more times.
bool waitForSleeps(const Program &program, qint64 count)
{
    const qint64 before = ProcessFigures::sleeps(program.processId());
    return QTest::qWaitFor([&] { return ProcessFigures::sleeps(program.processId()) >= before + count; }, patience);
}

} // namespace

void TestConsumerLife::startsBeforeTheBus()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    Program consumer(consumerOf(directory.bus(), onlyEvents));
    QVERIFY(consumer.begin());
    EVENTUALLY(ProcessFigures::watches(consumer.processId(), directory.path()));
    QVERIFY(publish(directory.bus(), "first\n"));
    EVENTUALLY_EQUAL(consumer.output(), "first\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestConsumerLife::startsBeforeTheDirectory()
{
    BusDirectory directory;
    const QString bus = directory.file(u"later/bus"_s);
    Program consumer(consumerOf(bus, quickTimer));
    QVERIFY(consumer.begin());
    QVERIFY(waitForSleeps(consumer, 10));
    QVERIFY(directory.shell(u"mkdir later"_s));
    QVERIFY(publish(bus, "first\n"));
    EVENTUALLY_EQUAL(consumer.output(), "first\n");
    EVENTUALLY(ProcessFigures::watches(consumer.processId(), directory.file(u"later"_s)));
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestConsumerLife::outlivesTheBus()
{
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), onlyEvents));
    QVERIFY(publish(directory.bus(), "one\n"));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    QVERIFY(directory.shell(u"rm bus"_s));
    QVERIFY(publish(directory.bus(), "two\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\n");
    QVERIFY(directory.shell(u"rm -r bus bus.lock bus.d"_s));
    QVERIFY(publish(directory.bus(), "three\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\nthree\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestConsumerLife::outlivesTheDirectory_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("removed") << u"rm -r place; mkdir place"_s;
    QTest::newRow("renamed") << u"mv place elsewhere; mkdir place"_s;
    QTest::newRow("exchanged") << u"mkdir other; mv --exchange -T place other"_s;
}

void TestConsumerLife::outlivesTheDirectory()
{
    QFETCH(QString, script);
    BusDirectory directory;
    QVERIFY(directory.shell(u"mkdir place"_s));
    const QString bus = directory.file(u"place/bus"_s);
    Program consumer(consumerOf(bus, quickTimer));
    QVERIFY(publish(bus, "before\n"));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "before\n");
    if (!directory.shell(script))
        QSKIP("this mv(1) cannot exchange two directories");
    QVERIFY(publish(bus, "after\n"));
    EVENTUALLY_EQUAL(consumer.output(), "before\nafter\n");
    EVENTUALLY(ProcessFigures::watches(consumer.processId(), directory.file(u"place"_s)));
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestConsumerLife::withoutFileMonitoringTheTimerFindsChunks()
{
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), onlyTimer));
    QVERIFY(consumer.begin());
    QVERIFY(publish(directory.bus(), "one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    QVERIFY(publish(directory.bus(), "two\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\n");
    QVERIFY(!ProcessFigures::watches(consumer.processId(), directory.path()));
}

// No event and no timer finds these chunks. The first one may have been there when the consumer began.
void TestConsumerLife::looksOnceMoreBeforeItsTimeoutEnds()
{
    BusDirectory directory;
    Program consumer(
        consumerOf(directory.bus(),
                   {u"--no-file-monitoring"_s, u"--sleep-interval"_s, u"3600"_s, u"--timeout"_s, u"2"_s, u"--count"_s, u"3"_s}));
    QVERIFY(consumer.begin());
    QByteArray expected;
    for (const char *line : {"first\n", "second\n", "third\n"}) {
        QVERIFY(publish(directory.bus(), line));
        expected += line;
        EVENTUALLY_EQUAL(consumer.output(), expected);
    }
    QCOMPARE(consumer.status(), ExitStatus::success);
}

void TestConsumerLife::theSleepIntervalMayBeAFraction()
{
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), {u"--no-file-monitoring"_s, u"--sleep-interval"_s, u"0.05"_s}));
    QVERIFY(publish(directory.bus(), "x\n"));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "x\n");
    QElapsedTimer timer;
    timer.start();
    QVERIFY(waitForSleeps(consumer, 20));
    // Twenty sleeps of 50 ms are one second. The timer may be 5 % early, and printing was one more sleep.
    QCOMPARE_GT(timer.elapsed(), 800);
}

void TestConsumerLife::printsAChunkOnlyOnce_data()
{
    QTest::addColumn<bool>("numbered");
    QTest::newRow("ours") << true;
    QTest::newRow("the original's") << false;
}

// touch(1), chmod(1) and hard links give the file new times, but it is still the same chunk.
void TestConsumerLife::printsAChunkOnlyOnce()
{
    QFETCH(bool, numbered);
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), quickTimer));
    if (numbered)
        QVERIFY(publish(directory.bus(), "once\n"));
    else
        writeFile(directory.bus(), TarBytes::entry("from_server", "once\n") + TarBytes::end());
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "once\n");
    for (const QString &script : {u"touch bus"_s, u"chmod 600 bus"_s, u"ln bus link"_s, u"mv bus b; mv b bus"_s}) {
        QVERIFY(directory.shell(script));
        QVERIFY(waitForSleeps(consumer, 10));
        QCOMPARE(consumer.output(), "once\n");
    }
    QVERIFY(publish(directory.bus(), "twice\n"));
    EVENTUALLY_EQUAL(consumer.output(), "once\ntwice\n");
}

void TestConsumerLife::writesNothing()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "chunk\n"));
    const QStringList before = directory.snapshot();
    Program consumer(consumerOf(directory.bus(), quickTimer));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "chunk\n");
    QVERIFY(waitForSleeps(consumer, 10));
    QCOMPARE(directory.snapshot(), before);
    consumer.send(SIGTERM);
    QCOMPARE(consumer.status(), 128 + SIGTERM);
    QCOMPARE(directory.snapshot(), before);
}

void TestConsumerLife::needsOnlyReadPermission()
{
    if (::geteuid() != 0)
        QSKIP("only root can run a consumer as another user");
    BusDirectory directory;
    directory.setMode(0755);
    Program consumer(consumerOf(directory.bus(), onlyEvents));
    consumer.setUser(65534);
    QVERIFY(publish(directory.bus(), "one\n"));
    QVERIFY(directory.shell(u"chmod 444 bus; chmod 700 bus.d; chmod 600 bus.lock"_s));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output() + consumer.errors(), "one\n");
    QVERIFY(publish(directory.bus(), "two\n"));
    EVENTUALLY_EQUAL(consumer.output() + consumer.errors(), "one\ntwo\n");
}

void TestConsumerLife::idleItCostsNothingButItsTimer_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<qint64>("mostSleeps"); // in the two measured seconds, with room for a late timer
    QTest::newRow("events alone") << onlyEvents << qint64(4);
    QTest::newRow("the default") << QStringList() << qint64(2 * 30);
    QTest::newRow("polling alone") << QStringList{u"--no-file-monitoring"_s} << qint64(2 * 30);
}

void TestConsumerLife::idleItCostsNothingButItsTimer()
{
    QFETCH(QStringList, options);
    QFETCH(qint64, mostSleeps);
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), options));
    QVERIFY(publish(directory.bus(), "x\n"));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "x\n");
    const qint64 sleepsBefore = ProcessFigures::sleeps(consumer.processId());
    const qint64 cpuBefore = ProcessFigures::cpuTime(consumer.processId());
    QTest::qWait(2000); // the measured time; nothing is awaited
    const qint64 sleeps = ProcessFigures::sleeps(consumer.processId()) - sleepsBefore;
    const qint64 cpu = ProcessFigures::cpuTime(consumer.processId()) - cpuBefore;
    qInfo("idle for 2 s: %lld ms of CPU, slept %lld times", cpu, sleeps);
    QCOMPARE_LE(cpu, 100);
    QCOMPARE_LE(sleeps, mostSleeps);
}

void TestConsumerLife::oneChunkWakesAConsumerAFewTimes()
{
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin() && producer.feed("first\n"));
    std::vector<std::unique_ptr<Program>> consumers;
    for (int i = 0; i < 3; ++i) {
        consumers.push_back(std::make_unique<Program>(consumerOf(directory.bus(), onlyEvents)));
        QVERIFY(consumers.back()->begin());
        EVENTUALLY_EQUAL(consumers.back()->output(), "first\n");
    }
    QList<qint64> before;
    for (const auto &consumer : consumers)
        before += ProcessFigures::sleeps(consumer->processId());
    QVERIFY(producer.feed("second\n"));
    for (const auto &consumer : consumers)
        EVENTUALLY_EQUAL(consumer->output(), "first\nsecond\n");
    QTest::qWait(500); // the measured time: do they still wake each other?
    for (qsizetype i = 0; i < before.size(); ++i) {
        const qint64 sleeps = ProcessFigures::sleeps(consumers[size_t(i)]->processId()) - before[i];
        qInfo("one chunk: a consumer went to sleep again %lld times", sleeps);
        QCOMPARE_LE(sleeps, 10);
    }
}

QTEST_GUILESS_MAIN(TestConsumerLife)
#include "tst_consumer_life.moc"
