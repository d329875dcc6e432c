// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>
#include <filebus/producer.h>
#include <filebus/stream.h>

#include "support/files.h"
#include "support/lockholder.h"
#include "support/scratchdirectory.h"
#include "support/withoutwarnings.h"

#include <QtCore/QThread>
#include <QtTest/QTest>

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>
#include <tuple>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::Consumer;
using FileBus::Producer;
using FileBus::Stream;

/// An object that works in one thread and is moved to another continues there, like a QLocalSocket. Qt warns of each timer and
/// notifier left behind, which fails the test.
class TestMovedToThread : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();
    void cleanup();

    void aConsumer_data();
    void aConsumer();
    void aConsumerThatWaitsForItsDirectory();
    void aConsumerThatWaitsToSubscribe();
    void aConsumerThereAndBack();
    void aConsumerFromAThreadWithoutAnEventLoop();
    void aProducerAndAStreamFromAThreadWithoutAnEventLoop();
    void aProducerWithChunksThatWaitForAConsumer();
    void aProducerWithChunksThatWaitForTheLock();
    void aProducerThatEnds();
    void aStream();
    void aStreamThatIsAlone();
    void aStreamThatWaitsForALock();

private:
    using Setup = std::function<void(Consumer &)>;

    /// Runs in the thread of @p object; the test waits for it.
    void inItsThread(QObject *object, const std::function<void()> &function)
    {
        const int turn = ++m_turn;
        const auto inTurn = [this, turn, &function] {
            await(m_given, turn);
            function();
            give(m_taken, turn);
        };
        QMetaObject::invokeMethod(object, inTurn, Qt::QueuedConnection);
        give(m_given, turn);
        await(m_taken, turn);
    }
    /// Runs after all pending events of @p object.
    void moveThere(QObject *object)
    {
        const int turn = ++m_turn;
        QMetaObject::invokeMethod(m_resident.get(), [this, turn] { await(m_given, turn); }, Qt::QueuedConnection);
        QVERIFY(object->moveToThread(m_thread.get()));
        give(m_given, turn);
    }

    // The hand-over by Qt is safe, but ThreadSanitizer cannot see that; it sees these.
    static void give(std::atomic<int> &turns, int turn)
    {
        turns = turn;
        turns.notify_all();
    }
    static void await(const std::atomic<int> &turns, int turn)
    {
        for (int now = turns; now < turn; now = turns)
            turns.wait(now);
    }
    template<typename T>
    void deleteThere(std::unique_ptr<T> &object)
    {
        inItsThread(object.get(), [&] { object.reset(); });
    }
    std::unique_ptr<Consumer> makeConsumer(const Setup &setup = {});
    void publish(const QByteArray &payload) { QVERIFY(Producer(m_name).publish(payload)); }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    QString m_name;
    int m_turn = 0; ///< which of the two threads hands over
    std::atomic<int> m_given = 0;
    std::atomic<int> m_taken = 0;
    std::unique_ptr<QThread> m_thread;
    std::unique_ptr<QObject> m_resident; ///< lives in that thread
    std::atomic<int> m_there = 0;        ///< signals emitted in the other thread
    std::atomic<int> m_elsewhere = 0;    ///< signals emitted in any other one
};

void TestMovedToThread::init()
{
    failOnAnyWarning();
    m_scratch = std::make_unique<ScratchDirectory>();
    QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
    m_path = m_scratch->path("directory/bus");
    m_name = QFile::decodeName(m_path);
    m_thread = std::make_unique<QThread>();
    m_resident = std::make_unique<QObject>();
    m_resident->moveToThread(m_thread.get());
    m_thread->start();
    m_there = m_elsewhere = 0;
}

void TestMovedToThread::cleanup()
{
    m_thread->quit();
    m_thread->wait();
}

std::unique_ptr<Consumer> TestMovedToThread::makeConsumer(const Setup &setup)
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

void TestMovedToThread::aConsumer_data()
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

void TestMovedToThread::aConsumer()
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

void TestMovedToThread::aConsumerThatWaitsForItsDirectory()
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

void TestMovedToThread::aConsumerThatWaitsToSubscribe()
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

void TestMovedToThread::aConsumerThereAndBack()
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
void TestMovedToThread::aConsumerFromAThreadWithoutAnEventLoop()
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

void TestMovedToThread::aProducerAndAStreamFromAThreadWithoutAnEventLoop()
{
    LockHolder bus(m_path + ".lock"), stream(m_path + ".b.lock");
    QVERIFY(bus.holds() && stream.holds());
    std::unique_ptr<Producer> producer;
    std::unique_ptr<Stream> moved;
    std::thread([&] {
        producer = std::make_unique<Producer>(m_name);
        connect(producer.get(), &Producer::published, producer.get(), [this] { ++m_there; });
        QVERIFY(producer->publish("1"));
        moveThere(producer.get());
        moved = std::make_unique<Stream>(m_name);
        QVERIFY(moved->open());
        moved->write("early");
        moveThere(moved.get());
    }).join();
    bus.letGo();
    stream.letGo();
    QTRY_COMPARE(m_there, 1);
    Stream other(m_name);
    QVERIFY(other.open());
    QByteArray came;
    QTRY_COMPARE(came += other.readAll(), "early");
    deleteThere(producer);
    deleteThere(moved);
}

