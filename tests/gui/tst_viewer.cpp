// SPDX-License-Identifier: Apache-2.0
#include "bustabs.h"
#include "chunktext.h"
#include "viewerfixture.h"

#include <filebus/producer.h>

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMimeData>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QDropEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

/// The window, by mouse and keys, on real buses with real producers.
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
    void inspectsTheChosenChunk();
    void showsWhatChanged();
    void largePayloadsAreShownInParts();
    void copiesPayloads();
    void savesAPayload();
    void exportsWhileChunksArrive();
    void clearForgetsTheChunks();
    void boundsAreSettings();
    void aClickIntoThePlotSelectsTheChunksOfThatTime();
    void opensByDialogDirectoryAndDrop();
    void opensABusOnlyOnce();
    void everyActionSaysWhatItDoes();
};

namespace
{

/// Does something in the dialog that opens next.
template<typename Function>
void inNextDialog(Function function)
{
    QTimer::singleShot(0, qApp, [function] {
        auto *dialog = qobject_cast<QDialog *>(QApplication::activeModalWidget());
        if (dialog)
            function(*dialog);
        else
            inNextDialog(function);
    });
}

void typeFileName(QDialog &dialog, const QString &path)
{
    auto *input = dialog.findChild<QLineEdit *>(u"fileNameEdit"_s);
    input->setText(path);
    QTest::keyClick(input, Qt::Key_Return);
}

QString payloadShown(ViewerFixture &viewer)
{
    return viewer.find<QPlainTextEdit>("payload")->toPlainText();
}

} // namespace

void TestViewer::showsExactlyWhatWasSent()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
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
    EVENTUALLY_EQUAL(viewer.shown("seenDetail"), u"50 in all"_s);
    QCOMPARE(viewer.shown("lost"), u"0"_s);
    EVENTUALLY_EQUAL(viewer.shown("producers"), u"2 alive"_s);
    QCOMPARE(viewer.shown("counts"), u"50 chunks"_s);
}

// Nothing is kept, and chunks come faster than anybody can follow.
void TestViewer::lossesStandWhereTheyHappened()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus(), {u"--history"_s, u"0"_s, u"--gather"_s, u"0"_s});
    QVERIFY(producer.begin() && producer.publish(1, 1));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1); // what was before the first chunk that is seen does not count
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
    QVERIFY(viewer.shown("filterError").startsWith(u"Not a regular expression: "));
}

void TestViewer::inspectsTheChosenChunk()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "{\"celsius\":21.5}"));
    QVERIFY(publish(viewer.bus(), "\x01\x02"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 2);
    viewer.clickRow(0);
    QCOMPARE(payloadShown(viewer), u"{\n  \"celsius\": 21.5\n}"_s);
    QVERIFY(viewer.shown("details").startsWith(u"Chunk 1, 16 bytes\n"));
    viewer.press(Qt::CTRL | Qt::Key_2);
    QCOMPARE(payloadShown(viewer), u"{\"celsius\":21.5}"_s);
    viewer.press(Qt::CTRL | Qt::Key_4);
    QVERIFY(payloadShown(viewer).startsWith(u"00000000  7b 22"));
    viewer.press(Qt::CTRL | Qt::Key_1);
    QTest::keyClick(&viewer.list(), Qt::Key_Down);
    QVERIFY(payloadShown(viewer).startsWith(u"00000000  01 02"));
}

void TestViewer::showsWhatChanged()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "{\"a\":1,\"b\":2}"));
    QVERIFY(publish(viewer.bus(), "{\"a\":1,\"b\":3}"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 2);
    viewer.clickRow(1);
    viewer.press(Qt::CTRL | Qt::Key_5);
    QCOMPARE(payloadShown(viewer), u"  {\n    \"a\": 1,\n−   \"b\": 2\n+   \"b\": 3\n  }"_s);
    viewer.clickRow(0);
    QCOMPARE(payloadShown(viewer), u"There is no chunk before this one in the list."_s);
}

void TestViewer::largePayloadsAreShownInParts()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    const QByteArray payload = QByteArray(100'000, 'a') + QByteArray(100'000, 'b');
    FileBus::Producer producer(viewer.bus());
    QVERIFY(producer.publish(payload));
    EVENTUALLY(viewer.chunks().rowCount() >= 1);
    viewer.clickRow(0);
    QString all = payloadShown(viewer);
    QCOMPARE(all.size(), 65'536);
    QVERIFY(viewer.shown("part").startsWith(u"Bytes 0 to 65,535 of 200,000"));
    for (auto *next = viewer.find<QToolButton>("nextPart"); next->isEnabled(); all += payloadShown(viewer))
        QTest::mouseClick(next, Qt::LeftButton);
    QCOMPARE(all.toUtf8(), payload);
}

void TestViewer::copiesPayloads()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 5));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 5);
    viewer.clickRow(1);
    viewer.list().setFocus();
    QTest::keyClick(&viewer.list(), Qt::Key_Down, Qt::ShiftModifier);
    viewer.press(QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"0000002\n0000003\n"_s);
}

