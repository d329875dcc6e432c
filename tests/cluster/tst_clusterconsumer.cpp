// SPDX-License-Identifier: Apache-2.0
#include "clusterbustest.h"

#include <filebus/businspection.h>
#include <filebus/error.h>

#include <QtCore/QCoreApplication>
#include <QtTest/QTest>

#include <algorithm>
#include <map>

using namespace std::chrono_literals;
using FileBus::BusInspection;
using FileBus::Chunk;
using FileBus::Consumer;
using FileBus::Error;
using FileBus::Producer;

/// Whether consumers on a server behave like consumers of a file.
class TestClusterConsumer : public ClusterBusTest
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void aLateJoinerGetsTheNewest();
    void receivesWhatComes();
    void knowsWhoPublishedWhatWhen();
    void startsWhereItIsTold_data();
    void startsWhereItIsTold();
    void waitsForABus_data();
    void waitsForABus();
    void emptyAndLargeChunks();
    void startsAnewWhenStartedAgain();
    void tellsWhatCameFromTheHistory();
    void countsExactlyWhatIsGone();
    void aSlowConsumerMissesNothingThatIsKept();
    void manyProducers();
    void waitsWithoutAnEventLoop();
    void aTurnIsInterrupted();
    void isDeletedInItsSlot();
    void refusesWhatItCannotDo();
    void anInspection();
    void anInspectionOfNothingFindsNothing();
};

void TestClusterConsumer::aLateJoinerGetsTheNewest()
{
    publishNumbers(1, 3);
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, numbers(3, 3), patience);
    publishNumbers(4, 5);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, numbers(3, 5), patience);
    QCOMPARE(m_consumer->lostChunks(), quint64(0));
}

void TestClusterConsumer::receivesWhatComes()
{
    publishNumbers(1, 1);
    m_consumer->start();
    settle();
    publishNumbers(2, 2000);
    settle();
    QCOMPARE(m_events, numbers(1, 2000));
    QCOMPARE(m_consumer->receivedChunks(), quint64(2000));
    QCOMPARE(m_consumer->lossKnowledge(), FileBus::LossKnowledge::Exact);
}

void TestClusterConsumer::knowsWhoPublishedWhatWhen()
{
    publishNumbers(1, 1);
    m_consumer->start();
    settle();
    const Chunk chunk = m_chunks.last();
    QCOMPARE(chunk.sequence(), quint64(1));
    QCOMPARE(chunk.streamId(), m_stored->streamId(m_bus));
    QCOMPARE(chunk.producer().pid, qint64(QCoreApplication::applicationPid()));
    QVERIFY(qAbs(chunk.time() - std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count())
            < 60'000'000'000);
    QVERIFY(!chunk.userId());
}

void TestClusterConsumer::startsWhereItIsTold_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<quint64>("sequence");
    QTest::addColumn<QByteArrayList>("before");
    QTest::addColumn<QByteArrayList>("after");
    const auto mode = [](Consumer::Start start) { return static_cast<int>(start); };
    QTest::addRow("last") << mode(Consumer::Start::Last) << quint64(0) << numbers(9, 9) << numbers(9, 12);
    QTest::addRow("new") << mode(Consumer::Start::New) << quint64(0) << QByteArrayList() << numbers(10, 12);
    QTest::addRow("all") << mode(Consumer::Start::All) << quint64(0) << numbers(6, 9) << numbers(6, 12);
    QTest::addRow("kept") << -1 << quint64(7) << numbers(7, 9) << numbers(7, 12);
    QTest::addRow("no longer kept") << -1 << quint64(2) << QByteArrayList{"lost 2+4"} + numbers(6, 9)
                                    << QByteArrayList{"lost 2+4"} + numbers(6, 12);
    QTest::addRow("the next") << -1 << quint64(10) << QByteArrayList() << numbers(10, 12);
    QTest::addRow("still to come") << -1 << quint64(12) << QByteArrayList() << numbers(12, 12);
}

