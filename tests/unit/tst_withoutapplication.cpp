// SPDX-License-Identifier: Apache-2.0
#include <filebus/businspection.h>
#include <filebus/consumer.h>
#include <filebus/producer.h>
#include <filebus/stream.h>

#include "support/files.h"
#include "support/heldlock.h"
#include "support/scratchdirectory.h"
#include "support/sleepingthread.h"
#include "support/withoutwarnings.h"

#include <QtCore/QCoreApplication>

#include <future>
#include <time.h>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::Consumer;
using FileBus::Error;
using FileBus::Producer;
using FileBus::Stream;

/// A program without a QCoreApplication, where no thread has an event loop.
class TestWithoutApplication : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void thereIsNone() { QVERIFY(!QCoreApplication::instance()); }
    void aConsumerWaits_data();
    void aConsumerWaits();
    void waitingCostsNothing();
    void aConsumerWaitsForItsDirectory_data();
    void aConsumerWaitsForItsDirectory();
    void aConsumerWaitsForTheLock();
    void aProducerWaitsForTheLock();
    void aProducerIsDrained();
    void aStreamWaits();
    void nothingIsLeftBehind_data();
    void nothingIsLeftBehind();
    void aBusIsInspected();
    void whatBeganBeforeGoesOnWithAnApplication_data() { aConsumerWaits_data(); }
    void whatBeganBeforeGoesOnWithAnApplication();

private:
    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    QString m_name;
};

namespace
{

qsizetype openDescriptors()
{
    return Files::names("/proc/self/fd").size();
}

std::chrono::nanoseconds processorTime()
{
    timespec time;
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

} // namespace

void TestWithoutApplication::init()
{
    failOnAnyWarning();
    m_scratch = std::make_unique<ScratchDirectory>();
    QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
    m_path = m_scratch->path("directory/bus");
    m_name = QFile::decodeName(m_path);
}

void TestWithoutApplication::aConsumerWaits_data()
{
    QTest::addColumn<bool>("lossless");
    QTest::addColumn<bool>("raw");
    QTest::addColumn<bool>("monitoring");
    for (const bool monitoring : {true, false}) {
        QTest::addRow("lossy, events: %d", monitoring) << false << false << monitoring;
        QTest::addRow("lossless, events: %d", monitoring) << true << false << monitoring;
        QTest::addRow("lossless and raw, events: %d", monitoring) << true << true << monitoring;
    }
}

void TestWithoutApplication::aConsumerWaits()
{
    QFETCH(const bool, lossless);
    QFETCH(const bool, raw);
    QFETCH(const bool, monitoring);
    Consumer consumer(m_name);
    consumer.setLossless(lossless);
    if (raw)
        consumer.setFormat(FileBus::Format::Raw);
    consumer.setFileMonitoring(monitoring);
    QByteArrayList received;
    connect(&consumer, &Consumer::chunkReceived, &consumer, [&](const FileBus::Chunk &chunk) { received += chunk.payload(); });
    consumer.start();
    const SleepingThread waiting;
    [[maybe_unused]] const auto publishing = std::async(std::launch::async, [&] {
        Producer producer(m_name);
        if (raw)
            producer.setFormat(FileBus::Format::Raw);
        producer.setLossless(lossless);
        for (const char *payload : {"1", "2", "3"}) {
            if (!waiting.isAsleep() || !producer.publish(payload) || !producer.waitForPublished())
                return false;
        }
        return true;
    });
    for (int number = 1; number <= 3; ++number)
        QVERIFY2(consumer.waitForChunk(10s), qPrintable(consumer.errorString()));
    QVERIFY(!consumer.waitForChunk(20ms));
    QCOMPARE(received, (QByteArrayList{"1", "2", "3"}));
}

void TestWithoutApplication::waitingCostsNothing()
{
    Consumer consumer(m_name);
    const auto before = processorTime();
    QVERIFY(!consumer.waitForChunk(300ms));
    QVERIFY(processorTime() - before < 150ms);
}

void TestWithoutApplication::aConsumerWaitsForItsDirectory_data()
{
    QTest::addColumn<bool>("lossless");
    QTest::newRow("lossy") << false;
    QTest::newRow("lossless") << true;
}

// And continues with a successor.
void TestWithoutApplication::aConsumerWaitsForItsDirectory()
{
    QFETCH(const bool, lossless);
    QVERIFY(QDir(QFile::decodeName(m_scratch->path("directory"))).removeRecursively());
    Consumer consumer(m_name);
    consumer.setLossless(lossless);
    consumer.setSleepInterval(10ms);
    QStringList reasons;
    connect(&consumer, &Consumer::reasonForPollingChanged, &consumer, [&](const QString &reason) { reasons += reason; });
    QVERIFY(!consumer.waitForChunk(30ms));
    QCOMPARE(reasons.size(), 1);
    QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
    if (lossless) // which arrives in time only if it has subscribed
        QVERIFY(!consumer.waitForChunk(100ms));
    QVERIFY(Producer(m_name).publish("1"));
    QVERIFY(consumer.waitForChunk(10s));
    QVERIFY(!consumer.waitForChunk(50ms));
    QCOMPARE(reasons.size(), 2);
    QCOMPARE(consumer.reasonForPolling(), QString());
}

void TestWithoutApplication::aConsumerWaitsForTheLock()
{
    HeldLock holder(m_path + ".lock");
    QVERIFY(holder.holds());
    Consumer consumer(m_name);
    consumer.setLossless(true);
    bool isSubscribed = false;
    connect(&consumer, &Consumer::subscribed, &consumer, [&] { isSubscribed = true; });
    QVERIFY(!consumer.waitForChunk(30ms));
    QVERIFY(!isSubscribed);
    holder.letGo();
    for (int attempt = 0; attempt < 100 && !isSubscribed; ++attempt)
        QVERIFY(!consumer.waitForChunk(50ms));
    QVERIFY(isSubscribed);
}

void TestWithoutApplication::aProducerWaitsForTheLock()
{
    Producer producer(m_name);
    HeldLock holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("1"));
    QCOMPARE(producer.pendingChunks(), 1);
    QVERIFY(!producer.waitForPublished(20ms));
    QCOMPARE(producer.error(), Error::LockTimeout);
    holder.letGo();
    QVERIFY(producer.close());
}

