// SPDX-License-Identifier: Apache-2.0
#include <filebus/busstatistics.h>

#include <QtTest/QTest>

#include <array>
#include <chrono>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using FileBus::BusStatistics;
using FileBus::Chunk;

namespace
{

constexpr qint64 millisecond = 1'000'000;
constexpr qint64 second = 1000 * millisecond;
constexpr qint64 start = 1'000'000 * second;

using Instant = BusStatistics::Instant;

// The instant at which a correct clock shows @p time.
Instant at(qint64 time)
{
    return {std::chrono::nanoseconds(time - start), time};
}

bool isAbout(double value, double expected, double tolerance = 0.01)
{
    return std::abs(value - expected) < tolerance * expected;
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
    void aSlowStreamHasARateAtAnyMoment_data();
    void aSlowStreamHasARateAtAnyMoment();
    void anIrregularStreamHasItsMeanRate();
    void aRateSinksWhenNothingComes();
    void aFastStreamIsFollowedAtOnce();
    void whatWasThereBeforeBeginsTheFirstInterval();
    void theClockIsSet_data();
    void theClockIsSet();
    void aChunkOfTheFutureIsMarked();
    void nowIsTheTimeOfBothClocks();

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
    const BusStatistics::Figures figures = BusStatistics().figures(at(start));
    QCOMPARE(figures.chunks, 0u);
    QCOMPARE(figures.publishedRate, 0.0);
    QCOMPARE(figures.seenRate, 0.0);
    QVERIFY(!figures.age && !figures.latencyMedian && !figures.latency99);
}

void TestBusStatistics::aSteadyStreamHasOneRate()
{
    BusStatistics statistics;
    for (quint64 i = 0; i <= 300; ++i)
        statistics.chunkReceived(chunk(i + 1, start + qint64(i) * 10 * millisecond), at(start + qint64(i) * 10 * millisecond));
    const BusStatistics::Figures figures = statistics.figures(at(start + 3 * second));
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
                                 at(start + qint64(i) * 100 * millisecond));
    const BusStatistics::Figures figures = statistics.figures(at(start + 3 * second));
    QVERIFY2(isAbout(figures.publishedRate, 1000), qPrintable(QString::number(figures.publishedRate)));
    QVERIFY2(isAbout(figures.seenRate, 10), qPrintable(QString::number(figures.seenRate)));
}

