// SPDX-License-Identifier: Apache-2.0
#include "chunktext.h"
#include "viewerfixture.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

/// The list of chunks in the window, used by mouse and keyboard, on real buses with real producers.
class TestViewer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsExactlyWhatWasSent();
    void lossesStandWhereTheyHappened();
    void followsTheEndUntilTheUserScrollsUp();
    void aClickDoesNotStopIt();
    void pausedItFreezesAndResumedItHasAll();
    void filtersByTypedText();
    void highlightsAndStepsThroughMatches();
    void saysWhatIsWrongWithAnExpression();
    void clearForgetsTheChunks();
    void aClickIntoThePlotSelectsTheChunksOfThatTime();
};

void TestViewer::showsExactlyWhatWasSent()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EVENTUALLY(viewer.report().takenAt > 0); // chunks from before are shown, but not counted as seen
    EightByteProducer first(viewer.bus());
    EightByteProducer second(viewer.bus());
    QVERIFY(first.begin() && second.begin());
    QVERIFY(first.publish(1, 30));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 30);
    QVERIFY(second.publish(31, 50));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 50);
    for (int row = 0; row < 50; ++row)
        QCOMPARE(viewer.chunks().entry(row).chunk.payload(), QByteArray::number(row + 1).rightJustified(7, '0') + '\n');
    EVENTUALLY_EQUAL(viewer.shown("newest"), u"50"_s);
    EVENTUALLY_EQUAL(viewer.shown("seenDetail"), u"50 in total"_s);
    QCOMPARE(viewer.shown("lost"), u"0"_s);
    EVENTUALLY_EQUAL(viewer.shown("producers"), u"2 alive"_s);
    QCOMPARE(viewer.shown("counts"), u"50 chunks"_s);
}

// There is no history, and chunks arrive faster than anyone can follow.
void TestViewer::lossesStandWhereTheyHappened()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus(), {u"--history"_s, u"0"_s, u"--gather"_s, u"0"_s});
    QVERIFY(producer.begin() && producer.publish(1, 1));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1); // chunks before the first one that is seen do not count as lost
    QVERIFY(producer.publish(2, 4000));
    EVENTUALLY_EQUAL(viewer.report().figures.newestSequence, 4000u);
    quint64 next = 1;
    quint64 lost = 0;
    for (int row = 0; row < viewer.chunks().rowCount(); ++row) {
        const ChunkEntry &entry = viewer.chunks().entry(row);
        QCOMPARE(entry.isLoss() ? entry.firstLost : entry.chunk.sequence(), next);
        next += entry.isLoss() ? entry.lostCount : 1;
        lost += entry.lostCount;
    }
    QCOMPARE(next, 4001u);
    QVERIFY(lost > 0);
    EVENTUALLY_EQUAL(viewer.shown("lost"), ChunkText::count(lost));
}

void TestViewer::followsTheEndUntilTheUserScrollsUp()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 60));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 60);
    QScrollBar *bar = viewer.list().verticalScrollBar();
    EVENTUALLY(bar->maximum() > 0 && bar->value() == bar->maximum());

    QTest::mouseMove(viewer.list().viewport());
    bar->triggerAction(QAbstractSlider::SliderPageStepSub);
    QVERIFY(!viewer.list().isFollowing());
    const int place = bar->value();
    QVERIFY(producer.publish(61, 100));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 100);
    QCOMPARE(bar->value(), place);

    viewer.list().setFocus();
    viewer.press(Qt::CTRL | Qt::Key_End);
    QVERIFY(viewer.list().isFollowing());
    QVERIFY(producer.publish(101, 120));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 120);
    EVENTUALLY(bar->value() == bar->maximum());
}

void TestViewer::aClickDoesNotStopIt()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 60));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 60);
    viewer.clickRow(58);
    QCOMPARE(viewer.list().currentIndex().row(), 58);
    QVERIFY(producer.publish(61, 100));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 100);
    QScrollBar *bar = viewer.list().verticalScrollBar();
    EVENTUALLY(bar->value() == bar->maximum());
    QCOMPARE(viewer.list().currentIndex().row(), 58);
}

