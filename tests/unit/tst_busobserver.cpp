// SPDX-License-Identifier: Apache-2.0
#include "busobserver.h"
#include "support/consumertest.h"
#include "support/nobus.h"

#include <QtCore/QDir>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace
{
const QByteArray damaged("from_server\0", 12); // the beginning of a chunk
} // namespace

/// What status and the viewer know about a bus that they watch.
class TestBusObserver : public ConsumerTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void countsWhatComesAfterTheStart();
    void historyFromBeforeTheStartIsNotCounted();
    void whatIsLostIsCountedAndReported();
    void saysWhyTheBusCannotBeReadUntilAChunkComes();
    void anInspectionSeesThatTheBusCanBeReadAgain_data();
    void anInspectionSeesThatTheBusCanBeReadAgain();
    void aDirectoryThatNoInspectionSawIsForgotten();
    void aNameThatIsTooLongForProducersStaysAProblem();
    void saysWhatCouldNotBeInspected();
    void ofAnUnreadableBusTheProblemIsSaidOnce();
    void writesNothing();

private:
    FileBus::BusStatistics::Figures figures() const { return m_observer->figures(FileBus::BusStatistics::Instant::now()); }

    std::unique_ptr<BusObserver> m_observer;
    std::unique_ptr<QSignalSpy> m_seen;
};

void TestBusObserver::init()
{
    m_seen.reset();
    m_observer.reset();
    prepare();
    m_observer = std::make_unique<BusObserver>(m_path);
    m_observer->consumer().setSleepInterval(10ms);
    m_seen = std::make_unique<QSignalSpy>(m_observer.get(), &BusObserver::chunkReceived);
}

void TestBusObserver::countsWhatComesAfterTheStart()
{
    m_observer->start();
    QVERIFY(!m_observer->exists());
    for (const char *payload : {"1", "22", "333"}) {
        const qsizetype before = m_seen->size();
        publish(payload);
        QTRY_COMPARE(m_seen->size(), before + 1);
    }
    QCOMPARE(figures().chunks, 3u);
    QCOMPARE(figures().bytes, 6u);
    QVERIFY(!m_seen->last().at(2).toBool());
    QVERIFY(m_observer->exists());
    QCOMPARE(m_observer->problem(), QString());
}

// Only the chunk that is on the bus now counts, and it has no latency.
void TestBusObserver::historyFromBeforeTheStartIsNotCounted()
{
    for (const char *payload : {"1", "2", "3"})
        publish(payload);
    m_observer->consumer().setStart(FileBus::Consumer::Start::All);
    m_observer->start();
    QTRY_COMPARE(m_seen->size(), 3);
    for (const QVariantList &arguments : std::as_const(*m_seen))
        QVERIFY(arguments.at(2).toBool());
    QCOMPARE(figures().chunks, 1u);
    QVERIFY(!figures().latencyMedian);
    publish("4");
    QTRY_COMPARE(m_seen->size(), 4);
    QVERIFY(!m_seen->last().at(2).toBool());
    QCOMPARE(figures().chunks, 2u);
}

void TestBusObserver::whatIsLostIsCountedAndReported()
{
    QSignalSpy lost(m_observer.get(), &BusObserver::chunksLost);
    m_producer->setHistory(0);
    publish("1");
    m_observer->start();
    QTRY_COMPARE(m_seen->size(), 1);
    for (const char *payload : {"2", "3", "4"})
        publish(payload); // while this thread, which is that of the consumer, reads nothing
    QTRY_COMPARE(m_seen->size(), 2);
    QCOMPARE(lost.size(), 1);
    QCOMPARE(lost.first(), (QVariantList{2ULL, 2ULL}));
    QCOMPARE(figures().lost, 2u);
}

void TestBusObserver::saysWhyTheBusCannotBeReadUntilAChunkComes()
{
    QSignalSpy failed(m_observer.get(), &BusObserver::failed);
    QVERIFY(Files::write(m_path, damaged));
    m_observer->start();
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(m_observer->problem().contains(m_name));
    QVERIFY(m_observer->exists());
    publish("1");
    QTRY_COMPARE(m_seen->size(), 1);
    QCOMPARE(m_observer->problem(), QString());
}

