// SPDX-License-Identifier: Apache-2.0
#include "file/watch/directoryalarm.h"

#include "support/chosensystem.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtCore/QCoreApplication>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <thread>
#include <unistd.h>

using namespace FileBus;
using namespace std::chrono_literals;

/// With an interval of an hour, so that the timer does not ring; with both implementations of events.
class TestDirectoryAlarm : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void whatComesRings();
    void whatLeavesRings();
    void ringsOnceForEachQuestion();
    void oneOfSeveralDirectoriesRings();
    void whatIsNotAskedForIsNotReported();
    void theEndOfTheDirectoryRings();
    void aMissingDirectoryIsLeftToTheTimer();
    void withoutFileMonitoringOnlyTheTimerRings();
    void isSilentAfterStop();
    void whatHappensWhileItIsStoppedRingsAfterwards();
    void waitsWithoutAnEventLoop();
    void aThreadWithoutQtWaits();
    void aWaitIsInterruptedByADescriptor();

private:
    static bool eventsAreNamed()
    {
        QFETCH_GLOBAL(QByteArray, monitor);
        return monitor == "inotify";
    }
    bool enter(const char *name) const { return Files::write(m_directory + '/' + name, "content"); }
    bool leave(const char *name) const { return ::unlink((m_directory + '/' + name).constData()) == 0; }
    void settle();

    std::unique_ptr<ChosenSystem> m_system;
    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_directory;
    std::unique_ptr<DirectoryAlarm> m_alarm;
    std::unique_ptr<QSignalSpy> m_rang;
};

void TestDirectoryAlarm::initTestCase_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QByteArray>("monitor");
    for (const QByteArray monitor : {"inotify", "qt"}) {
        QTest::addRow("%s, tmpfs", monitor.constData()) << QStringLiteral("/dev/shm") << monitor;
        QTest::addRow("%s, disk", monitor.constData()) << QDir::currentPath() << monitor;
    }
}

void TestDirectoryAlarm::init()
{
    QFETCH_GLOBAL(QByteArray, monitor);
    m_system = std::make_unique<ChosenSystem>(monitor);
    if (!*m_system)
        QSKIP("this build does not have it");
    m_scratch = std::make_unique<ScratchDirectory>();
    m_directory = m_scratch->path("directory");
    QVERIFY(Files::makeDirectory(m_directory));
    m_alarm = std::make_unique<DirectoryAlarm>(nullptr);
    m_alarm->setInterval(1h);
    m_rang = std::make_unique<QSignalSpy>(m_alarm.get(), &DirectoryAlarm::rang);
    m_alarm->start();
}

void TestDirectoryAlarm::cleanup()
{
    m_rang.reset();
    m_alarm.reset();
    m_system.reset();
}

// What another alarm has heard this one would have heard as well.
void TestDirectoryAlarm::settle()
{
    const QByteArray place = m_scratch->path("witness");
    QVERIFY(Files::makeDirectory(place));
    DirectoryAlarm witness(nullptr);
    QSignalSpy heard(&witness, &DirectoryAlarm::rang);
    witness.setInterval(1h);
    witness.start();
    witness.ask(place, DirectoryAlarm::SomethingComes);
    QVERIFY(Files::write(place + "/file", "content"));
    QTRY_VERIFY(!heard.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(::unlink((place + "/file").constData()), 0);
    QCOMPARE(::rmdir(place.constData()), 0);
}

void TestDirectoryAlarm::whatComesRings()
{
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingComes);
    QVERIFY2(m_alarm->reasonForPolling().isEmpty(), qPrintable(m_alarm->reasonForPolling()));
    QVERIFY(enter("a"));
    QTRY_COMPARE(m_rang->size(), 1);
}

void TestDirectoryAlarm::whatLeavesRings()
{
    QVERIFY(enter("a"));
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingLeaves);
    QVERIFY(leave("a"));
    QTRY_COMPARE(m_rang->size(), 1);
}

void TestDirectoryAlarm::ringsOnceForEachQuestion()
{
    for (int question = 1; question <= 3; ++question) {
        m_alarm->ask(m_directory, DirectoryAlarm::SomethingComes);
        QVERIFY(enter("a"));
        QTRY_COMPARE(m_rang->size(), question);
        QVERIFY(leave("a") && enter("b") && leave("b")); // for which nobody has asked
        settle();
        QCOMPARE(m_rang->size(), question);
    }
}

