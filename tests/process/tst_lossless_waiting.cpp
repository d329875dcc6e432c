// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "processfigures.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// What it costs a lossless producer and consumer to wait for each other, and what wakes them.
class TestLosslessWaiting : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void waitingCostsNothing();
    void anIdleConsumerSleeps();
    void roomIsNoticedAtOnce();
    void roomIsNoticedWithoutEvents();
};

namespace
{
const QStringList byLine{u"--block-size"_s, u"16"_s, u"--gather"_s, u"0"_s};
} // namespace

// One second of waiting may cost as much as a timer that fires ten times per second.
void TestLosslessWaiting::waitingCostsNothing()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), {u"--name"_s, u"slow"_s}));
    Program idle(losslessConsumerOf(directory.bus()));
    QVERIFY(consumer.begin() && idle.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 2);
    suspend(consumer);
    Program producer(losslessProducerOf(directory.bus(), byLine + QStringList{u"--window"_s, u"5"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(100)));
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"slow"_s), 5);
    EVENTUALLY(idle.output() == numberedLines(5));
    for (const Program *program : {&producer, &idle}) {
        ProcessFigures::Effort effort;
        const auto isSmall = [&] {
            effort = ProcessFigures::effortInASecond(program->processId());
            return effort.cpuTime <= 50 && effort.sleeps <= 50;
        };
        QVERIFY2(QTest::qWaitFor(isSmall, patience),
                 qPrintable(u"%1 ms, woken %2 times"_s.arg(effort.cpuTime).arg(effort.sleeps)));
    }
}

// On a local file system, where inotify reports everything, it polls once per second; with a QFileSystemWatcher every 100 ms.
void TestLosslessWaiting::anIdleConsumerSleeps()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus()));
    Program producer(losslessProducerOf(directory.bus()));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed("the only one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "the only one\n");
    const qint64 most = qgetenv("FILEBUS_MONITOR") == "qt" ? 15 : 3;
    EVENTUALLY(ProcessFigures::effortInASecond(consumer.processId()).sleeps <= most);
}

// Both timers fire once a day, so only events can do this.
void TestLosslessWaiting::roomIsNoticedAtOnce()
{
    BusDirectory directory;
    const QStringList rarely{u"--sleep-interval"_s, u"86400"_s};
    Program consumer(losslessConsumerOf(directory.bus(), rarely));
    Program producer(losslessProducerOf(directory.bus(), rarely + byLine + QStringList{u"--window"_s, u"1"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(1000)));
    producer.closeWriteChannel();
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QVERIFY(consumer.output() == numberedLines(1000));
    QCOMPARE(producer.status(), ExitStatus::success);
}

void TestLosslessWaiting::roomIsNoticedWithoutEvents()
{
    BusDirectory directory;
    const QStringList polling{u"--no-file-monitoring"_s, u"--sleep-interval"_s, u"0.002"_s};
    Program consumer(losslessConsumerOf(directory.bus(), polling));
    Program producer(losslessProducerOf(directory.bus(), polling + byLine + QStringList{u"--window"_s, u"1"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(100)));
    producer.closeWriteChannel();
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QVERIFY(consumer.output() == numberedLines(100));
}

QTEST_GUILESS_MAIN(TestLosslessWaiting)
#include "tst_lossless_waiting.moc"
