// SPDX-License-Identifier: Apache-2.0
#include "support/consumertest.h"
#include "support/sleepingthread.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <future>
#include <unistd.h>

using namespace std::chrono_literals;
using FileBus::Consumer;
using FileBus::Producer;

/// A consumer that blocks its thread: in turns of its event loop, and in waitForChunk().
class TestConsumerTurns : public ConsumerTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

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

// New chunks are received before other pending events.
void TestConsumerTurns::receivesAllOfATurn()
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
void TestConsumerTurns::aTurnEnds()
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
void TestConsumerTurns::turnsDoNotPileUp()
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
void TestConsumerTurns::aTurnIsInterrupted()
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
void TestConsumerTurns::inATurnItLooksAtIntervals()
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

void TestConsumerTurns::waitsForAChunk()
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
void TestConsumerTurns::looksOnceMoreWhenTheDeadlineIsOver()
{
    m_consumer->setFileMonitoring(false);
    m_consumer->setSleepInterval(1h);
    QVERIFY(!m_consumer->waitForChunk(1ms));
    publish("one");
    QVERIFY(m_consumer->waitForChunk(0ms));
    QCOMPARE(received(), QByteArrayList{"one"});
}

void TestConsumerTurns::eachWaitIsForOneChunk()
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

void TestConsumerTurns::whatAWaitLeftComesFromTheEventLoop()
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
void TestConsumerTurns::aWaitServesNothingElse()
{
    bool served = false;
    QTimer::singleShot(0ms, this, [&] { served = true; });
    QVERIFY(!m_consumer->waitForChunk(30ms));
    QVERIFY(!served);
    QTRY_VERIFY(served);
}

QTEST_GUILESS_MAIN(TestConsumerTurns)
#include "tst_consumerturns.moc"
