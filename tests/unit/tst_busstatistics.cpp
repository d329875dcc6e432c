// SPDX-License-Identifier: Apache-2.0
#include <filebus/busstatistics.h>

#include <QtTest/QTest>

#include <cmath>

using namespace std::chrono_literals;
using FileBus::BusStatistics;
using FileBus::Chunk;

namespace
{

constexpr qint64 millisecond = 1'000'000;
constexpr qint64 second = 1000 * millisecond;
constexpr qint64 start = 1'000'000 * second;

bool isAbout(double value, double expected)
{
    return std::abs(value - expected) < 0.01 * expected;
}

} // namespace

class TestBusStatistics : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingIsKnownBeforeTheFirstChunk();
    void aSteadyStreamHasOneRate();
    void thePublishedRateIsTrueForASlowObserver();
    void aQuietBusHasNoRate();
    void aNewStreamDoesNotCountAsChunks();
    void aBusThatWasPutBackHasNoGiganticRate();
    void lossesAddUp();
    void latencyIsFromPublishToReceipt();
    void theAgeOfWhatWasThereBeforeIsNoLatency();
    void chunksWithoutNumbersHaveNoPublishedRateAndNoLatency();
    void theAgeIsThatOfTheNewestChunk();

private:
    Chunk chunk(quint64 sequence, qint64 time, qsizetype size = 100) const;

    const QUuid m_stream = QUuid::createUuid();
};

Chunk TestBusStatistics::chunk(quint64 sequence, qint64 time, qsizetype size) const
{
    Chunk chunk(QByteArray(size, 'x'));
    chunk.setStreamId(m_stream);
    chunk.setSequence(sequence);
    chunk.setTime(time);
    return chunk;
}

void TestBusStatistics::nothingIsKnownBeforeTheFirstChunk()
{
    const BusStatistics::Figures figures = BusStatistics().figures(start);
    QCOMPARE(figures.chunks, 0u);
    QCOMPARE(figures.publishedRate, 0.0);
    QCOMPARE(figures.seenRate, 0.0);
    QVERIFY(!figures.age && !figures.latencyMedian && !figures.latency99);
}

void TestBusStatistics::aSteadyStreamHasOneRate()
{
    BusStatistics statistics;
    for (quint64 i = 0; i <= 300; ++i)
        statistics.chunkReceived(chunk(i + 1, start + qint64(i) * 10 * millisecond), start + qint64(i) * 10 * millisecond);
    const BusStatistics::Figures figures = statistics.figures(start + 3 * second);
    QVERIFY2(isAbout(figures.seenRate, 100), qPrintable(QString::number(figures.seenRate)));
    QVERIFY2(isAbout(figures.publishedRate, 100), qPrintable(QString::number(figures.publishedRate)));
    QVERIFY2(isAbout(figures.byteRate, 10'000), qPrintable(QString::number(figures.byteRate)));
    QCOMPARE(figures.chunks, 301u);
    QCOMPARE(figures.bytes, 30'100u);
    QCOMPARE(figures.newestSequence, 301u);
}

void TestBusStatistics::thePublishedRateIsTrueForASlowObserver()
{
    BusStatistics statistics; // sees every hundredth of 1000 in a second
    for (quint64 i = 0; i <= 30; ++i)
        statistics.chunkReceived(chunk(i * 100 + 1, start + qint64(i) * 100 * millisecond),
                                 start + qint64(i) * 100 * millisecond);
    const BusStatistics::Figures figures = statistics.figures(start + 3 * second);
    QVERIFY2(isAbout(figures.publishedRate, 1000), qPrintable(QString::number(figures.publishedRate)));
    QVERIFY2(isAbout(figures.seenRate, 10), qPrintable(QString::number(figures.seenRate)));
}

void TestBusStatistics::aQuietBusHasNoRate()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(1, start), start);
    statistics.chunkReceived(chunk(2, start + millisecond), start + millisecond);
    const BusStatistics::Figures figures = statistics.figures(start + 5 * second);
    QCOMPARE(figures.publishedRate, 0.0);
    QCOMPARE(figures.seenRate, 0.0);
    QCOMPARE(figures.byteRate, 0.0);
    QVERIFY(!figures.latencyMedian);
}

void TestBusStatistics::aNewStreamDoesNotCountAsChunks()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(1'000'000, start), start);
    Chunk anew = chunk(1, start + 500 * millisecond);
    anew.setStreamId(QUuid::createUuid());
    statistics.chunkReceived(anew, start + 500 * millisecond);
    QVERIFY(statistics.figures(start + 600 * millisecond).publishedRate < 1);
}

void TestBusStatistics::aBusThatWasPutBackHasNoGiganticRate()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(100, start), start);
    statistics.chunkReceived(chunk(10, start + 100 * millisecond), start + 100 * millisecond);
    QCOMPARE(statistics.figures(start + 200 * millisecond).publishedRate, 0.0);
    statistics.chunkReceived(chunk(11, start + 200 * millisecond), start + 200 * millisecond);
    QVERIFY(statistics.figures(start + 300 * millisecond).publishedRate < 20);
}

void TestBusStatistics::lossesAddUp()
{
    BusStatistics statistics;
    statistics.chunksLost(3);
    statistics.chunksLost(4);
    QCOMPARE(statistics.figures(start).lost, 7u);
}

void TestBusStatistics::latencyIsFromPublishToReceipt()
{
    BusStatistics statistics;
    for (quint64 i = 1; i <= 100; ++i) // 1 ms to 100 ms
        statistics.chunkReceived(chunk(i, start), start + qint64(i) * millisecond);
    const BusStatistics::Figures figures = statistics.figures(start + 100 * millisecond);
    QVERIFY(figures.latencyMedian >= 50ms && figures.latencyMedian <= 51ms);
    QVERIFY(figures.latency99 >= 98ms && figures.latency99 <= 100ms);
}

void TestBusStatistics::theAgeOfWhatWasThereBeforeIsNoLatency()
{
    BusStatistics statistics;
    statistics.begin(start);
    statistics.chunkReceived(chunk(1, start - second), start + millisecond);
    QVERIFY(!statistics.figures(start + millisecond).latencyMedian);
    statistics.chunkReceived(chunk(2, start + millisecond), start + 3 * millisecond);
    QCOMPARE(statistics.figures(start + 3 * millisecond).latencyMedian, std::optional<std::chrono::nanoseconds>(2ms));
}

void TestBusStatistics::chunksWithoutNumbersHaveNoPublishedRateAndNoLatency()
{
    BusStatistics statistics;
    for (qint64 i = 0; i < 10; ++i) {
        Chunk original("x");
        original.setTime(start / second * second); // whole seconds, as a tar header has them
        statistics.chunkReceived(original, start + i * 100 * millisecond);
    }
    const BusStatistics::Figures figures = statistics.figures(start + second - millisecond);
    QCOMPARE(figures.publishedRate, 0.0);
    QVERIFY(figures.seenRate > 8);
    QVERIFY(!figures.latencyMedian);
    QCOMPARE(figures.newestSequence, 0u);
}

void TestBusStatistics::theAgeIsThatOfTheNewestChunk()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(2, start), start + second);
    statistics.chunkReceived(chunk(3, start + second), start + second);
    QVERIFY(statistics.figures(start + 3 * second).age == 2s);
}

QTEST_GUILESS_MAIN(TestBusStatistics)
#include "tst_busstatistics.moc"