void TestWithoutApplication::aProducerIsDrained()
{
    Producer producer(m_name);
    producer.setLossless(true);
    QVERIFY(producer.publish("1"));
    QVERIFY(!producer.close(20ms));
    QCOMPARE(producer.error(), Error::ConsumerTimeout);
    producer.end();
    bool hasEnded = false;
    [[maybe_unused]] const auto consuming = std::async(std::launch::async, [&] {
        Consumer consumer(m_name);
        consumer.setLossless(true);
        connect(&consumer, &Consumer::ended, &consumer, [&] {
            hasEnded = true;
            consumer.stop();
        });
        return consumer.waitForChunk(10s) && !consumer.waitForChunk(-1ms) && hasEnded;
    });
    QVERIFY(producer.waitForDrained(10s));
    QVERIFY(producer.close());
}

void TestWithoutApplication::aStreamWaits()
{
    Stream left(m_name), right(m_name);
    QVERIFY(left.open() && right.open());
    QVERIFY(left.waitForConnected(10'000) && right.waitForConnected(10'000));
    left.write("question");
    QVERIFY(left.waitForBytesWritten(10'000) && right.waitForReadyRead(10'000));
    QCOMPARE(right.readAll(), "question");
    right.close();
    QVERIFY(right.waitForDisconnected(10'000));
    QVERIFY(!left.waitForReadyRead(-1));
    QVERIFY(left.isReadChannelFinished());
    left.disconnectFromBus();
    QVERIFY(left.state() == Stream::UnconnectedState || left.waitForDisconnected(10'000));
}

void TestWithoutApplication::nothingIsLeftBehind_data()
{
    QTest::addColumn<QByteArray>("what");
    for (const char *what : {"consumer", "lossless consumer", "stream"})
        QTest::newRow(what) << QByteArray(what);
}

// No event loop deletes the objects of deleteLater(), and a user has only a limited number of inotify instances.
void TestWithoutApplication::nothingIsLeftBehind()
{
    QFETCH(const QByteArray, what);
    const auto use = [&] {
        if (what == "stream") {
            Stream left(m_name), right(m_name);
            return left.open() && right.open() && left.waitForConnected(10'000) && !right.waitForReadyRead(1);
        }
        Consumer consumer(m_name);
        consumer.setLossless(what.startsWith("lossless"));
        consumer.start();
        return !consumer.waitForChunk(1ms);
    };
    QVERIFY(use());
    const qsizetype before = openDescriptors();
    for (int times = 0; times < 5; ++times)
        QVERIFY(use());
    QCOMPARE(openDescriptors(), before);
}

void TestWithoutApplication::aBusIsInspected()
{
    Producer producer(m_name);
    QVERIFY(producer.publish("1"));
    const auto inspection = FileBus::BusInspection::of(m_path);
    QCOMPARE(inspection.error, Error::NoError);
    QVERIFY(inspection.newest && inspection.newest->payload() == "1");
    QCOMPARE(inspection.producers.size(), 1);
}

void TestWithoutApplication::whatBeganBeforeGoesOnWithAnApplication()
{
    QFETCH(const bool, lossless);
    QFETCH(const bool, raw);
    QFETCH(const bool, monitoring);
    const auto format = raw ? FileBus::Format::Raw : FileBus::Format::Tar;
    Consumer consumer(m_name);
    consumer.setLossless(lossless);
    consumer.setFormat(format);
    consumer.setFileMonitoring(monitoring);
    consumer.start();
    Producer producer(m_name);
    producer.setFormat(format);
    HeldLock lock(m_path + ".lock");
    QVERIFY(lock.holds());
    QVERIFY(producer.publish("1"));
    QCOMPARE(producer.pendingChunks(), 1);
    lock.letGo();

    int argc = 1;
    char name[] = "test";
    char *argv[] = {name, nullptr};
    QCoreApplication application(argc, argv);
    QTRY_COMPARE(consumer.receivedChunks(), 1u);
    QVERIFY(producer.publish("2"));
    QTRY_COMPARE(consumer.receivedChunks(), 2u);
}

QTEST_APPLESS_MAIN(TestWithoutApplication)
#include "tst_withoutapplication.moc"
