// SPDX-License-Identifier: Apache-2.0
#include "eventloopgaps.h"
#include "processfigures.h"
#include "viewerfixture.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>

#include <ctime>

using namespace Qt::StringLiterals;

/// The window while a producer publishes as fast as it can, for FILEBUS_TEST_SECONDS (default: 5).
class TestFlood : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void staysResponsiveAndExact_data();
    void staysResponsiveAndExact();
};

namespace
{

constexpr double mostCores = 1.5;   // less than one, except with sanitizers
constexpr double longestTurn = 500; // ms of CPU time, for slow machines; gaps that other processes cause are only printed

double cpuSeconds()
{
    timespec time;
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

int testSeconds()
{
    const int seconds = qEnvironmentVariableIntValue("FILEBUS_TEST_SECONDS");
    return seconds > 0 ? seconds : 5;
}

} // namespace

void TestFlood::staysResponsiveAndExact_data()
{
    QTest::addColumn<int>("size");
    QTest::newRow("chunks of 64 bytes") << 64;
    QTest::newRow("chunks of 64 KiB") << 65536;
}

void TestFlood::staysResponsiveAndExact()
{
    QFETCH(const int, size);
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "what was before the first chunk that is seen does not count"));
    EVENTUALLY_EQUAL(viewer.report().figures.chunks, 1u);

    Program producer(producerOf(viewer.bus(), {u"--block-size"_s, QString::number(size), u"--gather"_s, u"0"_s}));
    producer.setShell(u"exec \"$@\" </dev/zero"_s);
    QVERIFY(producer.begin());
    EVENTUALLY(viewer.report().figures.chunks > 1);
    const double cpuBefore = cpuSeconds();
    QElapsedTimer time;
    time.start();
    EventLoopGaps gaps;
    QTest::qWait(testSeconds() * 1000);
    const double cores = (cpuSeconds() - cpuBefore) / (static_cast<double>(time.elapsed()) / 1e3);
    const double gap = gaps.longest();
    const double work = gaps.longestWork();
    const auto during = viewer.report().figures;
    producer.terminate();
    producer.status();

    const std::optional<FileBus::Chunk> newest = FileBus::BusInspection::of(QFile::encodeName(viewer.bus())).newest;
    QVERIFY(newest);
    const quint64 published = newest->sequence();
    EVENTUALLY_EQUAL(viewer.report().figures.newestSequence, published);
    const FileBus::BusStatistics::Figures &figures = viewer.report().figures;
    const ChunkStore &store = viewer.chunks().store();
    qInfo().noquote()
        << QStringLiteral("%1 s: %2 chunks published, %3 received, %4 lost; %5 published/s, %6 seen/s; longest gap of the event "
                          "loop %7 ms (%8 ms of it busy), %9 over 50 ms; %10 cores; at most %11 MiB")
               .arg(testSeconds())
               .arg(published)
               .arg(figures.chunks)
               .arg(figures.lost)
               .arg(during.publishedRate, 0, 'f', 0)
               .arg(during.seenRate, 0, 'f', 0)
               .arg(gap, 0, 'f', 1)
               .arg(work, 0, 'f', 1)
               .arg(gaps.felt())
               .arg(cores, 0, 'f', 2)
               .arg(ProcessFigures::peakMemory(QCoreApplication::applicationPid()) / 1024);
    QCOMPARE(figures.chunks + figures.lost, published);
    QCOMPARE(store.chunks() + store.droppedChunks(), figures.chunks);
    QVERIFY(store.bytes() <= store.bounds().bytes);
    QCOMPARE(viewer.chunks().rowCount(), static_cast<int>(store.endId() - store.firstId()));
    QVERIFY2(work < longestTurn, qPrintable(QString::number(work)));
    QVERIFY2(cores < mostCores, qPrintable(QString::number(cores)));
}

QTEST_MAIN(TestFlood)
#include "tst_flood.moc"
