// SPDX-License-Identifier: Apache-2.0
#include "file/watch/busmonitor.h"

#include "support/chosensystem.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace FileBus;
using namespace std::chrono_literals;

/// The interval is an hour, so only events can be reported. With both implementations of events.
class TestBusMonitor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void aReplacementIsTold();
    void anExchangeIsTold();
    void theEndOfTheBusIsTold();
    void newRightsAreTold();
    void otherFilesAreNot();
    void whatComesWhileEventsAreDroppedIsFound();
    void whatHappensBeforeTheEventLoopIsReported();
    void anEventCanBeAwaitedWithoutAnEventLoop();
    void whereThereAreNoEventsAWaitLooksAtIntervals();
    void aWaitIsInterruptedByADescriptor();
    void whatNoEventTellsIsFound();
    void afterTheEndOfTheDirectoryTheNextOneIsWatched();

private:
    std::unique_ptr<BusMonitor> makeMonitor(const QByteArray &name) const;
    Awaited waitFor(std::chrono::nanoseconds time, const QList<int> &interrupts = {})
    {
        return m_monitor->wait(Clock::now() + time, interrupts);
    }

    static bool eventsAreNamed()
    {
        QFETCH_GLOBAL(QByteArray, monitor);
        return monitor == "inotify";
    }

    std::unique_ptr<FileBus::ChosenSystem> m_system;
    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_directory;
    std::unique_ptr<BusMonitor> m_monitor;
    std::unique_ptr<QSignalSpy> m_told;
};

void TestBusMonitor::initTestCase_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QByteArray>("monitor");
    for (const QByteArray monitor : {"inotify", "qt"}) {
        QTest::addRow("%s, tmpfs", monitor.constData()) << QStringLiteral("/dev/shm") << monitor;
        QTest::addRow("%s, disk", monitor.constData()) << QDir::currentPath() << monitor;
    }
}

void TestBusMonitor::init()
{
    QFETCH_GLOBAL(QByteArray, monitor);
    m_system = std::make_unique<FileBus::ChosenSystem>(monitor);
    if (!*m_system)
        QSKIP("this build does not have it");
    m_scratch = std::make_unique<ScratchDirectory>();
    m_directory = m_scratch->path("directory");
    QVERIFY(Files::makeDirectory(m_directory));
    QVERIFY(Files::write(m_directory + "/bus", "first"));
    QVERIFY(Files::write(m_scratch->path("next"), "next"));
    m_monitor = makeMonitor("bus");
    m_told = std::make_unique<QSignalSpy>(m_monitor.get(), &BusMonitor::lookAgain);
}

void TestBusMonitor::cleanup()
{
    m_told.reset();
    m_monitor.reset();
    m_system.reset();
}

std::unique_ptr<BusMonitor> TestBusMonitor::makeMonitor(const QByteArray &name) const
{
    auto monitor = std::make_unique<BusMonitor>(BusFile(m_directory + '/' + name));
    monitor->setInterval(1h);
    monitor->start();
    if (!eventsAreNamed()) // the call with which its listening begins
        QCoreApplication::processEvents();
    return monitor;
}

void TestBusMonitor::aReplacementIsTold()
{
    QCOMPARE(::rename(m_scratch->path("next").constData(), (m_directory + "/bus").constData()), 0);
    QTRY_COMPARE(m_told->size(), 1);
    QVERIFY(m_monitor->reasonForPolling().isEmpty());
}

void TestBusMonitor::anExchangeIsTold()
{
    BusFile bus(m_directory + "/bus");
    QVERIFY(bus.replaceBy(m_scratch->path("next")));
    QTRY_COMPARE(m_told->size(), 1);
}

void TestBusMonitor::theEndOfTheBusIsTold()
{
    QCOMPARE(::unlink((m_directory + "/bus").constData()), 0);
    QTRY_COMPARE(m_told->size(), 1);
}

void TestBusMonitor::newRightsAreTold()
{
    QCOMPARE(::chmod((m_directory + "/bus").constData(), 0600), 0);
    QTRY_COMPARE(m_told->size(), 1);
}

void TestBusMonitor::otherFilesAreNot()
{
    if (!eventsAreNamed()) // then everything concerns everybody
        return;
    const std::unique_ptr<BusMonitor> witness = makeMonitor("bus2");
    QSignalSpy seen(witness.get(), &BusMonitor::lookAgain);
    QVERIFY(Files::write(m_directory + "/bus2", "content"));
    QTRY_VERIFY(!seen.isEmpty());
    QCOMPARE(m_told->size(), 0);
}

