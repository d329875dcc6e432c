// SPDX-License-Identifier: Apache-2.0
#include <filebus/busstatistics.h>

#include "support/instants.h"

#include <QtTest/QTest>

#include <array>

using namespace Qt::StringLiterals;
using FileBus::BusStatistics;

/// How many chunks are published and seen per second, of fast, slow, irregular and ended streams.
class TestBusRates : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aSteadyStreamHasOneRate();
    void thePublishedRateIsTrueForASlowObserver();
    void aQuietBusHasNoRate();
    void aSlowStreamHasARateAtAnyMoment_data();
    void aSlowStreamHasARateAtAnyMoment();
    void anIrregularStreamHasItsMeanRate();
    void aRateSinksWhenNothingComes();
    void aFastStreamIsFollowedAtOnce();
    void whatWasThereBeforeBeginsTheFirstInterval();
};

void TestBusRates::aSteadyStreamHasOneRate()
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

void TestBusRates::thePublishedRateIsTrueForASlowObserver()
{
    BusStatistics statistics; // sees every hundredth of 1000 in a second
    for (quint64 i = 0; i <= 30; ++i)
        statistics.chunkReceived(chunk(i * 100 + 1, start + qint64(i) * 100 * millisecond),
                                 at(start + qint64(i) * 100 * millisecond));
    const BusStatistics::Figures figures = statistics.figures(at(start + 3 * second));
    QVERIFY2(isAbout(figures.publishedRate, 1000), qPrintable(QString::number(figures.publishedRate)));
    QVERIFY2(isAbout(figures.seenRate, 10), qPrintable(QString::number(figures.seenRate)));
}

void TestBusRates::aQuietBusHasNoRate()
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

void TestBusRates::aSlowStreamHasARateAtAnyMoment_data()
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

void TestBusRates::aSlowStreamHasARateAtAnyMoment()
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
void TestBusRates::anIrregularStreamHasItsMeanRate()
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

void TestBusRates::aRateSinksWhenNothingComes()
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

void TestBusRates::aFastStreamIsFollowedAtOnce()
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

void TestBusRates::whatWasThereBeforeBeginsTheFirstInterval()
{
    BusStatistics statistics; // 0.5/s, seen from just before the second chunk on
    statistics.begin(at(start + 1900 * millisecond));
    statistics.chunkReceived(chunk(1, start), at(start + 1900 * millisecond));
    statistics.chunkReceived(chunk(2, start + 2 * second), at(start + 2 * second));
    QVERIFY(isAbout(statistics.figures(at(start + 2900 * millisecond)).seenRate, 0.5));
    QVERIFY(isAbout(statistics.figures(at(start + 2900 * millisecond)).publishedRate, 0.5));
}

QTEST_GUILESS_MAIN(TestBusRates)
#include "tst_busrates.moc"
