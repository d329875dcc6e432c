// SPDX-License-Identifier: Apache-2.0
#include "chunktext.h"
#include "viewerfixture.h"

#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtWidgets/QWidget>

#include <cstdlib>

using namespace Qt::StringLiterals;

/// The clock is set back and ahead by an hour while the viewer runs. This program contains clockshim.c.
class TestSetClock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void figuresRowsAndPlotGoOn_data();
    void figuresRowsAndPlotGoOn();

private:
    static constexpr qint64 second = 1'000'000'000;
};

void TestSetClock::figuresRowsAndPlotGoOn_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("hours");
    QTest::newRow("an hour back") << QByteArray() << -1;
    QTest::newRow("an hour ahead") << QByteArray("ahead") << 1;
}

void TestSetClock::figuresRowsAndPlotGoOn()
{
    QFETCH(const QByteArray, content);
    QFETCH(const int, hours);
    ViewerFixture viewer;
    const QString clock = viewer.file(u"clock"_s);
    qputenv("FILEBUS_CLOCK_FILE", QFile::encodeName(clock));
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 5));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 5);
    const QDateTime before = QDateTime::currentDateTime();
    const qint64 takenBefore = viewer.report().takenAt;
    writeFile(clock, content);
    QVERIFY(std::abs(before.secsTo(QDateTime::currentDateTime()) - hours * 3600LL) < 60);

    EVENTUALLY(viewer.report().takenAt >= takenBefore + 3 * second); // the plot shows seconds that are over
    QVERIFY(producer.publish(6, 8));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 8);
    EVENTUALLY_EQUAL(viewer.shown("newest"), u"8"_s);
    const ChunkEntry &last = viewer.chunks().entry(7);
    const qint64 sinceFirst = last.when - viewer.chunks().entry(0).when;
    QVERIFY(sinceFirst > second && sinceFirst < 60 * second);
    const qint64 now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    QVERIFY2(std::abs(now - last.receivedAt()) < 60 * second, qPrintable(ChunkText::dateTime(last.receivedAt()))); // by the clock
    const qint64 plotted = last.when / second;
    EVENTUALLY(viewer.report().takenAt / second >= plotted + 2);

    auto *plot = viewer.find<QWidget>("plot");
    const auto selected = [&] { return viewer.list().selectionModel()->selectedRows(); };
    for (int x = plot->width() - 60; x > 60 && selected().isEmpty(); x -= 4)
        QTest::mouseClick(plot, Qt::LeftButton, {}, QPoint(x, plot->height() / 2));
    QVERIFY(!selected().isEmpty());
    QVERIFY(selected().first().row() >= 5);
}

QTEST_MAIN(TestSetClock)
#include "tst_setclock.moc"