// The queue of the kernel is full of what happens to other files, so no event names the bus.
void TestBusMonitor::whatComesWhileEventsAreDroppedIsFound()
{
    const int most = Files::read("/proc/sys/fs/inotify/max_queued_events").trimmed().toInt();
    if (most < 1 || most > 1'000'000)
        QSKIP("the system does not tell how many events it queues, or queues too many to fill that");
    const QByteArrayList others{m_directory + "/one", m_directory + "/other"};
    for (const QByteArray &other : others)
        QVERIFY(Files::write(other, ""));
    for (int i = 0; i <= most; ++i) // in turns, as the same event is not queued twice
        ::chmod(others[i % 2].constData(), 0600);
    QVERIFY(Files::replace(m_directory + "/bus", "second"));
    QTRY_VERIFY(!m_told->isEmpty());
    m_told->clear();
    QVERIFY(Files::replace(m_directory + "/bus", "third"));
    QTRY_VERIFY(!m_told->isEmpty());
    QVERIFY(m_monitor->reasonForPolling().isEmpty());
}

// Whoever listens has looked before that.
void TestBusMonitor::whatHappensBeforeTheEventLoopIsReported()
{
    BusMonitor monitor(BusFile(m_directory + "/bus"));
    QSignalSpy told(&monitor, &BusMonitor::lookAgain);
    monitor.setInterval(1h);
    monitor.start();
    QCOMPARE(::rename(m_scratch->path("next").constData(), (m_directory + "/bus").constData()), 0);
    QTRY_VERIFY(!told.isEmpty());
}

void TestBusMonitor::anEventCanBeAwaitedWithoutAnEventLoop()
{
    QCOMPARE(waitFor(1ms), Awaited::Time);
    QCOMPARE(::rename(m_scratch->path("next").constData(), (m_directory + "/bus").constData()), 0);
    QCOMPARE(waitFor(1h), Awaited::Event);
    if (eventsAreNamed())
        QCOMPARE(waitFor(1ms), Awaited::Event); // also seen at the interval
    QVERIFY(Files::write(m_directory + "/bus2", "content"));
    QCOMPARE(waitFor(5ms), Awaited::Time); // the event was taken, and the other one does not concern us
    if (eventsAreNamed()) {
        QCoreApplication::processEvents();
        QCOMPARE(m_told->size(), 0);
    }
}

void TestBusMonitor::whereThereAreNoEventsAWaitLooksAtIntervals()
{
    m_monitor->setFileMonitoring(false);
    m_monitor->start();
    QVERIFY(!m_monitor->eventsAreCertain());
    m_monitor->setInterval(1ms);
    QCOMPARE(waitFor(5ms), Awaited::Time);
    QCOMPARE(::rename(m_scratch->path("next").constData(), (m_directory + "/bus").constData()), 0);
    QCOMPARE(waitFor(1h), Awaited::Event);
    QCOMPARE(::unlink((m_directory + "/bus").constData()), 0);
    QCOMPARE(waitFor(1h), Awaited::Event);
    QCOMPARE(waitFor(5ms), Awaited::Time);
}

void TestBusMonitor::aWaitIsInterruptedByADescriptor()
{
    int pipe[2];
    QCOMPARE(::pipe(pipe), 0);
    QCOMPARE(waitFor(1ms, {pipe[0], pipe[1]}), Awaited::Time);
    ::close(pipe[1]);
    QCOMPARE(waitFor(1h, {pipe[0]}), Awaited::Interrupt);
    ::close(pipe[0]);
}

// As if a directory further up had been renamed.
void TestBusMonitor::whatNoEventTellsIsFound()
{
    m_monitor = std::make_unique<BusMonitor>(BusFile(m_directory + "/further/down/bus"));
    QSignalSpy told(m_monitor.get(), &BusMonitor::lookAgain);
    const auto make = [this] {
        return Files::makeDirectory(m_directory + "/further") && Files::makeDirectory(m_directory + "/further/down");
    };
    QVERIFY(make());
    m_monitor->start();
    QCOMPARE(::rename((m_directory + "/further").constData(), (m_directory + "/away").constData()), 0);
    QVERIFY(make());
    QTRY_VERIFY(!told.isEmpty());
    told.clear();
    QVERIFY(Files::write(m_directory + "/further/down/bus", "content"));
    QTRY_VERIFY(!told.isEmpty());
}

void TestBusMonitor::afterTheEndOfTheDirectoryTheNextOneIsWatched()
{
    QCOMPARE(::rename(m_directory.constData(), m_scratch->path("former").constData()), 0);
    if (eventsAreNamed()) // no QFileSystemWatcher notices that
        QTRY_COMPARE(m_told->size(), 1);
    QVERIFY(Files::makeDirectory(m_directory));
    m_monitor->setInterval(10ms);
    QTRY_VERIFY(m_told->size() > 2);
    m_monitor->setInterval(1h);
    m_told->clear();
    QVERIFY(Files::write(m_directory + "/bus", "again"));
    QTRY_VERIFY(!m_told->isEmpty());
}

QTEST_GUILESS_MAIN(TestBusMonitor)
#include "tst_busmonitor.moc"
