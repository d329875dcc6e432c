// SPDX-License-Identifier: Apache-2.0
#include "bustabs.h"
#include "plainlabel.h"
#include "plaintext.h"
#include "viewerfixture.h"

#include <QtCore/QFile>
#include <QtGui/QTextDocument>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QTabWidget>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// Names that look like markup, everywhere the window shows text from elsewhere. They are shown as they are, and no file that
/// they name is opened.
class TestPlainText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void producersHostsAndSubscriptions();
    void everyStateOfABus_data();
    void everyStateOfABus();
    void pathsOfBuses();
    void messages();
    void busesThatAttackTheWindow_data();
    void busesThatAttackTheWindow();
    void captionsAndTitles();
    void aLongNameDoesNotWidenTheWindow();
};

namespace
{

/// A file that knows whether it was opened.
class Probe
{
public:
    Probe()
    {
        writeFile(m_directory.bus(), "probe");
        ::inotify_add_watch(m_events, QFile::encodeName(m_directory.bus()).constData(), IN_OPEN);
    }
    ~Probe() { ::close(m_events); }
    Q_DISABLE_COPY_MOVE(Probe)

    QString markup() const { return u"<img src=\"file://%1\"><b>&bold</b>"_s.arg(m_directory.bus()); }
    bool wasOpened() const
    {
        char event[4096];
        return ::read(m_events, event, sizeof(event)) > 0;
    }

private:
    BusDirectory m_directory;
    int m_events = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
};

/// How Qt renders a tool tip.
QString read(const QString &toolTip)
{
    QTextDocument document;
    document.setHtml(toolTip);
    return Qt::mightBeRichText(toolTip) ? document.toPlainText() : toolTip;
}

/// All labels show plain text, and so do all tool tips: any markup in them is our own and escapes the rest.
QString findMarkup(QWidget &window)
{
    for (const QLabel *label : window.findChildren<QLabel *>()) {
        const bool isOurs =
            label->buddy() || label->objectName() == u"qtooltip_label"; // of a form; a tool tip, which is checked below
        if (!label->text().isEmpty() && label->textFormat() != Qt::PlainText && !isOurs)
            return u"label: "_s + label->text();
    }
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        if (widget->toolTip().contains(u"<img") || widget->toolTip().contains(u"<b>"))
            return u"tool tip: "_s + widget->toolTip();
    }
    return {};
}
#define VERIFY_ALL_PLAIN(window) QCOMPARE(findMarkup(window), QString())

FileBus::ProducerInfo producerNamed(const QString &name)
{
    return {.id = QUuid::createUuid(), .pid = 4711, .host = name, .program = name};
}

BusBatch batchOf(const QString &name)
{
    BusBatch batch;
    ChunkEntry entry{.chunk = FileBus::Chunk(name.toUtf8()), .when = 1};
    entry.chunk.setStreamId(QUuid::createUuid());
    entry.chunk.setSequence(1);
    entry.chunk.setProducer(producerNamed(name));
    batch.entries.append(entry);
    batch.report.state.kind = BusState::Receiving;
    batch.report.producers.append(FileBus::ProducerStatus{});
    batch.report.producers.last().info = producerNamed(name);
    batch.report.subscribers.append(FileBus::SubscriberStatus{});
    batch.report.subscribers.last().name = batch.report.subscribers.last().host = batch.report.subscribers.last().program = name;
    batch.report.reasonForPolling = name;
    return batch;
}

/// Shows the tool tip at a place, as if the mouse rested there.
QString toolTipAt(QWidget *widget, const QPoint &place)
{
    QHelpEvent event(QEvent::ToolTip, place, widget->mapToGlobal(place));
    QApplication::sendEvent(widget, &event);
    QApplication::processEvents();
    for (const QWidget *top : QApplication::topLevelWidgets()) {
        const auto *tip = qobject_cast<const QLabel *>(top);
        if (tip && tip->isVisible())
            return read(tip->text());
    }
    return {};
}

} // namespace

void TestPlainText::producersHostsAndSubscriptions()
{
    const Probe probe;
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    viewer.view().document()->apply(batchOf(probe.markup()));
    QCOMPARE(viewer.view().document()->producers()->index(0, ProducerModel::Program).data().toString(), probe.markup());
    QCOMPARE(viewer.view().document()->subscribers()->index(0, SubscriberModel::Name).data().toString(), probe.markup());
    EVENTUALLY(viewer.list().isVisible());
    viewer.clickRow(0);
    QVERIFY(viewer.shown("details").contains(probe.markup()));
    viewer.view().document()->apply(batchOf(probe.markup()));
    QVERIFY(viewer.shown("producers").startsWith(u"<img src="));
    QVERIFY(toolTipAt(viewer.list().viewport(), viewer.list().visualRect(viewer.chunks().index(0, 3)).center())
                .contains(probe.markup()));
    viewer.view().document()->apply(batchOf(probe.markup()));
    QVERIFY(toolTipAt(viewer.find<QLabel>("foundBy"), QPoint(2, 2)).contains(probe.markup()));
    auto *side = viewer.view().findChild<QTabWidget *>();
    for (int page = 0; page < side->count(); ++page) {
        side->setCurrentIndex(page);
        viewer.view().document()->apply(batchOf(probe.markup())); // because the capture finds an empty bus
        viewer.window().grab();
        VERIFY_ALL_PLAIN(viewer.window());
    }
    QVERIFY(!probe.wasOpened());
}

