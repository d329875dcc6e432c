// SPDX-License-Identifier: Apache-2.0
#include "bustabs.h"
#include "mountnamespace.h"
#include "viewerfixture.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QProcess>

#include <csignal>

using namespace Qt::StringLiterals;

/// A mount that is not responding, like that of a dead server: its FUSE daemon is stopped.
class TestHungMount : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void otherBusesGoOnAndThisOneIsSaidToBeSilent();
    void whatIsOpenedThereHoldsUpNobody();
    void aDirectoryThatAnswersLateIsOpened();
    void tabsAndTheWindowCloseAtOnce();
    void aBusThatWaitsForItsMountMovesToItsOwnThread();
};

namespace
{

/// A mount over a directory. It hangs while its daemon is stopped.
class Mount
{
public:
    explicit Mount(const BusDirectory &directory)
        : m_directory(directory)
    {
        m_directory.shell(u"mkdir -p lower merged"_s);
    }
    ~Mount()
    {
        go();
        m_directory.shell(u"umount -l merged"_s);
        m_daemon.kill(); // this ends all calls that still wait for it
        m_daemon.waitForFinished(patience);
    }
    Q_DISABLE_COPY_MOVE(Mount)

    QString file(const QString &name) const { return m_directory.file(u"merged/"_s + name); }
    /// The same file below the mount, which always responds.
    QString below(const QString &name) const { return m_directory.file(u"lower/"_s + name); }

    bool begin()
    {
        writeFile(below(u"mounted"_s), "");
        const QString options = u"attr_timeout=0,entry_timeout=0,negative_timeout=0"_s;
        m_daemon.start(u"bindfs"_s, {u"-f"_s, u"-o"_s, options, m_directory.file(u"lower"_s), m_directory.file(u"merged"_s)});
        return QTest::qWaitFor([&] { return QFile::exists(file(u"mounted"_s)); }, patience);
    }
    void stop() { ::kill(static_cast<pid_t>(m_daemon.processId()), SIGSTOP); }
    void go() { ::kill(static_cast<pid_t>(m_daemon.processId()), SIGCONT); }

private:
    const BusDirectory &m_directory;
    QProcess m_daemon;
};

bool isSaidToBeSilent(ViewerFixture &viewer)
{
    return viewer.report().state.kind == BusState::Silent && viewer.shown("placeholderTitle") == u"The bus is not responding";
}

} // namespace

void TestHungMount::initTestCase()
{
    if (!QFile::exists(u"/dev/fuse"_s) || !enterMountNamespace())
        QSKIP("only root can mount, and there must be FUSE");
}

void TestHungMount::otherBusesGoOnAndThisOneIsSaidToBeSilent()
{
    ViewerFixture viewer;
    Mount mount(viewer.directory());
    QVERIFY(mount.begin());
    viewer.open(viewer.bus());
    viewer.open(mount.file(u"far"_s));
    QVERIFY(publish(viewer.bus(), "1") && publish(mount.below(u"far"_s), "1"));
    auto *tabs = viewer.window().findChild<BusTabs *>();
    ChunkModel &near = *tabs->views()[0]->document()->chunks();
    ChunkModel &far = *tabs->views()[1]->document()->chunks();
    EVENTUALLY(near.rowCount() == 1 && far.rowCount() == 1);
    const QColor fresh = viewer.find<QLabel>("newest")->palette().color(QPalette::WindowText);

    mount.stop();
    EVENTUALLY(isSaidToBeSilent(viewer));
    EVENTUALLY(viewer.find<QWidget>("stateBanner")->isVisible());
    QVERIFY(viewer.shown("stateBannerText").startsWith(mount.file(u"far"_s) + u" has not responded since "_s));
    QVERIFY(viewer.find<QLabel>("newest")->palette().color(QPalette::WindowText) != fresh);
    QCOMPARE(viewer.shown("newestDetail"), QString()); // its age is unknown
    QVERIFY(tabs->tabToolTip(1).endsWith(u"The bus is not responding"));
    QVERIFY(publish(viewer.bus(), "2"));
    EVENTUALLY_EQUAL(near.rowCount(), 2);
    QCOMPARE(tabs->views()[0]->document()->report().state.kind, BusState::Receiving);

    QVERIFY(publish(mount.below(u"far"_s), "2"));
    mount.go();
    EVENTUALLY_EQUAL(far.rowCount(), 2);
    EVENTUALLY_EQUAL(viewer.report().state.kind, BusState::Receiving);
    EVENTUALLY(!viewer.find<QWidget>("stateBanner")->isVisible());
    EVENTUALLY_EQUAL(viewer.find<QLabel>("newest")->palette().color(QPalette::WindowText), fresh);
}

