// SPDX-License-Identifier: Apache-2.0
#include "dialogs.h"
#include "viewerfixture.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;

/// What the user writes to files, by mouse and keyboard: a payload, or an export while chunks arrive.
class TestViewerExport : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void savesAPayload();
    void savingAsksBeforeItOverwrites();
    void exportsWhileChunksArrive();
    void exportsAsEachFormat_data();
    void exportsAsEachFormat();
    void exportAsksBeforeItOverwrites();
};

void TestViewerExport::savesAPayload()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "some bytes"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    viewer.clickRow(0);
    const QString path = viewer.file(u"saved"_s);
    inNextDialog([path](QDialog &dialog) { typeFileName(dialog, path); });
    viewer.press(QKeySequence::Save);
    EVENTUALLY_EQUAL(contentOf(path), "some bytes");
}

// Also for a file chosen in the file dialog, which does not ask by itself.
void TestViewerExport::savingAsksBeforeItOverwrites()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "new"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    viewer.clickRow(0);
    const QString path = viewer.file(u"<b>saved"_s);
    writeFile(path, "former");
    int questions = 0;
    inNextDialog([&](QDialog &dialog) {
        inNextDialog([&](QDialog &question) {
            ++questions;
            QTest::keyClick(&question, Qt::Key_Return);
        });
        typeFileName(dialog, path);
    });
    viewer.press(QKeySequence::Save);
    QCOMPARE(questions, 1);
    QCOMPARE(contentOf(path), "former");
}

void TestViewerExport::exportsWhileChunksArrive()
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

// The capture survives each of them.
void TestViewerExport::exportsAsEachFormat_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QString>("suffix");
    QTest::addColumn<bool>("verbatim");
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("JSON Lines") << 0 << u"jsonl"_s << false << QByteArray("\"text\":\"=1+1\"");
    QTest::newRow("CSV") << 1 << u"csv"_s << false << QByteArray(",\"'=1+1\"");
    QTest::newRow("verbatim CSV") << 1 << u"csv"_s << true << QByteArray(",\"=1+1\"");
    QTest::newRow("tar") << 2 << u"tar"_s << false << QByteArray("=1+1");
}

void TestViewerExport::exportsAsEachFormat()
{
    QFETCH(const int, format);
    QFETCH(const QString, suffix);
    QFETCH(const bool, verbatim);
    QFETCH(const QByteArray, content);
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "=1+1"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    viewer.press(Qt::CTRL | Qt::Key_E);
    auto *dialog = viewer.window().findChild<QDialog *>();
    auto *fileName = dialog->findChild<QLineEdit *>(u"exportFile"_s);
    fileName->setText(viewer.file(u"export.jsonl"_s));
    dialog->findChild<QComboBox *>(u"exportFormat"_s)->setCurrentIndex(format);
    QCOMPARE(fileName->text(), viewer.file(u"export."_s + suffix));
    dialog->findChild<QCheckBox *>(u"exportVerbatim"_s)->setChecked(verbatim);
    QTest::mouseClick(dialog->findChild<QPushButton *>(u"exportStart"_s), Qt::LeftButton);
    EVENTUALLY(contentOf(fileName->text()).contains(content));
    EVENTUALLY(dialog->findChild<QLabel *>(u"exportResult"_s)->text().startsWith(u"1 rows were written"));
    QVERIFY(publish(viewer.bus(), "more"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 2);
}

void TestViewerExport::exportAsksBeforeItOverwrites()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "new"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    viewer.press(Qt::CTRL | Qt::Key_E);
    auto *dialog = viewer.window().findChild<QDialog *>();
    const QString path = viewer.file(u"<b>former.jsonl"_s);
    writeFile(path, "former");
    dialog->findChild<QLineEdit *>(u"exportFile"_s)->setText(path);
    auto *start = dialog->findChild<QPushButton *>(u"exportStart"_s);
    int questions = 0;
    for (const int key : {Qt::Key_Return, Qt::Key_Escape}) {
        inNextDialog([&](QDialog &question) {
            ++questions;
            QTest::keyClick(&question, static_cast<Qt::Key>(key)); // the key that a user presses without thinking
        });
        QTest::mouseClick(start, Qt::LeftButton);
        QCOMPARE(contentOf(path), "former");
    }
    inNextDialog([&](QDialog &question) {
        ++questions;
        const auto *box = qobject_cast<QMessageBox *>(&question);
        QCOMPARE(box->textFormat(), Qt::PlainText);
        QCOMPARE(box->text(), path + u" already exists. Overwrite it?"_s);
        for (QAbstractButton *button : box->buttons()) {
            if (box->buttonRole(button) == QMessageBox::DestructiveRole)
                return QTest::mouseClick(button, Qt::LeftButton);
        }
    });
    QTest::mouseClick(start, Qt::LeftButton);
    EVENTUALLY(contentOf(path).contains("new"));
    QCOMPARE(questions, 3);
}

QTEST_MAIN(TestViewerExport)
#include "tst_viewerexport.moc"
