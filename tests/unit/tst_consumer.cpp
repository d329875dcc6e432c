// SPDX-License-Identifier: Apache-2.0
#include "support/consumertest.h"
#include "support/sleepingthread.h"
#include "support/tar.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <future>
#include <unistd.h>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::Chunk;
using FileBus::Consumer;
using FileBus::Error;
using FileBus::Producer;

class TestConsumer : public ConsumerTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void receivesWhatIsThereThenWhatComes();
    void knowsWhoPublishedWhatWhen();
    void fetchesWhatItMissed();
    void tellsWhatCameFromTheHistory();
    void countsExactlyWhatIsGone();
    void doesNotCountWhatTheOriginalPublished();
    void goesOnAfterACorruptChunk();
    void receivesNothingTwice();
    void startsAnewWhenStartedAgain();
    void receivesAllOfATurn();
    void aTurnEnds();
    void turnsDoNotPileUp();
    void aTurnIsInterrupted();
    void inATurnItLooksAtIntervals();
    void waitsForAChunk();
    void looksOnceMoreWhenTheDeadlineIsOver();
    void eachWaitIsForOneChunk();
    void whatAWaitLeftComesFromTheEventLoop();
    void aWaitServesNothingElse();
};

void TestConsumer::receivesWhatIsThereThenWhatComes()
{
    publish("one");
    m_consumer->start();
    QVERIFY(m_consumer->isRunning());
    QCOMPARE(m_chunks->size(), 0); // signals come from the event loop
    QTRY_COMPARE(received(), (QByteArrayList{"one"}));
    for (const char *payload : {"two", "", "four"}) {
        const qsizetype before = m_chunks->size();
        publish(payload);
        QTRY_COMPARE(m_chunks->size(), before + 1);
    }
    QCOMPARE(received(), (QByteArrayList{"one", "two", "", "four"}));
    QCOMPARE(m_consumer->receivedChunks(), 4u);
    QCOMPARE(m_consumer->lostChunks(), 0u);
}

void TestConsumer::knowsWhoPublishedWhatWhen()
{
    publish("one");
    publish("two");
    QVERIFY(m_consumer->waitForChunk());
    const Chunk chunk = m_chunks->first().first().value<Chunk>();
    QCOMPARE(chunk.sequence(), 2u);
    QCOMPARE(chunk.streamId(), m_producer->streamId());
    QCOMPARE(chunk.producer(), m_producer->info());
    QCOMPARE(chunk.producer().pid, ::getpid());
    QCOMPARE(chunk.producer().program, u"tst_consumer"_s);
    QVERIFY(chunk.time() > 0);
}

void TestConsumer::fetchesWhatItMissed()
{
    publish("1");
    m_consumer->start();
    QTRY_COMPARE(m_chunks->size(), 1);
    for (const char *payload : {"2", "3", "4"})
        publish(payload);
    QTRY_COMPARE(received(), (QByteArrayList{"1", "2", "3", "4"}));
    QCOMPARE(m_consumer->lostChunks(), 0u);
}

void TestConsumer::tellsWhatCameFromTheHistory()
{
    QList<bool> fromHistory;
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&] { fromHistory.append(m_consumer->isFromHistory()); });
    publish("1");
    m_consumer->start();
    QTRY_COMPARE(m_chunks->size(), 1);
    for (const char *payload : {"2", "3", "4"})
        publish(payload);
    QTRY_COMPARE(fromHistory, (QList{false, true, true, false}));
}

void TestConsumer::countsExactlyWhatIsGone()
{
    QSignalSpy lost(m_consumer.get(), &Consumer::chunksLost);
    m_producer->setHistory(3);
    m_consumer->start();
    publish("1");
    QTRY_COMPARE(m_chunks->size(), 1);
    for (int number = 2; number <= 10; ++number)
        publish(QByteArray::number(number));
    QTRY_COMPARE(received(), (QByteArrayList{"1", "8", "9", "10"}));
    QCOMPARE(lost.size(), 1);
    QCOMPARE(lost.first(), (QVariantList{quint64(2), quint64(6)}));
    QCOMPARE(m_consumer->lostChunks(), 6u);
    QCOMPARE(m_consumer->receivedChunks(), 4u);
    QCOMPARE(m_consumer->lossKnowledge(), FileBus::LossKnowledge::Exact);
}