void TestClusterConsumer::startsWhereItIsTold()
{
    QFETCH(const int, mode);
    QFETCH(const quint64, sequence);
    QFETCH(const QByteArrayList, before);
    QFETCH(const QByteArrayList, after);
    m_producer->setHistory(4, 16 << 20);
    publishNumbers(1, 9);
    if (mode >= 0)
        m_consumer->setStart(static_cast<Consumer::Start>(mode));
    else
        m_consumer->setStartSequence(sequence);
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(consumersOnServer().size(), 1, patience);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, before, patience);
    publishNumbers(10, 12);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, after, patience);
}

void TestClusterConsumer::waitsForABus_data()
{
    QTest::addColumn<int>("mode");
    for (const auto start : {Consumer::Start::Last, Consumer::Start::New, Consumer::Start::All})
        QTest::addRow("%d", int(start)) << int(start);
}

// The consumer has seen that there was no bus: every chunk is new.
void TestClusterConsumer::waitsForABus()
{
    QFETCH(const int, mode);
    m_consumer->setStart(static_cast<Consumer::Start>(mode));
    m_consumer->start();
    QVERIFY(!m_consumer->waitForChunk(300ms));
    publishNumbers(1, 3);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, numbers(1, 3), patience);
}

void TestClusterConsumer::emptyAndLargeChunks()
{
    const QByteArrayList payloads{"", QByteArray(1'000'000, 'x'), "", QByteArray("\0\r\n", 3)};
    publish(payloads);
    m_consumer->setStart(Consumer::Start::All);
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, payloads, patience);
}

void TestClusterConsumer::startsAnewWhenStartedAgain()
{
    publishNumbers(1, 2);
    m_consumer->start();
    settle();
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, (QByteArrayList{"2", "2"}), patience);
    QCOMPARE(m_consumer->receivedChunks(), quint64(1));
    m_consumer->stop();
    publishNumbers(3, 3);
    QVERIFY(!m_consumer->isRunning());
    QTest::qWait(50);
    QCOMPARE(m_events.size(), 2);
}

void TestClusterConsumer::tellsWhatCameFromTheHistory()
{
    QList<bool> fromHistory;
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&] { fromHistory.append(m_consumer->isFromHistory()); });
    publishNumbers(1, 3);
    m_consumer->setStart(Consumer::Start::All);
    m_consumer->start();
    settle();
    publishNumbers(4, 4);
    settle();
    QCOMPARE(fromHistory, (QList<bool>{true, true, false, false}));
}