void TestBusObserver::anInspectionSeesThatTheBusCanBeReadAgain_data()
{
    QTest::addColumn<bool>("wasInspected");
    QTest::addColumn<QByteArray>("obstacle");
    QTest::newRow("bad bytes") << false << QByteArray();
    QTest::newRow("a directory, inspected") << true << QByteArray("directory");
}

// The same chunk, so that the consumer has nothing to report.
void TestBusObserver::anInspectionSeesThatTheBusCanBeReadAgain()
{
    QFETCH(const bool, wasInspected);
    QFETCH(const QByteArray, obstacle);
    publish("1");
    m_observer->start();
    QTRY_COMPARE(m_seen->size(), 1);
    const QByteArray aside = m_path + ".aside";
    QCOMPARE(::rename(m_path.constData(), aside.constData()), 0);
    QVERIFY(obstacle.isEmpty() ? Files::write(m_path, damaged) : NoBus::make(obstacle, m_path, {}));
    QTRY_VERIFY(!m_observer->problem().isEmpty());
    if (wasInspected)
        m_observer->inspect();
    QVERIFY(!m_observer->problem().isEmpty());
    QCOMPARE(std::remove(m_path.constData()), 0);
    QCOMPARE(::rename(aside.constData(), m_path.constData()), 0);
    QVERIFY(m_observer->inspect().newest);
    QCOMPARE(m_observer->problem(), QString());
    QCOMPARE(m_seen->size(), 1);
}

// Although there is no bus, and so nothing to read.
void TestBusObserver::aDirectoryThatNoInspectionSawIsForgotten()
{
    m_observer->start();
    QDir().mkdir(QFile::decodeName(m_path));
    QTRY_VERIFY(!m_observer->problem().isEmpty());
    QDir().rmdir(QFile::decodeName(m_path));
    m_observer->inspect();
    QVERIFY(!m_observer->exists());
    QCOMPARE(m_observer->problem(), QString());
}

void TestBusObserver::aNameThatIsTooLongForProducersStaysAProblem()
{
    BusObserver observer(m_directory + '/' + QByteArray(NAME_MAX, 'x'));
    observer.consumer().setSleepInterval(10ms);
    observer.start();
    QTRY_VERIFY(!observer.problem().isEmpty());
    observer.inspect();
    observer.inspect();
    QVERIFY(!observer.exists());
    QVERIFY2(observer.problem().contains(u"name"), qPrintable(observer.problem()));
}

void TestBusObserver::saysWhatCouldNotBeInspected()
{
    publish("1");
    const QByteArray inboxes = m_path + ".d/inbox";
    QCOMPARE(::symlink("inbox", inboxes.constData()), 0); // it leads to itself
    m_observer->start();
    QTRY_COMPARE(m_seen->size(), 1);
    const FileBus::BusInspection inspection = m_observer->inspect();
    QVERIFY(inspection.newest);
    QVERIFY(!inspection.errorString.isEmpty());
    QCOMPARE(m_observer->inspectionProblem(), inspection.errorString);
    QCOMPARE(m_observer->problem(), QString());
    QCOMPARE(::unlink(inboxes.constData()), 0);
    m_observer->inspect();
    QCOMPARE(m_observer->inspectionProblem(), QString());
}

void TestBusObserver::ofAnUnreadableBusTheProblemIsSaidOnce()
{
    QVERIFY(Files::write(m_path, damaged));
    m_observer->inspect();
    QVERIFY(!m_observer->inspectionProblem().isEmpty()); // nobody else has said so yet
    m_observer->start();
    QTRY_VERIFY(!m_observer->problem().isEmpty());
    QVERIFY(!m_observer->inspect().errorString.isEmpty());
    QCOMPARE(m_observer->inspectionProblem(), QString());
}

void TestBusObserver::writesNothing()
{
    publish("1");
    const QByteArrayList before = Files::names(m_directory) + Files::names(m_path + ".d");
    m_observer->start();
    QTRY_COMPARE(m_seen->size(), 1);
    m_observer->inspect();
    QCOMPARE(Files::names(m_directory) + Files::names(m_path + ".d"), before);
}

QTEST_GUILESS_MAIN(TestBusObserver)
#include "tst_busobserver.moc"
