// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>
#include <filebus/producer.h>

#include "support/lockholder.h"
#include "support/movetest.h"

#include <thread>
#include <tuple>

using namespace std::chrono_literals;
using FileBus::Consumer;
using FileBus::Producer;

/// A consumer that is moved to another thread continues there.
class TestMovedConsumer : public MoveTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }
    void cleanup() { end(); }

    void aConsumer_data();
    void aConsumer();
    void aConsumerThatWaitsForItsDirectory();
    void aConsumerThatWaitsToSubscribe();
    void aConsumerThereAndBack();
    void aConsumerFromAThreadWithoutAnEventLoop();

private:
    using Setup = std::function<void(Consumer &)>;

    std::unique_ptr<Consumer> makeConsumer(const Setup &setup = {});
};

std::unique_ptr<Consumer> TestMovedConsumer::makeConsumer(const Setup &setup)
{
    auto consumer = std::make_unique<Consumer>(m_name);
    consumer->setSleepInterval(20ms);
    if (setup)
        setup(*consumer);
    connect(consumer.get(), &Consumer::chunkReceived, consumer.get(),
            [this] { ++(QThread::currentThread() == m_thread.get() ? m_there : m_elsewhere); });
    consumer->start();
    return consumer;
}

void TestMovedConsumer::aConsumer_data()
{
    QTest::addColumn<Setup>("setup");
    QTest::addColumn<bool>("isLossless");
    for (const auto &[name, setup, lossless] : std::initializer_list<std::tuple<const char *, Setup, bool>>{
             {"with events", [](Consumer &) {}, false},
             {"polling", [](Consumer &consumer) { consumer.setFileMonitoring(false); }, false},
             {"in turns", [](Consumer &consumer) { consumer.setTurn(10ms); }, false},
             {"lossless", [](Consumer &consumer) { consumer.setLossless(true); }, true},
             {"lossless, polling",
              [](Consumer &consumer) {
                  consumer.setLossless(true);
                  consumer.setFileMonitoring(false);
              },
              true},
             {"lossless and raw",
              [](Consumer &consumer) {
                  consumer.setLossless(true);
                  consumer.setFormat(FileBus::Format::Raw);
              },
              true}}) {
        QTest::addRow("%s, at once", name) << setup << lossless;
        QTest::addRow("%s, when it runs", name) << setup << lossless;
    }
}

void TestMovedConsumer::aConsumer()
{
    QFETCH(const Setup, setup);
    std::unique_ptr<Consumer> consumer = makeConsumer(setup);
    Producer producer(m_name);
    producer.setFormat(consumer->format().value_or(FileBus::Format::Tar));
    int before = 0;
    if (QByteArray(QTest::currentDataTag()).endsWith("when it runs")) {
        QVERIFY(producer.publish("before"));
        QTRY_COMPARE(m_elsewhere, 1);
        before = 1;
    }
    moveThere(consumer.get());
    for (int number = 1; number <= 3; ++number) {
        QVERIFY(producer.publish("there"));
        QTRY_COMPARE(m_there, number);
    }
    QCOMPARE(m_elsewhere, before);
    inItsThread(consumer.get(), [&] {
        consumer->stop();
        consumer->start();
    });
    deleteThere(consumer);
}

void TestMovedConsumer::aConsumerThatWaitsForItsDirectory()
{
    for (const bool lossless : {false, true}) {
        QVERIFY(QDir(QFile::decodeName(m_scratch->path("directory"))).removeRecursively());
        std::unique_ptr<Consumer> consumer = makeConsumer([lossless](Consumer &made) { made.setLossless(lossless); });
        std::atomic<bool> isSubscribed = !lossless;
        connect(consumer.get(), &Consumer::subscribed, consumer.get(), [&] { isSubscribed = true; });
        QTRY_VERIFY(!consumer->reasonForPolling().isEmpty());
        moveThere(consumer.get());
        QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
        QTRY_VERIFY(isSubscribed);
        m_there = 0;
        publish("there");
        QTRY_COMPARE(m_there, 1);
        deleteThere(consumer);
    }
}

void TestMovedConsumer::aConsumerThatWaitsToSubscribe()
{
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    std::unique_ptr<Consumer> consumer = makeConsumer([](Consumer &made) { made.setLossless(true); });
    std::atomic<bool> isSubscribed = false;
    connect(consumer.get(), &Consumer::subscribed, consumer.get(), [&] { isSubscribed = true; });
    QTRY_VERIFY(Files::exists(m_path + ".d/inbox")); // it retries
    moveThere(consumer.get());
    holder.letGo();
    QTRY_VERIFY(isSubscribed);
    publish("there");
    QTRY_COMPARE(m_there, 1);
    deleteThere(consumer);
}

void TestMovedConsumer::aConsumerThereAndBack()
{
    std::unique_ptr<Consumer> consumer = makeConsumer();
    moveThere(consumer.get());
    publish("there");
    QTRY_COMPARE(m_there, 1);
    QThread *const here = QThread::currentThread();
    inItsThread(consumer.get(), [&] { QVERIFY(consumer->moveToThread(here)); });
    publish("here");
    QTRY_COMPARE(m_elsewhere, 1);
    QVERIFY(!consumer->waitForChunk(0ms));
    publish("again");
    QVERIFY(consumer->waitForChunk());
}

// Work that no event loop has done yet is done there.
void TestMovedConsumer::aConsumerFromAThreadWithoutAnEventLoop()
{
    for (const bool lossless : {false, true}) {
        m_there = 0;
        std::unique_ptr<Consumer> consumer;
        std::thread([&] {
            consumer = makeConsumer([lossless](Consumer &made) { made.setLossless(lossless); });
            publish("in a thread without one");
            QVERIFY(consumer->waitForChunk());
            moveThere(consumer.get());
        }).join();
        for (int number = 1; number <= 3; ++number) {
            publish("there");
            QTRY_COMPARE(m_there, number);
        }
        deleteThere(consumer);
    }
}

QTEST_GUILESS_MAIN(TestMovedConsumer)
#include "tst_movedconsumer.moc"
