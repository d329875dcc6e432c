// SPDX-License-Identifier: Apache-2.0
#include <filebus/busstatistics.h>

#include "support/instants.h"

#include <QtTest/QTest>

#include <chrono>

using namespace std::chrono_literals;
using FileBus::BusStatistics;
using FileBus::Chunk;
using Instant = BusStatistics::Instant;

/// What is counted, and how old chunks are. For the rates see tst_busrates.cpp.
class TestBusStatistics : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingIsKnownBeforeTheFirstChunk();
    void aNewStreamDoesNotCountAsChunks();
    void aBusThatWasPutBackHasNoGiganticRate();
    void lossesAddUp();
    void latencyIsFromPublishToReceipt();
    void theAgeOfWhatWasThereBeforeIsNoLatency();
    void chunksWithoutNumbersHaveNoPublishedRateAndNoLatency();
    void theAgeIsThatOfTheNewestChunk();
    void theClockIsSet_data();
    void theClockIsSet();
    void aChunkOfTheFutureIsMarked();
    void nowIsTheTimeOfBothClocks();
};

void TestBusStatistics::nothingIsKnownBeforeTheFirstChunk()
{
    const BusStatistics::Figures figures = BusStatistics().figures(at(start));
    QCOMPARE(figures.chunks, 0u);
    QCOMPARE(figures.publishedRate, 0.0);
    QCOMPARE(figures.seenRate, 0.0);
    QVERIFY(!figures.age && !figures.latencyMedian && !figures.latency99);
}

void TestBusStatistics::aNewStreamDoesNotCountAsChunks()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(1'000'000, start), at(start));
    Chunk anew = chunk(1, start + 500 * millisecond);
    anew.setStreamId(QUuid::createUuid());
    statistics.chunkReceived(anew, at(start + 500 * millisecond));
    QVERIFY(statistics.figures(at(start + 600 * millisecond)).publishedRate < 1);
}

void TestBusStatistics::aBusThatWasPutBackHasNoGiganticRate()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(100, start), at(start));
    statistics.chunkReceived(chunk(10, start + 100 * millisecond), at(start + 100 * millisecond));
    QCOMPARE(statistics.figures(at(start + 200 * millisecond)).publishedRate, 0.0);
    statistics.chunkReceived(chunk(11, start + 200 * millisecond), at(start + 200 * millisecond));
    QVERIFY(statistics.figures(at(start + 300 * millisecond)).publishedRate < 20);
}

void TestBusStatistics::lossesAddUp()
{
    BusStatistics statistics;
    statistics.chunksLost(3);
    statistics.chunksLost(4);
    QCOMPARE(statistics.figures(at(start)).lost, 7u);
}

void TestBusStatistics::latencyIsFromPublishToReceipt()
{
    BusStatistics statistics;
    for (quint64 i = 1; i <= 100; ++i) // 1 ms to 100 ms
        statistics.chunkReceived(chunk(i, start), at(start + qint64(i) * millisecond));
    const BusStatistics::Figures figures = statistics.figures(at(start + 100 * millisecond));
    QVERIFY(figures.latencyMedian >= 50ms && figures.latencyMedian <= 51ms);
    QVERIFY(figures.latency99 >= 98ms && figures.latency99 <= 100ms);
}

void TestBusStatistics::theAgeOfWhatWasThereBeforeIsNoLatency()
{
    BusStatistics statistics;
    statistics.begin(at(start));
    statistics.chunkReceived(chunk(1, start - second), at(start + millisecond));
    QVERIFY(!statistics.figures(at(start + millisecond)).latencyMedian);
    statistics.chunkReceived(chunk(2, start + millisecond), at(start + 3 * millisecond));
    QCOMPARE(statistics.figures(at(start + 3 * millisecond)).latencyMedian, std::optional<std::chrono::nanoseconds>(2ms));
}

void TestBusStatistics::chunksWithoutNumbersHaveNoPublishedRateAndNoLatency()
{
    BusStatistics statistics;
    for (qint64 i = 0; i < 10; ++i) {
        Chunk original("x");
        original.setTime(start / second * second); // whole seconds, as in a tar header
        statistics.chunkReceived(original, at(start + i * 100 * millisecond));
    }
    const BusStatistics::Figures figures = statistics.figures(at(start + second - millisecond));
    QCOMPARE(figures.publishedRate, 0.0);
    QVERIFY(figures.seenRate > 8);
    QVERIFY(!figures.latencyMedian);
    QCOMPARE(figures.newestSequence, 0u);
}

void TestBusStatistics::theAgeIsThatOfTheNewestChunk()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(2, start), at(start + second));
    statistics.chunkReceived(chunk(3, start + second), at(start + second));
    QVERIFY(statistics.figures(at(start + 3 * second)).age == 2s);
}

void TestBusStatistics::theClockIsSet_data()
{
    QTest::addColumn<qint64>("step");
    QTest::newRow("back") << -3600 * second;
    QTest::newRow("ahead") << 3600 * second;
}

void TestBusStatistics::theClockIsSet()
{
    QFETCH(qint64, step);
    BusStatistics statistics; // 10/s
    statistics.begin(at(start));
    for (qint64 i = 0; i < 60; ++i) {
        const qint64 clock = start + i * 100 * millisecond + (i >= 30 ? step : 0);
        const Instant now{std::chrono::nanoseconds(i * 100 * millisecond), clock};
        statistics.chunkReceived(chunk(quint64(i) + 1, clock - 2 * millisecond), now);
        const BusStatistics::Figures figures = statistics.figures(now);
        QVERIFY2(i < 10 || isAbout(figures.seenRate, 10), qPrintable(QString::number(i)));
        QVERIFY2(i < 10 || isAbout(figures.publishedRate, 10), qPrintable(QString::number(i)));
        QVERIFY(figures.age == 2ms && !figures.clocksDiffer);
        QVERIFY(i < 10 || figures.latencyMedian == 2ms);
    }
}

// Published before the clock was set back and received afterwards, or published by a host whose clock is ahead of ours.
void TestBusStatistics::aChunkOfTheFutureIsMarked()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(1, start + 3600 * second), at(start));
    const BusStatistics::Figures figures = statistics.figures(at(start + 20 * millisecond));
    QVERIFY(figures.clocksDiffer);
    QVERIFY(figures.age == 20ms);
    QVERIFY(figures.latencyMedian == 0ms);
    statistics.chunkReceived(chunk(2, start + 30 * millisecond), at(start + 30 * millisecond));
    QVERIFY(!statistics.figures(at(start + 30 * millisecond)).clocksDiffer);
    statistics.chunkReceived(chunk(3, start + 41 * millisecond), at(start + 40 * millisecond)); // clocks are no better than that
    QVERIFY(!statistics.figures(at(start + 40 * millisecond)).clocksDiffer);
    statistics.chunkReceived(chunk(4, start + 52 * millisecond), at(start + 50 * millisecond));
    QVERIFY(statistics.figures(at(start + 50 * millisecond)).clocksDiffer);
}

void TestBusStatistics::nowIsTheTimeOfBothClocks()
{
    const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now().time_since_epoch();
    const std::chrono::nanoseconds time = std::chrono::system_clock::now().time_since_epoch();
    const Instant now = Instant::now();
    QVERIFY(now.elapsed >= elapsed && now.elapsed - elapsed < 1min);
    QVERIFY(now.time >= time.count() && now.time - time.count() < 60 * second);
}

QTEST_GUILESS_MAIN(TestBusStatistics)
#include "tst_busstatistics.moc"
