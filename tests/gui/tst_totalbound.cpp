// SPDX-License-Identifier: Apache-2.0
#include "bustabs.h"
#include "entries.h"
#include "fairshare.h"
#include "totalbound.h"
#include "viewerfixture.h"

#include <filebus/producer.h>

#include <QtCore/QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

/// Many buses stay within one bound together.
class TestTotalBound : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sharesAreFair_data();
    void sharesAreFair();
    void theLargestGivesFirst();
    void theNewestRowStays();
    void aPausedBusGivesWhatWaits();
    void aClosedBusNoLongerCounts();
    void manyBusesWithLargeChunks();
};

namespace
{

constexpr qint64 mebibyte = qint64(1) << 20;

ChunkStore chunksOf(qint64 size, int count)
{
    ChunkStore store;
    for (int i = 0; i < count; ++i)
        store.append(Entries::chunk(static_cast<quint64>(i) + 1, QByteArray(size, 'x')));
    return store;
}

/// The memory of this process according to the kernel.
qint64 residentMemory()
{
    const QByteArray pages = contentOf(u"/proc/self/statm"_s).split(' ').value(1);
    return pages.toLongLong() * 4096;
}

} // namespace

void TestTotalBound::sharesAreFair_data()
{
    QTest::addColumn<QList<qint64>>("sizes");
    QTest::addColumn<qint64>("total");
    QTest::addColumn<qint64>("share");
    QTest::newRow("all fit") << QList<qint64>{1, 2, 3} << qint64(10) << qint64(3);
    QTest::newRow("one gives") << QList<qint64>{100, 2, 3} << qint64(20) << qint64(15);
    QTest::newRow("two give") << QList<qint64>{50, 2, 100} << qint64(42) << qint64(20);
    QTest::newRow("all give") << QList<qint64>{50, 60, 100} << qint64(30) << qint64(10);
    QTest::newRow("nothing left") << QList<qint64>{50, 60} << qint64(0) << qint64(0);
    QTest::newRow("none") << QList<qint64>{} << qint64(5) << qint64(0);
}

void TestTotalBound::sharesAreFair()
{
    QFETCH(const QList<qint64>, sizes);
    QFETCH(const qint64, total);
    QTEST(fairShare(sizes, total), "share");
}

void TestTotalBound::theLargestGivesFirst()
{
    TotalBound bound;
    bound.setBound(10 * mebibyte);
    ChunkModel small;
    ChunkModel large;
    for (ChunkModel *model : {&small, &large})
        bound.add(model);
    small.append(chunksOf(mebibyte / 4, 4));
    large.append(chunksOf(mebibyte / 4, 100));
    QCOMPARE(small.rowCount(), 4);
    QVERIFY(large.rowCount() > 28 && large.rowCount() < 36);
    QCOMPARE(large.store().droppedChunks(), static_cast<quint64>(100 - large.rowCount()));
    QCOMPARE(large.entry(large.rowCount() - 1).chunk.sequence(), 100u);
    QVERIFY(bound.memory() <= 10 * mebibyte);
    QCOMPARE(bound.memory(), small.memory() + large.memory());
    bound.setBound(mebibyte);
    QVERIFY(bound.memory() <= mebibyte);
}

// Other buses drop even their last row.
void TestTotalBound::theNewestRowStays()
{
    TotalBound bound;
    bound.setBound(mebibyte);
    ChunkModel first;
    ChunkModel second;
    bound.add(&first);
    bound.add(&second);
    first.append(chunksOf(2 * mebibyte, 1));
    QCOMPARE(first.rowCount(), 1);
    second.append(chunksOf(2 * mebibyte, 1));
    QCOMPARE(first.rowCount(), 0);
    QCOMPARE(first.store().droppedChunks(), 1u);
    QCOMPARE(second.rowCount(), 1);
}

void TestTotalBound::aPausedBusGivesWhatWaits()
{
    TotalBound bound;
    bound.setBound(2 * mebibyte);
    ChunkModel model;
    bound.add(&model);
    model.append(chunksOf(1000, 100));
    model.setPaused(true);
    model.append(chunksOf(mebibyte / 2, 20));
    QCOMPARE(model.rowCount(), 100);
    QVERIFY(bound.memory() <= 2 * mebibyte);
    QCOMPARE(model.waitingChunks(), 20u); // that many arrived; some of them were dropped
    model.setPaused(false);
    QVERIFY(bound.memory() <= 2 * mebibyte);
}

void TestTotalBound::aClosedBusNoLongerCounts()
{
    TotalBound bound;
    bound.setBound(10 * mebibyte);
    auto model = std::make_unique<ChunkModel>();
    bound.add(model.get());
    model->append(chunksOf(mebibyte, 3));
    QVERIFY(bound.memory() > 3 * mebibyte);
    model.reset();
    QCOMPARE(bound.memory(), 0);
}

// 400 MiB on disk, and a bound of 24 MiB for them.
void TestTotalBound::manyBusesWithLargeChunks()
{
    constexpr int buses = 50;
    ViewerFixture viewer;
    ViewerSettings().setBounds({.rows = 1000, .bytes = 64 * mebibyte, .total = 24 * mebibyte});
    viewer.restart();
    const BusDirectory disk(BusDirectory::Disk);
    for (int i = 0; i < buses; ++i) {
        FileBus::Producer producer(disk.file(QString::number(i)));
        QVERIFY(producer.publish(QByteArray(4 * mebibyte, 'x')) && producer.publish(QByteArray(4 * mebibyte, 'y')));
    }
    const qint64 before = residentMemory();
    qint64 most = 0;
    QTimer watch;
    connect(&watch, &QTimer::timeout, this, [&] { most = std::max(most, residentMemory()); });
    watch.start(5);
    viewer.open(disk.path());
    const QList<BusView *> views = viewer.window().findChild<BusTabs *>()->views();
    QCOMPARE(views.size(), buses);
    quint64 dropped = 0;
    qint64 kept = 0;
    EVENTUALLY([&] {
        dropped = 0;
        kept = 0;
        for (BusView *view : views) {
            const ChunkStore &store = view->document()->chunks()->store();
            dropped += store.droppedChunks();
            kept += store.memory();
            if (store.chunks() + store.droppedChunks() < 2)
                return false;
        }
        return true;
    }());
    QVERIFY2(kept <= 24 * mebibyte, qPrintable(QString::number(kept)));
    QCOMPARE(dropped + static_cast<quint64>(kept / (4 * mebibyte)), 2u * buses);
    QVERIFY2(most - before < 150 * mebibyte, qPrintable(u"%1 MiB"_s.arg((most - before) / mebibyte)));
    EVENTUALLY(viewer.find<QLabel>("counts")->isVisible());
    viewer.window().findChild<BusTabs *>()->setCurrentIndex(0);
    EVENTUALLY(viewer.shown("counts").contains(u"dropped to stay within the limits"));
}

QTEST_MAIN(TestTotalBound)
#include "tst_totalbound.moc"