void TestPlainText::everyStateOfABus_data()
{
    QTest::addColumn<BusState::Kind>("kind");
    QTest::addColumn<bool>("hasChunks");
    for (int kind = BusState::Absent; kind <= BusState::Failed; ++kind) {
        for (const bool hasChunks : {false, true})
            QTest::addRow("%d %s", kind, hasChunks ? "banner" : "placeholder") << static_cast<BusState::Kind>(kind) << hasChunks;
    }
}

void TestPlainText::everyStateOfABus()
{
    QFETCH(const BusState::Kind, kind);
    QFETCH(const bool, hasChunks);
    const Probe probe;
    ViewerFixture viewer;
    const QString path = viewer.file(probe.markup().replace(u'/', u'|'));
    viewer.open(path);
    BusBatch batch = batchOf(probe.markup());
    batch.report.state = {kind, probe.markup()};
    if (!hasChunks)
        batch.entries = ChunkStore();
    viewer.view().document()->apply(batch);
    viewer.window().grab();
    VERIFY_ALL_PLAIN(viewer.window());
    QVERIFY(!probe.wasOpened());
}

// The slashes of a path can form a file name in markup.
void TestPlainText::pathsOfBuses()
{
    ViewerFixture viewer;
    const QString path = viewer.file(u"<img src=\"file:/dev/zero\">&a[*]"_s);
    viewer.open(path);
    EVENTUALLY(viewer.shown("placeholderText").startsWith(path));
    viewer.window().grab();
    VERIFY_ALL_PLAIN(viewer.window());
    auto *tabs = viewer.window().findChild<BusTabs *>();
    EVENTUALLY(read(tabs->tabToolTip(0)).startsWith(path + u'\n'));
    QCOMPARE(tabs->tabText(0), u"zero\">&&a[*]"_s);
    QVERIFY(toolTipAt(tabs->tabBar(), tabs->tabBar()->tabRect(0).center()).startsWith(path));
    QVERIFY(viewer.window().windowTitle().contains(u"zero\">&a[*][*]"));
    auto *recent = viewer.window().findChild<QMenu *>(u"recent"_s);
    QVERIFY(recent);
    Q_EMIT recent->aboutToShow();
    QVERIFY(recent->actions().first()->text().endsWith(u"&&a[*]"));
    viewer.press(Qt::CTRL | Qt::Key_E);
    VERIFY_ALL_PLAIN(viewer.window());
    viewer.window().findChild<QDialog *>()->grab();
}

void TestPlainText::messages()
{
    ViewerFixture viewer;
    const QString directory = viewer.file(u"<img src=\"file:/dev/zero\">"_s);
    QVERIFY(viewer.directory().shell(u"mkdir -p '%1'"_s.arg(directory)));
    bool asked = false;
    QTimer closer;
    connect(&closer, &QTimer::timeout, this, [&] {
        auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
        if (!box)
            return;
        asked = true;
        QCOMPARE(box->text(), u"There is no bus in %1."_s.arg(directory));
        QCOMPARE(box->textFormat(), Qt::PlainText);
        VERIFY_ALL_PLAIN(*box);
        box->grab();
        box->accept();
    });
    closer.start(10);
    viewer.open(directory);
    EVENTUALLY(asked);
}

void TestPlainText::busesThatAttackTheWindow_data()
{
    QTest::addColumn<QString>("bus");
    for (const char *name :
         {"program-is-html", "program-is-bold", "program-escapes", "program-60000-characters", "payload-formula"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestPlainText::busesThatAttackTheWindow()
{
    QFETCH(const QString, bus);
    ViewerFixture viewer;
    QVERIFY(QFile::copy(u"%1/%2.bus"_s.arg(QStringLiteral(TEST_CASES), bus), viewer.bus()));
    viewer.open(viewer.bus());
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    viewer.clickRow(0);
    EVENTUALLY(!viewer.report().producers.isEmpty() || viewer.chunks().entry(0).chunk.producer().program.isEmpty());
    viewer.window().grab();
    VERIFY_ALL_PLAIN(viewer.window());
    const QString producer = viewer.chunks().index(0, ChunkModel::Producer).data().toString();
    QVERIFY2(producer.size() < 300 && !producer.contains(u'\x1b') && !producer.contains(u'\n'), qPrintable(producer));
    QVERIFY(!viewer.shown("details").contains(u'\x1b'));
}

void TestPlainText::captionsAndTitles()
{
    QCOMPARE(PlainText::caption(u"R&D & Co"_s), u"R&&D && Co"_s);
    QCOMPARE(PlainText::windowTitle(u"a[*]b"_s), u"a[*][*]b"_s);
    QCOMPARE(PlainText::toolTip(u"plain\ntext"_s), u"plain\ntext"_s);
    for (const QString &text : {u"<b>x</b>"_s, u"x\n<b>y</b>"_s, u"&lt;"_s, u"<!-- x -->"_s, u"a < b\n c"_s})
        QCOMPARE(read(PlainText::toolTip(text)), text);
    QCOMPARE(PlainText::path(QByteArrayView("/a\xff\x1b[2J")), u"/a\\xFF\\x1B[2J"_s);
    QCOMPARE(PlainLabel(u"<b>x</b>"_s).textFormat(), Qt::PlainText);
}

void TestPlainText::aLongNameDoesNotWidenTheWindow()
{
    ViewerFixture viewer;
    viewer.window().resize(900, 600);
    viewer.open(viewer.file(QString(200, u'n')));
    viewer.view().document()->apply(batchOf(QString(60'000, u'x')));
    EVENTUALLY(viewer.list().isVisible());
    viewer.clickRow(0);
    QApplication::processEvents();
    QVERIFY2(viewer.window().width() <= 1300, qPrintable(QString::number(viewer.window().width())));
}

QTEST_MAIN(TestPlainText)
#include "tst_plaintext.moc"