// More chunks than the queues hold while the event loop does not run; the history is short.
void TestClusterConsumer::countsExactlyWhatIsGone()
{
    constexpr int count = 1500;
    m_producer->setHistory(8, 16 << 20);
    m_consumer->setStart(Consumer::Start::New);
    publish({"0"});
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(consumersOnServer().size(), 1, patience);
    publish(QByteArrayList(count, QByteArray(64'000, 'x')));
    settle();
    QVERIFY(m_consumer->lostChunks() > 0);
    QCOMPARE(m_consumer->receivedChunks() + m_consumer->lostChunks(), quint64(count));
    quint64 next = 2;
    qsizetype chunk = 0;
    for (const QByteArray &event : std::as_const(m_events)) {
        if (event.startsWith("lost ")) {
            QCOMPARE(event.sliced(5, event.indexOf('+') - 5).toULongLong(), next);
            next += event.sliced(event.indexOf('+') + 1).toULongLong();
        } else {
            QCOMPARE(m_chunks[chunk++].sequence(), next++);
        }
    }
}

// Takes longer than the server keeps an idle consumer, and longer than a heartbeat may be missing.
void TestClusterConsumer::aSlowConsumerMissesNothingThatIsKept()
{
    constexpr int count = 400;
    m_producer->setHistory(count, 64 << 20);
    publish(QByteArrayList(count, QByteArray(64'000, 'x')));
    m_consumer->setStart(Consumer::Start::All);
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [this] {
        if (m_chunks.size() <= 3)
            QTest::qSleep(1200);
    });
    m_consumer->start();
    settle();
    QCOMPARE(m_chunks.size(), count);
    QCOMPARE(m_events.size(), count);
}

void TestClusterConsumer::manyProducers()
{
    constexpr int producerCount = 5, each = 100;
    std::vector<std::unique_ptr<Producer>> producers;
    for (int i = 0; i < producerCount; ++i) {
        producers.push_back(std::make_unique<Producer>());
        producers.back()->setNativeFileName(m_address);
        producers.back()->setHistory(100'000, 16 << 20);
    }
    m_consumer->start();
    for (int number = 1; number <= each; ++number) {
        for (const auto &producer : producers)
            QVERIFY(producer->publish(QByteArray::number(number)));
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_chunks.size(), producerCount * each, patience);
    QCOMPARE(m_events.size(), producerCount * each);
    std::map<QUuid, int> newest;
    for (const Chunk &chunk : std::as_const(m_chunks))
        QCOMPARE(chunk.payload().toInt(), ++newest[chunk.producer().id]);
    QCOMPARE(newest.size(), size_t(producerCount));
}

void TestClusterConsumer::waitsWithoutAnEventLoop()
{
    publishNumbers(1, 2);
    m_consumer->setStart(Consumer::Start::All);
    QVERIFY(m_consumer->waitForChunk());
    QVERIFY(m_consumer->waitForChunk());
    QCOMPARE(m_events, numbers(1, 2));
    QVERIFY(!m_consumer->waitForChunk(20ms));
    publishNumbers(3, 3);
    QVERIFY(m_consumer->waitForChunk());
    QCOMPARE(m_events, numbers(1, 3));
}

// In a turn, the thread itself waits for chunks, and only until one arrives.
void TestClusterConsumer::aTurnIsInterrupted()
{
    publishNumbers(1, 1);
    m_consumer->setTurn(1h, {});
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [this](const Chunk &chunk) {
        if (chunk.payload() == "2")
            m_consumer->stop();
        else
            publishNumbers(2, 2);
    });
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, numbers(1, 2), patience);
}

void TestClusterConsumer::isDeletedInItsSlot()
{
    publishNumbers(1, 3);
    m_consumer->setStart(Consumer::Start::All);
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [this] { m_consumer.reset(); });
    m_consumer->start();
    QTRY_VERIFY_WITH_TIMEOUT(!m_consumer, patience);
    QTest::qWait(50);
    QCOMPARE(m_events, numbers(1, 1));
}

void TestClusterConsumer::refusesWhatItCannotDo()
{
    m_consumer->setFormat(FileBus::Format::Raw);
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, QByteArrayList{"error NotSupported"}, patience);
    QVERIFY(!m_consumer->isRunning());
    makeConsumer();
    m_consumer->setNativeFileName(m_server.address("not a name"));
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, QByteArrayList{"error InvalidName"}, patience);
    QVERIFY(!m_consumer->isRunning());
}

void TestClusterConsumer::anInspection()
{
    publishNumbers(1, 3);
    const BusInspection inspection = BusInspection::of(m_address);
    QCOMPARE(inspection.error, Error::NoError);
    QCOMPARE(inspection.historyChunks, quint64(3));
    QVERIFY(inspection.historyBytes > 3);
    QCOMPARE(inspection.newest->payload(), "3");
    QCOMPARE(inspection.newest->sequence(), quint64(3));
    QCOMPARE(inspection.recentTimes.last(), inspection.newest->time());
    QCOMPARE(inspection.producers.size(), 1);
    QCOMPARE(inspection.producers.first().info.pid, qint64(QCoreApplication::applicationPid()));
    QVERIFY(!inspection.producers.first().judged);
}

void TestClusterConsumer::anInspectionOfNothingFindsNothing()
{
    const BusInspection inspection = BusInspection::of(m_address);
    QCOMPARE(inspection.error, Error::NoError);
    QVERIFY(!inspection.newest);
    QCOMPARE(inspection.historyChunks, quint64(0));
}

QTEST_GUILESS_MAIN(TestClusterConsumer)
#include "tst_clusterconsumer.moc"