void TestConsumer::doesNotCountWhatTheOriginalPublished()
{
    m_consumer->start();
    publish("1");
    QTRY_COMPARE(m_chunks->size(), 1);
    for (const QByteArray payload : {"of the original", "and another"}) {
        QVERIFY(Files::replace(m_path, Tar::originalChunk(payload)));
        QTRY_VERIFY(received().endsWith(payload));
        QVERIFY(!m_chunks->last().first().value<Chunk>().isNumbered());
    }
    publish("2");
    QTRY_COMPARE(m_chunks->size(), 4);
    QCOMPARE(m_consumer->lostChunks(), 0u);
}

void TestConsumer::goesOnAfterACorruptChunk()
{
    QSignalSpy failed(m_consumer.get(), &Consumer::errorOccurred);
    QVERIFY(Files::write(m_path, QByteArray("from_server\0", 12)));
    m_consumer->start();
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.first().first().value<Error>(), Error::CorruptChunk);
    publish("good");
    QTRY_COMPARE(received(), (QByteArrayList{"good"}));
    QCOMPARE(failed.size(), 1);
}

void TestConsumer::receivesNothingTwice()
{
    m_consumer->start();
    publish("one");
    QTRY_COMPARE(m_chunks->size(), 1);
    QVERIFY(Files::replace(m_path, Files::read(m_path))); // the same chunk in a new file
    QCOMPARE(::chmod(m_path.constData(), 0600), 0);
    QVERIFY(Files::makeDirectory(m_directory + "/wakes the consumer"));
    publish("two");
    QTRY_VERIFY(received().endsWith("two"));
    QCOMPARE(received(), (QByteArrayList{"one", "two"}));
}

void TestConsumer::startsAnewWhenStartedAgain()
{
    publish("one");
    QVERIFY(m_consumer->waitForChunk());
    m_consumer->stop();
    QVERIFY(!m_consumer->isRunning());
    publish("two");
    publish("three");
    QVERIFY(m_consumer->waitForChunk());
    QCOMPARE(received(), (QByteArrayList{"one", "three"}));
    QCOMPARE(m_consumer->receivedChunks(), 1u);
    QCOMPARE(m_consumer->lostChunks(), 0u);
}

// New chunks are received before other pending events.
void TestConsumer::receivesAllOfATurn()
{
    if (qgetenv("FILEBUS_MONITOR") == "qt") // with which no consumer takes turns
        return;
    for (const auto &[length, expected] : {std::pair(0ms, 1), std::pair(200ms, 5)}) {
        makeConsumer();
        m_consumer->setTurn(length);
        qsizetype receivedBefore = 0;
        connect(m_consumer.get(), &Consumer::chunkReceived, this, [&] {
            if (m_chunks->size() == 1)
                QTimer::singleShot(0ms, this, [&] { receivedBefore = m_chunks->size(); });
            if (m_chunks->size() < 5)
                publish("next");
        });
        publish("first");
        m_consumer->start();
        QTRY_COMPARE(m_chunks->size(), 5);
        QTRY_COMPARE(receivedBefore, expected);
    }
}

// Otherwise timers would never run while chunks arrive fast.
void TestConsumer::aTurnEnds()
{
    m_consumer->setTurn(1ms);
    bool served = false;
    QTimer::singleShot(0ms, this, [&] { served = true; });
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&] {
        if (!served)
            publish("next");
    });
    publish("first");
    m_consumer->start();
    QTRY_VERIFY(served);
}