void TestBusStatistics::aQuietBusHasNoRate()
{
    BusStatistics statistics;
    statistics.chunkReceived(chunk(1, start), at(start));
    statistics.chunkReceived(chunk(2, start + millisecond), at(start + millisecond));
    const BusStatistics::Figures figures = statistics.figures(at(start + 5 * second));
    QCOMPARE(figures.publishedRate, 0.0);
    QCOMPARE(figures.seenRate, 0.0);
    QCOMPARE(figures.byteRate, 0.0);
    QVERIFY(!figures.latencyMedian);
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

void TestBusStatistics::aSlowStreamHasARateAtAnyMoment_data()
{
    QTest::addColumn<qint64>("interval"); // ms
    QTest::addColumn<qint64>("known");    // the time from which it is known, in s
    QTest::newRow("8 in a second") << qint64(125) << qint64(1);
    QTest::newRow("3 in a second") << qint64(333) << qint64(2);
    QTest::newRow("one in a second") << qint64(1000) << qint64(3);
    QTest::newRow("one in 2 s") << qint64(2000) << qint64(5);
    QTest::newRow("one in 10 s") << qint64(10'000) << qint64(21);
    QTest::newRow("one in 5 min") << qint64(300'000) << qint64(301);
}

void TestBusStatistics::aSlowStreamHasARateAtAnyMoment()
{
    QFETCH(qint64, interval);
    QFETCH(qint64, known);
    BusStatistics statistics;
    quint64 sequence = 0;
    for (qint64 time = 0; time < 1000 * known + 10 * interval; time += 25) {
        if (time % interval < 25)
            statistics.chunkReceived(chunk(++sequence, start + time * millisecond), at(start + time * millisecond));
        const BusStatistics::Figures figures = statistics.figures(at(start + time * millisecond));
        if (time < 1000 * known)
            continue;
        const QByteArray shown = QByteArray::number(time) + " ms: " + QByteArray::number(figures.seenRate);
        QVERIFY2(isAbout(figures.seenRate, 1000.0 / double(interval), 0.1), shown.constData());
        QVERIFY2(isAbout(figures.publishedRate, 1000.0 / double(interval), 0.1), shown.constData());
        QVERIFY2(isAbout(figures.byteRate, 100'000.0 / double(interval), 0.1), shown.constData());
    }
}

// One or two intervals would not be enough.
void TestBusStatistics::anIrregularStreamHasItsMeanRate()
{
    BusStatistics statistics; // every 1 s, 3 s, 2 s, 1 s, 3 s, 2 s …
    qint64 time = 0;
    for (quint64 sequence = 1; sequence <= 24; ++sequence) {
        time += std::array<qint64, 3>{1, 3, 2}[sequence % 3];
        statistics.chunkReceived(chunk(sequence, start + time * second), at(start + time * second));
        if (sequence < 9)
            continue;
        for (const qint64 later : {0, 1}) {
            const double rate = statistics.figures(at(start + (time + later) * second)).seenRate;
            QVERIFY2(isAbout(rate, 0.5, 0.2), qPrintable(QString::number(time) + u": "_s + QString::number(rate)));
        }
    }
}

void TestBusStatistics::aRateSinksWhenNothingComes()
{
    BusStatistics statistics; // 0.5/s
    for (quint64 i = 0; i <= 20; ++i)
        statistics.chunkReceived(chunk(i + 1, start + qint64(i) * 2 * second), at(start + qint64(i) * 2 * second));
    double before = 0.6;
    for (qint64 time = 40; time <= 50; ++time) {
        const double rate = statistics.figures(at(start + time * second)).seenRate;
        QVERIFY2(rate > 0 && rate <= before, qPrintable(QString::number(time)));
        before = rate;
    }
    QCOMPARE(statistics.figures(at(start + 51 * second)).seenRate, 0.0);
    QCOMPARE(statistics.figures(at(start + 51 * second)).publishedRate, 0.0);
}

void TestBusStatistics::aFastStreamIsFollowedAtOnce()
{
    BusStatistics statistics; // 0.1/s, and from the 60th second on 1000/s
    quint64 sequence = 0;
    for (qint64 time = 0; time < 60; time += 10)
        statistics.chunkReceived(chunk(++sequence, start + time * second), at(start + time * second));
    for (qint64 time = 60'000; time <= 62'000; ++time)
        statistics.chunkReceived(chunk(++sequence, start + time * millisecond), at(start + time * millisecond));
    QVERIFY(isAbout(statistics.figures(at(start + 62 * second)).seenRate, 1000));
    QVERIFY(isAbout(statistics.figures(at(start + 62 * second)).publishedRate, 1000));
    QCOMPARE(statistics.figures(at(start + 63 * second + millisecond)).seenRate, 0.0); // it ended
}

void TestBusStatistics::whatWasThereBeforeBeginsTheFirstInterval()
{
    BusStatistics statistics; // 0.5/s, seen from just before the second chunk on
    statistics.begin(at(start + 1900 * millisecond));
    statistics.chunkReceived(chunk(1, start), at(start + 1900 * millisecond));
    statistics.chunkReceived(chunk(2, start + 2 * second), at(start + 2 * second));
    QVERIFY(isAbout(statistics.figures(at(start + 2900 * millisecond)).seenRate, 0.5));
    QVERIFY(isAbout(statistics.figures(at(start + 2900 * millisecond)).publishedRate, 0.5));
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