void TestHungMount::whatIsOpenedThereHoldsUpNobody()
{
    ViewerFixture viewer;
    Mount mount(viewer.directory());
    QVERIFY(mount.begin());
    QVERIFY(publish(mount.below(u"far"_s), "1"));
    mount.stop();
    QElapsedTimer time;
    time.start();
    viewer.open(mount.file(u"far"_s));
    QVERIFY2(time.elapsed() < 2000, qPrintable(QString::number(time.elapsed())));
    EVENTUALLY(isSaidToBeSilent(viewer));
    viewer.restart(); // the session restores its tab
    QCOMPARE(viewer.view().document()->path(), QFile::encodeName(mount.file(u"far"_s)));
    EVENTUALLY(isSaidToBeSilent(viewer));
    mount.go();
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
}

void TestHungMount::aDirectoryThatAnswersLateIsOpened()
{
    ViewerFixture viewer;
    Mount mount(viewer.directory());
    QVERIFY(mount.begin());
    QVERIFY(publish(mount.below(u"one"_s), "1") && publish(mount.below(u"two"_s), "2"));
    mount.stop();
    viewer.open(viewer.file(u"merged"_s));
    EVENTUALLY(isSaidToBeSilent(viewer));
    mount.go();
    const auto *tabs = viewer.window().findChild<BusTabs *>();
    EVENTUALLY_EQUAL(tabs->count(), 2);
    QCOMPARE(tabs->tabText(0), u"one"_s);
}

void TestHungMount::tabsAndTheWindowCloseAtOnce()
{
    auto viewer = std::make_unique<ViewerFixture>();
    const BusDirectory directory;
    Mount mount(directory);
    QVERIFY(mount.begin());
    for (const QString &name : {u"one"_s, u"two"_s}) {
        QVERIFY(publish(mount.below(name), "1"));
        viewer->open(mount.file(name));
        EVENTUALLY_EQUAL(viewer->chunks().rowCount(), 1);
    }
    mount.stop();
    EVENTUALLY(viewer->report().state.kind == BusState::Silent);
    QElapsedTimer time;
    time.start();
    viewer->press(Qt::CTRL | Qt::Key_W);
    QCOMPARE(viewer->window().findChild<BusTabs *>()->count(), 1);
    viewer.reset();
    QVERIFY2(time.elapsed() < 3000, qPrintable(QString::number(time.elapsed())));
}

void TestHungMount::aBusThatWaitsForItsMountMovesToItsOwnThread()
{
    ViewerFixture viewer;
    Mount mount(viewer.directory());
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "1"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    viewer.open(mount.file(u"far"_s));
    EVENTUALLY_EQUAL(viewer.shown("placeholderTitle"), u"Waiting for the bus"_s);
    QVERIFY(mount.begin());
    QVERIFY(publish(mount.below(u"far"_s), "1"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    mount.stop();
    EVENTUALLY(viewer.report().state.kind == BusState::Silent);
    const BusDocument *near = viewer.window().findChild<BusTabs *>()->views().first()->document();
    QVERIFY(publish(viewer.bus(), "2"));
    EVENTUALLY_EQUAL(near->report().figures.newestSequence, 2u);
    QCOMPARE(near->report().state.kind, BusState::Receiving);
}

QTEST_MAIN(TestHungMount)
#include "tst_hungmount.moc"