// Not even on an idle bus whose timer fires meanwhile.
void TestConsumer::turnsDoNotPileUp()
{
    m_consumer->setTurn(20ms);
    m_consumer->setSleepInterval(10ms);
    publish("first");
    m_consumer->start();
    QTRY_COMPARE(m_chunks->size(), 1);
    int served = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] { ++served; });
    timer.start(0ms);
    const QDeadlineTimer deadline(
        10s); // fifty turns take one second; QTRY alone would not notice, because it waits for them itself
    QTRY_VERIFY_WITH_TIMEOUT(served > 50, 60'000);
    QVERIFY(!deadline.hasExpired());
}

// A turn of an hour, on an idle bus.
void TestConsumer::aTurnIsInterrupted()
{
    int pipe[2];
    QCOMPARE(::pipe(pipe), 0);
    m_consumer->setTurn(1h, {pipe[0]});
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&] { QCOMPARE(::write(pipe[1], "!", 1), 1); });
    bool served = false;
    publish("first");
    m_consumer->start();
    QTRY_COMPARE(m_chunks->size(), 1);
    QTimer::singleShot(0ms, this, [&] { served = true; });
    QTRY_VERIFY(served);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

// Like the timer between turns, where there are no events.
void TestConsumer::inATurnItLooksAtIntervals()
{
    m_consumer->setFileMonitoring(false);
    m_consumer->setTurn(200ms);
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&] {
        if (m_chunks->size() == 1)
            publish("second");
    });
    qsizetype receivedBefore = 0;
    publish("first");
    m_consumer->start();
    QTimer::singleShot(0ms, this, [&] { receivedBefore = m_chunks->size(); });
    QTRY_COMPARE(receivedBefore, 2);
}

void TestConsumer::waitsForAChunk()
{
    QVERIFY(!m_consumer->waitForChunk(30ms));
    QVERIFY(m_consumer->isRunning());
    const SleepingThread waiting;
    auto publishing = std::async(std::launch::async, [&] {
        const bool isAsleep = waiting.isAsleep();
        return Producer(m_name).publish("one") && isAsleep;
    });
    QVERIFY(m_consumer->waitForChunk(-1ms));
    QVERIFY(publishing.get());
    QVERIFY(!m_consumer->waitForChunk(0ms));
}

// As if the process had been stopped: nothing has announced the chunk.
void TestConsumer::looksOnceMoreWhenTheDeadlineIsOver()
{
    m_consumer->setFileMonitoring(false);
    m_consumer->setSleepInterval(1h);
    QVERIFY(!m_consumer->waitForChunk(1ms));
    publish("one");
    QVERIFY(m_consumer->waitForChunk(0ms));
    QCOMPARE(received(), QByteArrayList{"one"});
}

void TestConsumer::eachWaitIsForOneChunk()
{
    m_consumer->setStart(Consumer::Start::All);
    for (const char *payload : {"1", "2", "3"})
        publish(payload);
    for (qsizetype number = 1; number <= 3; ++number) {
        QVERIFY(m_consumer->waitForChunk(0ms));
        QCOMPARE(m_chunks->size(), number);
    }
    QVERIFY(!m_consumer->waitForChunk(0ms));
}

void TestConsumer::whatAWaitLeftComesFromTheEventLoop()
{
    m_consumer->setStart(Consumer::Start::All);
    m_consumer->setFileMonitoring(false);
    m_consumer->setSleepInterval(1h);
    m_consumer->start();
    QVERIFY(!m_consumer->waitForChunk(0ms));
    QCoreApplication::processEvents(); // the look requested by start()
    for (const char *payload : {"1", "2", "3"})
        publish(payload);
    QVERIFY(m_consumer->waitForChunk());
    QCOMPARE(m_chunks->size(), 1);
    QTRY_COMPARE(m_chunks->size(), 3);
}

// Like the wait functions of Qt.
void TestConsumer::aWaitServesNothingElse()
{
    bool served = false;
    QTimer::singleShot(0ms, this, [&] { served = true; });
    QVERIFY(!m_consumer->waitForChunk(30ms));
    QVERIFY(!served);
    QTRY_VERIFY(served);
}

QTEST_GUILESS_MAIN(TestConsumer)
#include "tst_consumer.moc"
