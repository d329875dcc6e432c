// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>
#include <filebus/producer.h>

#include "support/files.h"
#include "support/looks.h"
#include "support/scratchdirectory.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using FileBus::Chunk;
using FileBus::Consumer;
using FileBus::Error;
using FileBus::Format;
using FileBus::Producer;

/// Producer and consumer of the raw format with back-pressure, in one process.
class TestRawLossless : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void allThatWasPublishedArrivesAndThenTheEnd();
    void theNextChunkWaitsUntilTheOneBeforeIsTaken();
    void waitingForAConsumerTakesTooLong();
    void anEmptyChunkIsRefused();
    void endingALossyBusChangesNothing();
    void aConsumerThatStopsLeavesTheChunk();
    void aConsumerThatIsDeletedLeavesTheChunk();
    void aConsumerThatAcknowledgesAndStopsHasTakenTheChunk();
    void theEndIsDealtWithAsAChunkIs();
    void aSubscriberIsToldWhatTheFormatIs();
    void aDirectoryThatCannotBeWrittenIsToldBeforeAnyChunk();

private:
    bool isFree() const { return ::access(m_path.constData(), F_OK) != 0; }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    std::unique_ptr<Producer> m_producer;
    std::unique_ptr<Consumer> m_consumer;
};

void TestRawLossless::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
    m_producer = std::make_unique<Producer>();
    m_producer->setNativeFileName(m_path);
    m_producer->setFormat(Format::Raw);
    m_producer->setLossless(true);
    m_consumer = std::make_unique<Consumer>();
    m_consumer->setNativeFileName(m_path);
    m_consumer->setFormat(Format::Raw);
    m_consumer->setLossless(true);
}

void TestRawLossless::allThatWasPublishedArrivesAndThenTheEnd()
{
    QByteArrayList expected, received;
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&](const Chunk &chunk) { received += chunk.payload(); });
    QSignalSpy published(m_producer.get(), &Producer::published);
    QSignalSpy endPublished(m_producer.get(), &Producer::ended);
    QSignalSpy endReceived(m_consumer.get(), &Consumer::ended);
    for (int i = 0; i < 500; ++i) {
        expected += QByteArray::number(i);
        QVERIFY(m_producer->publish(expected.last()));
    }
    m_producer->end();
    m_consumer->start();
    QTRY_COMPARE(endReceived.size(), 1);
    QCOMPARE(received, expected);
    QCOMPARE(published.size(), expected.size());
    QCOMPARE(endPublished.size(), 1);
    QVERIFY(isFree());
}

void TestRawLossless::theNextChunkWaitsUntilTheOneBeforeIsTaken()
{
    m_producer->setSleepInterval(5ms);
    QVERIFY(m_producer->publish("one"));
    QCOMPARE(m_producer->pendingChunks(), 0);
    QVERIFY(m_producer->publish("two"));
    QVERIFY(Looks(*m_producer).happen());
    m_producer->setSleepInterval(1h); // so that only an event can announce it
    QCOMPARE(m_producer->pendingChunks(), 1);
    QCOMPARE(Files::read(m_path), "one");
    QCOMPARE(::unlink(m_path.constData()), 0);
    QTRY_COMPARE(m_producer->pendingChunks(), 0);
    QCOMPARE(Files::read(m_path), "two");
}

void TestRawLossless::waitingForAConsumerTakesTooLong()
{
    m_producer->setLockTimeout(0ms);
    QVERIFY(m_producer->publish("one"));
    QVERIFY(m_producer->publish("two"));
    QVERIFY(!m_producer->waitForPublished(20ms));
    QCOMPARE(m_producer->error(), Error::ConsumerTimeout);
    QVERIFY(m_producer->errorString().contains(QFile::decodeName(m_path)));
    QCOMPARE(m_producer->pendingChunks(), 1);
    QCOMPARE(::unlink(m_path.constData()), 0);
    QVERIFY(m_producer->waitForPublished());
    QCOMPARE(Files::read(m_path), "two");
}

