// SPDX-License-Identifier: Apache-2.0
#include "bustabs.h"
#include "dialogs.h"
#include "viewerfixture.h"

#include <filebus/producer.h>

#include <QtCore/QMimeData>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QDropEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDialog>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

/// What the user does with chunks and buses, by mouse and keyboard, on real buses with real producers.
class TestViewerTasks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void inspectsTheChosenChunk();
    void showsWhatChanged();
    void largePayloadsAreShownInParts();
    void changesOfLargePayloadsAreToldFromTheirBeginning();
    void copiesPayloads();
    void boundsAreSettings();
    void opensByDialogDirectoryAndDrop();
    void opensABusOnlyOnce();
    void everyActionSaysWhatItDoes();
};

namespace
{

QString payloadShown(ViewerFixture &viewer)
{
    return viewer.find<QPlainTextEdit>("payload")->toPlainText();
}

} // namespace

void TestViewerTasks::inspectsTheChosenChunk()
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

void TestViewerTasks::showsWhatChanged()
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
    QCOMPARE(payloadShown(viewer), u"The list holds no earlier chunk to compare with."_s);
}

void TestViewerTasks::largePayloadsAreShownInParts()
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
    QVERIFY(viewer.shown("part").startsWith(u"Part 1 of 4: bytes 0 to 65,535 of 200,000"));
    for (auto *next = viewer.find<QToolButton>("nextPart"); next->isEnabled(); all += payloadShown(viewer))
        QTest::mouseClick(next, Qt::LeftButton);
    QCOMPARE(all.toUtf8(), payload);
}

void TestViewerTasks::changesOfLargePayloadsAreToldFromTheirBeginning()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    FileBus::Producer producer(viewer.bus());
    QVERIFY(producer.publish(QByteArray(100'000, 'a')));
    EVENTUALLY_EQUAL(viewer.report().figures.newestSequence, 1u);
    QVERIFY(producer.publish("b"));
    EVENTUALLY(viewer.chunks().rowCount() >= 2);
    viewer.clickRow(1);
    viewer.press(Qt::CTRL | Qt::Key_5);
    QCOMPARE(viewer.shown("part"), u"Only the first 65,536 bytes of each chunk are compared"_s);
    QVERIFY(viewer.find<QLabel>("part")->isVisible());
}

void TestViewerTasks::copiesPayloads()
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

void TestViewerTasks::boundsAreSettings()
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
    EVENTUALLY_EQUAL(viewer.shown("counts"), u"100 chunks; 30 older chunks dropped to stay within the limits"_s);
    viewer.restart();
    QCOMPARE(viewer.chunks().store().bounds().rows, 100);
}

void TestViewerTasks::opensByDialogDirectoryAndDrop()
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

void TestViewerTasks::opensABusOnlyOnce()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    viewer.open(viewer.file(u"other"_s));
    viewer.open(viewer.file(u"./bus"_s));
    const auto *tabs = viewer.window().findChild<BusTabs *>();
    QCOMPARE(tabs->count(), 2);
    QCOMPARE(tabs->currentIndex(), 0);
}

void TestViewerTasks::everyActionSaysWhatItDoes()
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

QTEST_MAIN(TestViewerTasks)
#include "tst_viewertasks.moc"