void TestViewer::savesAPayload()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "some bytes"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    viewer.clickRow(0);
    const QString path = viewer.file(u"saved"_s);
    inNextDialog([path](QDialog &dialog) { typeFileName(dialog, path); });
    viewer.press(QKeySequence::Save);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "some bytes");
}

void TestViewer::exportsWhileChunksArrive()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    EightByteProducer producer(viewer.bus());
    QVERIFY(producer.begin() && producer.publish(1, 50));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 50);
    viewer.press(Qt::CTRL | Qt::Key_E);
    auto *dialog = viewer.window().findChild<QDialog *>();
    QVERIFY(dialog);
    const QString path = viewer.file(u"export.jsonl"_s);
    dialog->findChild<QLineEdit *>(u"exportFile"_s)->setText(path);
    QVERIFY(producer.publish(51, 70));
    QTest::mouseClick(dialog->findChild<QPushButton *>(u"exportStart"_s), Qt::LeftButton);
    EVENTUALLY_EQUAL(dialog->findChild<QLabel *>(u"exportResult"_s)->text(), u"50 rows were written to %1."_s.arg(path));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 70);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArrayList lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 50);
    QCOMPARE(QJsonDocument::fromJson(lines.last()).object()["text"_L1].toString(), u"0000050\n"_s);
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

void TestViewer::boundsAreSettings()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    inNextDialog([](QDialog &dialog) {
        dialog.findChild<QSpinBox *>(u"boundRows"_s)->setValue(100);
        QTest::keyClick(&dialog, Qt::Key_Return);
    });
    viewer.press(Qt::CTRL | Qt::Key_Comma);
    EightByteProducer producer(viewer.bus(), {u"--history"_s, u"1000"_s}); // so that nothing is lost
    QVERIFY(producer.begin() && producer.publish(1, 1));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    QVERIFY(producer.publish(2, 130));
    EVENTUALLY_EQUAL(viewer.report().figures.newestSequence, 130u);
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 100);
    EVENTUALLY_EQUAL(viewer.shown("counts"), u"100 chunks; 30 older ones dropped to stay within the bounds"_s);
    viewer.restart();
    QCOMPARE(viewer.chunks().store().bounds().rows, 100);
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
    QVERIFY(selected().size() <= 5); // the later ones are of another time
}

void TestViewer::opensByDialogDirectoryAndDrop()
{
    ViewerFixture viewer;
    const auto *tabs = viewer.window().findChild<BusTabs *>();
    const QString later = viewer.file(u"later"_s);
    inNextDialog([later](QDialog &dialog) { typeFileName(dialog, later); });
    viewer.press(QKeySequence::Open);
    QCOMPARE(tabs->count(), 1);
    QCOMPARE(viewer.view().document()->displayPath(), later);

    QVERIFY(viewer.directory().shell(u"mkdir many"_s));
    QVERIFY(publish(viewer.file(u"many/one"_s), "1") && publish(viewer.file(u"many/two"_s), "2"));
    writeFile(viewer.file(u"many/notes.txt"_s), "no bus");
    viewer.open(viewer.file(u"many"_s));
    QCOMPARE(tabs->count(), 3);

    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(viewer.file(u"dropped"_s))});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&viewer.window(), &enter);
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&viewer.window(), &drop);
    QCOMPARE(tabs->count(), 4);
    QCOMPARE(tabs->tabText(3), u"dropped"_s);
}

void TestViewer::opensABusOnlyOnce()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    viewer.open(viewer.file(u"other"_s));
    viewer.open(viewer.file(u"./bus"_s));
    const auto *tabs = viewer.window().findChild<BusTabs *>();
    QCOMPARE(tabs->count(), 2);
    QCOMPARE(tabs->currentIndex(), 0);
}

void TestViewer::everyActionSaysWhatItDoes()
{
    ViewerFixture viewer;
    QSet<QKeySequence> shortcuts;
    for (const QAction *action : viewer.window().actions()) {
        QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->objectName()));
        const bool isColour = action->objectName().startsWith(u"scheme");
        QVERIFY2(isColour || !action->shortcut().isEmpty(), qPrintable(action->objectName()));
        QVERIFY2(isColour || !shortcuts.contains(action->shortcut()), qPrintable(action->objectName()));
        shortcuts += action->shortcut();
    }
    viewer.open(viewer.bus());
    for (const QToolButton *button : viewer.view().findChildren<QToolButton *>()) {
        const bool isOurs = !qobject_cast<QLineEdit *>(button->parent()) && !qobject_cast<QTabBar *>(button->parent());
        if (!isOurs || !button->text().isEmpty())
            continue;
        QVERIFY2(!button->accessibleName().isEmpty() || !button->toolTip().isEmpty(), qPrintable(button->objectName()));
    }
}

QTEST_MAIN(TestViewer)
#include "tst_viewer.moc"
