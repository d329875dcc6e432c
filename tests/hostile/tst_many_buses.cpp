// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "processfigures.h"
#include "program.h"

#include <filebus/consumer.h>
#include <filebus/producer.h>

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// A thousand buses in one directory. Each one works, and the others wake a consumer of one, but do not keep it busy.
class TestManyBuses : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void eachHasItsChunk();
    void aConsumerOfOneHearsNothingOfTheOthers();
    void statusOfOne();

private:
    static constexpr int count = 1000;

    QString bus(int number) const { return m_directory.file(u"bus%1"_s.arg(number)); }

    BusDirectory m_directory;
};

void TestManyBuses::initTestCase()
{
    for (int number = 0; number < count; ++number) {
        FileBus::Producer producer(bus(number));
        QVERIFY2(producer.publish("first of " + QByteArray::number(number)), qPrintable(producer.errorString()));
    }
}

void TestManyBuses::eachHasItsChunk()
{
    for (int number = 0; number < count; ++number) {
        FileBus::Consumer consumer(bus(number));
        FileBus::Chunk chunk;
        connect(&consumer, &FileBus::Consumer::chunkReceived, this, [&](const FileBus::Chunk &received) { chunk = received; });
        consumer.start();
        QVERIFY2(consumer.waitForChunk(), qPrintable(bus(number)));
        QCOMPARE(chunk.payload(), "first of " + QByteArray::number(number));
        QCOMPARE(chunk.sequence(), quint64(1));
    }
}

void TestManyBuses::aConsumerOfOneHearsNothingOfTheOthers()
{
    constexpr int mine = 500;
    Program consumer(consumerOf(bus(mine)));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "first of 500");
    EVENTUALLY(ProcessFigures::watches(consumer.processId(), m_directory.path()));
    const qint64 sleeps = ProcessFigures::sleeps(consumer.processId());
    const qint64 cpuTime = ProcessFigures::cpuTime(consumer.processId());
    QElapsedTimer timer;
    timer.start();
    for (int number = 0; number < count; ++number) {
        if (number != mine)
            QVERIFY(FileBus::Producer(bus(number)).publish("second"));
    }
    const qint64 ticks = timer.elapsed() / 100 + 1; // of the sleep interval
    QVERIFY(FileBus::Producer(bus(mine)).publish(", second of 500"));
    EVENTUALLY_EQUAL(consumer.output(), "first of 500, second of 500");
    const qint64 wakeUps = ProcessFigures::sleeps(consumer.processId()) - sleeps;
    qInfo("%lld wake-ups and %lld ms of CPU for %d chunks of others, in %lld ms", wakeUps,
          ProcessFigures::cpuTime(consumer.processId()) - cpuTime, count - 1, timer.elapsed());
    QVERIFY2(wakeUps <= 2LL * count + ticks, "more than two wake-ups for a chunk");
    consumer.terminate();
    consumer.status();
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestManyBuses::statusOfOne()
{
    Program status({u"status"_s, u"--json"_s, bus(7)});
    QVERIFY(status.begin());
    QCOMPARE(status.status(), ExitStatus::success);
    QVERIFY2(status.output().contains("\"sequence\":2,"), status.output().constData());
}

QTEST_GUILESS_MAIN(TestManyBuses)
#include "tst_many_buses.moc"