void TestMovedToThread::aProducerWithChunksThatWaitForAConsumer()
{
    auto producer = std::make_unique<Producer>(m_name);
    producer->setLossless(true);
    connect(producer.get(), &Producer::published, producer.get(),
            [this] { ++(QThread::currentThread() == m_thread.get() ? m_there : m_elsewhere); });
    QVERIFY(producer->publish("1") && producer->publish("2"));
    QCOMPARE(producer->pendingChunks(), 2);
    moveThere(producer.get());
    Consumer consumer(m_name);
    consumer.setLossless(true);
    consumer.start();
    QTRY_COMPARE(m_there, 2);
    QTRY_COMPARE(consumer.receivedChunks(), 2u);
    QCOMPARE(m_elsewhere, 0);
    deleteThere(producer);
}

void TestMovedToThread::aProducerWithChunksThatWaitForTheLock()
{
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    auto producer = std::make_unique<Producer>(m_name);
    connect(producer.get(), &Producer::published, producer.get(), [this] { ++m_there; });
    QVERIFY(producer->publish("1"));
    moveThere(producer.get());
    holder.letGo();
    QTRY_COMPARE(m_there, 1);
    deleteThere(producer);
}

void TestMovedToThread::aProducerThatEnds()
{
    Consumer consumer(m_name);
    consumer.setLossless(true);
    consumer.start();
    auto producer = std::make_unique<Producer>(m_name);
    producer->setLossless(true);
    connect(producer.get(), &Producer::drained, producer.get(), [this] { ++m_there; });
    QVERIFY(producer->publish("1") && producer->waitForPublished());
    producer->end();
    moveThere(producer.get());
    QTRY_COMPARE(m_there, 1);
    deleteThere(producer);
}

void TestMovedToThread::aStream()
{
    Stream other(m_name);
    auto moved = std::make_unique<Stream>(m_name);
    QVERIFY(moved->open() && other.open());
    QTRY_COMPARE(moved->state(), Stream::ConnectedState);
    QTRY_COMPARE(other.state(), Stream::ConnectedState);
    connect(moved.get(), &QIODevice::readyRead, moved.get(), [this, stream = moved.get()] {
        ++(QThread::currentThread() == m_thread.get() ? m_there : m_elsewhere);
        stream->write(stream->readAll());
    });
    moved->write("on its way");
    moveThere(moved.get());
    QByteArray first;
    QTRY_COMPARE(first += other.readAll(), "on its way");
    for (const char *text : {"one", "two", "three"}) {
        other.write(text);
        QByteArray echo;
        QTRY_COMPARE(echo += other.readAll(), text);
    }
    QVERIFY(m_there >= 3);
    QCOMPARE(m_elsewhere, 0);
    inItsThread(moved.get(), [&] { moved->disconnectFromBus(); });
    QTRY_VERIFY(other.isReadChannelFinished());
    other.abort();
    deleteThere(moved);
}

void TestMovedToThread::aStreamThatIsAlone()
{
    auto moved = std::make_unique<Stream>(m_name);
    std::atomic<bool> isConnected = false;
    connect(moved.get(), &Stream::connected, moved.get(), [&] { isConnected = QThread::currentThread() == m_thread.get(); });
    QVERIFY(moved->open());
    moved->write("early");
    moveThere(moved.get());
    Stream other(m_name);
    QVERIFY(other.open());
    QTRY_VERIFY(isConnected);
    QByteArray first;
    QTRY_COMPARE(first += other.readAll(), "early");
    deleteThere(moved);
}

void TestMovedToThread::aStreamThatWaitsForALock()
{
    LockHolder holder(m_path + ".b.lock");
    QVERIFY(holder.holds());
    auto moved = std::make_unique<Stream>(m_name);
    std::atomic<bool> isConnected = false;
    connect(moved.get(), &Stream::connected, moved.get(), [&] { isConnected = true; });
    QVERIFY(moved->open());
    std::filesystem::remove_all((m_path + ".b.d").toStdString());
    moveThere(moved.get());
    QTRY_VERIFY(Files::exists(m_path + ".b.d/inbox")); // it retries there
    holder.letGo();
    Stream other(m_name);
    QVERIFY(other.open());
    QTRY_VERIFY(isConnected);
    deleteThere(moved);
}

QTEST_GUILESS_MAIN(TestMovedToThread)
#include "tst_movedtothread.moc"