void TestRawLossless::anEmptyChunkIsRefused()
{
    QVERIFY(!m_producer->publish(""));
    QCOMPARE(m_producer->error(), Error::EmptyChunk);
    QVERIFY(isFree());
}

void TestRawLossless::endingALossyBusChangesNothing()
{
    m_producer->setLossless(false);
    QVERIFY(m_producer->publish("one"));
    QSignalSpy ended(m_producer.get(), &Producer::ended);
    m_producer->end();
    QTRY_COMPARE(ended.size(), 1);
    QCOMPARE(Files::read(m_path), "one");
}

void TestRawLossless::aConsumerThatStopsLeavesTheChunk()
{
    QVERIFY(m_producer->publish("one"));
    connect(m_consumer.get(), &Consumer::chunkReceived, m_consumer.get(), &Consumer::stop);
    QVERIFY(m_consumer->waitForChunk());
    QVERIFY(!m_consumer->isRunning());
    QCOMPARE(Files::read(m_path), "one");
    QVERIFY(m_consumer->waitForChunk());
}

void TestRawLossless::aConsumerThatIsDeletedLeavesTheChunk()
{
    QVERIFY(m_producer->publish("one"));
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [this] { m_consumer.reset(); });
    m_consumer->start();
    QTRY_VERIFY(!m_consumer);
    QCOMPARE(Files::read(m_path), "one");
    Producer other;
    other.setNativeFileName(m_path);
    other.setLockTimeout(0ms);
    QVERIFY2(other.publish("the lock is free") && other.waitForPublished(), qPrintable(other.errorString()));
}

void TestRawLossless::aConsumerThatAcknowledgesAndStopsHasTakenTheChunk()
{
    QVERIFY(m_producer->publish("one"));
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [this] {
        m_consumer->acknowledge();
        m_consumer->stop();
    });
    QVERIFY(m_consumer->waitForChunk());
    QVERIFY(isFree());
}

void TestRawLossless::theEndIsDealtWithAsAChunkIs()
{
    QSignalSpy ended(m_consumer.get(), &Consumer::ended);
    const auto stopped = connect(m_consumer.get(), &Consumer::ended, m_consumer.get(), &Consumer::stop);
    m_producer->end();
    QVERIFY(m_producer->waitForDrained());
    m_consumer->start();
    QTRY_COMPARE(ended.size(), 1);
    QVERIFY(!isFree());
    disconnect(stopped);
    m_consumer->start();
    QTRY_COMPARE(ended.size(), 2);
    QTRY_VERIFY(isFree());
}

void TestRawLossless::aSubscriberIsToldWhatTheFormatIs()
{
    QVERIFY(m_producer->publish("one"));
    Consumer subscriber(QFile::decodeName(m_path));
    subscriber.setLossless(true);
    QSignalSpy failed(&subscriber, &Consumer::errorOccurred);
    subscriber.start();
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed.first().at(1).toString().contains(u"--format raw"_s));
    QVERIFY(subscriber.isRunning());
    QCOMPARE(Files::read(m_path), "one");
}

void TestRawLossless::aDirectoryThatCannotBeWrittenIsToldBeforeAnyChunk()
{
    if (::geteuid() == 0)
        QSKIP("root may write everywhere");
    QVERIFY(m_producer->publish("one"));
    QCOMPARE(::chmod(m_scratch->path().constData(), 0500), 0);
    QSignalSpy failed(m_consumer.get(), &Consumer::errorOccurred);
    m_consumer->start();
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.first().first().value<Error>(), Error::PermissionDenied);
    QCOMPARE(m_consumer->receivedChunks(), 0u);
    QCOMPARE(::chmod(m_scratch->path().constData(), 0700), 0);
}

QTEST_GUILESS_MAIN(TestRawLossless)
#include "tst_rawlossless.moc"