void TestDirectoryAlarm::oneOfSeveralDirectoriesRings()
{
    const QByteArray other = m_scratch->path("other");
    QVERIFY(Files::makeDirectory(other));
    m_alarm->ask(other, DirectoryAlarm::SomethingComes);
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingComes);
    QVERIFY(enter("a"));
    QTRY_COMPARE(m_rang->size(), 1);
    QVERIFY(Files::write(other + "/a", "content"));
    QTRY_COMPARE(m_rang->size(), 2);
}

void TestDirectoryAlarm::whatIsNotAskedForIsNotReported()
{
    if (!eventsAreNamed()) // a QFileSystemWatcher reports everything
        return;
    QVERIFY(enter("a"));
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingLeaves);
    QVERIFY(enter("b"));
    settle();
    QCOMPARE(m_rang->size(), 0);
    QVERIFY(leave("a"));
    QTRY_COMPARE(m_rang->size(), 1);
}

void TestDirectoryAlarm::theEndOfTheDirectoryRings()
{
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingComes);
    QCOMPARE(::rmdir(m_directory.constData()), 0);
    QTRY_VERIFY(!m_rang->isEmpty());
}

void TestDirectoryAlarm::aMissingDirectoryIsLeftToTheTimer()
{
    m_alarm->ask(m_directory + "/missing", DirectoryAlarm::SomethingComes);
    QCOMPARE(m_alarm->reasonForPolling(), QStringLiteral("the directory does not exist"));
    m_alarm->setInterval(1ms);
    QTRY_VERIFY(!m_rang->isEmpty());
}

void TestDirectoryAlarm::withoutFileMonitoringOnlyTheTimerRings()
{
    m_alarm->setFileMonitoring(false);
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingComes);
    QCOMPARE(m_alarm->reasonForPolling(), QStringLiteral("file monitoring is switched off"));
    QVERIFY(enter("a"));
    settle();
    QCOMPARE(m_rang->size(), 0);
    m_alarm->setInterval(1ms);
    QTRY_VERIFY(!m_rang->isEmpty());
}

void TestDirectoryAlarm::isSilentAfterStop()
{
    m_alarm->setInterval(1ms);
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingComes);
    m_alarm->stop();
    QVERIFY(enter("a"));
    settle();
    QCOMPARE(m_rang->size(), 0);
}

void TestDirectoryAlarm::whatHappensWhileItIsStoppedRingsAfterwards()
{
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingComes);
    m_alarm->stop();
    QVERIFY(enter("a"));
    settle();
    m_alarm->start();
    QTRY_COMPARE(m_rang->size(), 1);
}

void TestDirectoryAlarm::waitsWithoutAnEventLoop()
{
    m_alarm->ask(m_directory, DirectoryAlarm::SomethingComes);
    QCOMPARE(m_alarm->wait(Clock::now() + 1ms), Awaited::Time);
    QVERIFY(enter("a"));
    const Clock::time_point begin = Clock::now();
    const Awaited awaited = m_alarm->wait(begin + 1h);
    QCOMPARE(awaited, eventsAreNamed() ? Awaited::Event : Awaited::Time);
    QVERIFY(Clock::now() - begin < 10s);
}

// Which has no event loop, nor will it ever get one.
void TestDirectoryAlarm::aThreadWithoutQtWaits()
{
    bool looked = false;
    std::thread thread([&] {
        DirectoryAlarm alarm(nullptr);
        alarm.setInterval(1h);
        alarm.start();
        alarm.ask(m_directory, DirectoryAlarm::SomethingComes);
        while (!Files::exists(m_directory + "/a"))
            alarm.wait(Clock::now() + 1h);
        looked = true;
    });
    QVERIFY(enter("a"));
    thread.join();
    QVERIFY(looked);
}

void TestDirectoryAlarm::aWaitIsInterruptedByADescriptor()
{
    int pipe[2];
    QCOMPARE(::pipe(pipe), 0);
    ::close(pipe[1]);
    QCOMPARE(m_alarm->wait(Clock::now() + 1h, {pipe[0]}), Awaited::Interrupt);
    ::close(pipe[0]);
}

QTEST_GUILESS_MAIN(TestDirectoryAlarm)
#include "tst_directoryalarm.moc"