void TestViewer::pausedItFreezesAndResumedItHasAll()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 10));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 10);
    viewer.press(Qt::CTRL | Qt::Key_P);
    QVERIFY(producer.publish(11, 35));
    EVENTUALLY_EQUAL(viewer.shown("pausedBannerText"), u"Paused, 25 new"_s);
    QCOMPARE(viewer.chunks().rowCount(), 10);
    QTest::mouseClick(viewer.find<QPushButton>("pausedBannerButton"), Qt::LeftButton);
    QCOMPARE(viewer.chunks().rowCount(), 35);
    QVERIFY(!viewer.find<QWidget>("pausedBanner")->isVisible());
}

void TestViewer::filtersByTypedText()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 40));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 40);
    viewer.press(Qt::CTRL | Qt::Key_F);
    auto *search = viewer.find<QLineEdit>("search");
    QVERIFY(search->hasFocus());
    QTest::keyClicks(search, u"10-12"_s);
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 3);
    EVENTUALLY_EQUAL(viewer.shown("counts"), u"3 of 40 rows match"_s);

    QTest::keyClick(search, Qt::Key_Escape);
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 40);
    QTest::mouseClick(viewer.find<QToolButton>("searchRegular"), Qt::LeftButton);
    QTest::keyClicks(search, u"^00000[23]5"_s);
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 2);
    QVERIFY(producer.publish(41, 59)); // none of them matches
    EVENTUALLY_EQUAL(viewer.report().figures.newestSequence, 59u);
    EVENTUALLY_EQUAL(viewer.shown("counts"), u"2 of 59 rows match"_s);
}

void TestViewer::highlightsAndStepsThroughMatches()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 40));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 40);
    viewer.find<QComboBox>("searchEffect")->setCurrentIndex(1);
    viewer.press(Qt::CTRL | Qt::Key_F);
    QTest::keyClicks(viewer.find<QLineEdit>("search"), u"0000015"_s);
    QCOMPARE(viewer.chunks().rowCount(), 40);
    viewer.press(Qt::Key_F3);
    EVENTUALLY_EQUAL(viewer.list().currentIndex().row(), 14);
    QVERIFY(viewer.chunks().index(14, 0).data(ChunkModel::MatchRole).toBool());
    viewer.press(Qt::Key_F3); // there is no other
    QCOMPARE(viewer.list().currentIndex().row(), 14);
}

void TestViewer::saysWhatIsWrongWithAnExpression()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QTest::mouseClick(viewer.find<QToolButton>("searchRegular"), Qt::LeftButton);
    QTest::keyClicks(viewer.find<QLineEdit>("search"), u"(open"_s);
    QVERIFY(viewer.find<QLabel>("filterError")->isVisible());
    QVERIFY(viewer.shown("filterError").startsWith(u"Invalid regular expression: "));
}

void TestViewer::clearForgetsTheChunks()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 5));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 5);
    viewer.press(Qt::CTRL | Qt::Key_L);
    QCOMPARE(viewer.chunks().rowCount(), 0);
    QVERIFY(producer.publish(6, 7));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 2);
    QCOMPARE(viewer.report().figures.lost, 0u);
}

void TestViewer::aClickIntoThePlotSelectsTheChunksOfThatTime()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 5));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 5);
    const qint64 second = viewer.chunks().entry(0).when / 1'000'000'000;
    EVENTUALLY(viewer.report().takenAt / 1'000'000'000 >= second + 3); // the plot shows seconds that are over
    QVERIFY(producer.publish(6, 8));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 8);
    auto *plot = viewer.find<QWidget>("plot");
    const auto selected = [&] { return viewer.list().selectionModel()->selectedRows(); };
    // From the last second on the right to the left, until the click meets the first chunks.
    for (int x = plot->width() - 60; x > 60 && (selected().isEmpty() || selected().first().row() > 0); x -= 4)
        QTest::mouseClick(plot, Qt::LeftButton, {}, QPoint(x, plot->height() / 2));
    QVERIFY(!selected().isEmpty());
    QCOMPARE(selected().first().row(), 0);
    QVERIFY(selected().size() <= 5); // the later ones belong to another time
}

QTEST_MAIN(TestViewer)
#include "tst_viewer.moc"
