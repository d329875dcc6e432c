// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>
#include <filebus/producer.h>

#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>
#include <QtTest/QSignalSpy>

using namespace std::chrono_literals;
using FileBus::Consumer;
using FileBus::Producer;

/// What slots may do to the consumer that calls them: stop it, start it again and delete it.
class TestConsumerSlots : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void stoppedBeforeTheFirstLook();
    void stopped_data();
    void stopped();
    void deleted_data() { stopped_data(); }
    void deleted();
    void startedAgain();
    void publishesFromWithin();
    void waitsFromWithin();

private:
    enum Signal { ChunkReceived, ChunksLost, ErrorOccurred, ReasonForPollingChanged };

    template<typename Slot>
    void connectTo(Signal signal, Slot slot);
    void provoke(Signal signal);
    void publish(const QByteArray &payload) { QVERIFY(m_producer->publish(payload)); }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    std::unique_ptr<Producer> m_producer;
    std::unique_ptr<Consumer> m_consumer;
};

void TestConsumerSlots::init()
{
    m_consumer.reset();
    m_producer.reset();
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
    m_producer = std::make_unique<Producer>(QFile::decodeName(m_path));
    m_consumer = std::make_unique<Consumer>(QFile::decodeName(m_path));
    m_consumer->setSleepInterval(5ms);
}

template<typename Slot>
void TestConsumerSlots::connectTo(Signal signal, Slot slot)
{
    switch (signal) {
    case ChunkReceived:
        connect(m_consumer.get(), &Consumer::chunkReceived, this, slot);
        break;
    case ChunksLost:
        connect(m_consumer.get(), &Consumer::chunksLost, this, slot);
        break;
    case ErrorOccurred:
        connect(m_consumer.get(), &Consumer::errorOccurred, this, slot);
        break;
    case ReasonForPollingChanged:
        connect(m_consumer.get(), &Consumer::reasonForPollingChanged, this, slot);
        break;
    }
}

// Makes the consumer emit the signal, some time after its start.
void TestConsumerSlots::provoke(Signal signal)
{
    if (signal == ReasonForPollingChanged) {
        QVERIFY(QDir(QFile::decodeName(m_scratch->path())).removeRecursively());
        return;
    }
    if (signal == ErrorOccurred)
        QVERIFY(Files::replace(m_path, QByteArray("from_server\0", 12)));
    else
        publish("2");
    if (signal == ChunksLost) {
        QVERIFY(QDir(QFile::decodeName(m_path + ".d/history")).removeRecursively()); // there is nothing to fetch it from
        publish("3");
    }
}

// A look is pending when the consumer is stopped.
void TestConsumerSlots::stoppedBeforeTheFirstLook()
{
    publish("1");
    QSignalSpy chunks(m_consumer.get(), &Consumer::chunkReceived);
    m_consumer->start();
    m_consumer->stop();
    QCoreApplication::processEvents();
    QCOMPARE(chunks.size(), 0);
}

void TestConsumerSlots::stopped_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("turn");
    for (const int turn : {0, 50}) {
        QTest::addRow("chunk received, %d", turn) << int(ChunkReceived) << turn;
        QTest::addRow("chunks lost, %d", turn) << int(ChunksLost) << turn;
        QTest::addRow("error, %d", turn) << int(ErrorOccurred) << turn;
        QTest::addRow("polling, %d", turn) << int(ReasonForPollingChanged) << turn;
    }
}

void TestConsumerSlots::stopped()
{
    QFETCH(const int, signal);
    QFETCH(const int, turn);
    m_consumer->setTurn(std::chrono::milliseconds(turn));
    publish("1");
    QVERIFY(m_consumer->waitForChunk());
    int calls = 0;
    connectTo(Signal(signal), [&] {
        ++calls;
        m_consumer->stop();
    });
    QSignalSpy chunks(m_consumer.get(), &Consumer::chunkReceived);
    provoke(Signal(signal));
    QTRY_COMPARE(calls, 1);
    QVERIFY(!m_consumer->isRunning());
    QVERIFY(chunks.size() <= 1);
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
    QCOMPARE(chunks.size(), signal == ChunkReceived ? 1 : 0);
}

// That nothing uses the deleted consumer, AddressSanitizer shows.
void TestConsumerSlots::deleted()
{
    QFETCH(const int, signal);
    QFETCH(const int, turn);
    m_consumer->setTurn(std::chrono::milliseconds(turn));
    publish("1");
    QVERIFY(m_consumer->waitForChunk());
    int calls = 0;
    connectTo(Signal(signal), [&] {
        ++calls;
        m_consumer.reset();
    });
    const QPointer<Consumer> consumer = m_consumer.get();
    provoke(Signal(signal));
    QTRY_COMPARE(calls, 1);
    QVERIFY(!consumer);
    QVERIFY(QDir().mkpath(QFile::decodeName(m_scratch->path())));
    Consumer other(QFile::decodeName(m_path)); // it sees what the deleted one must not
    QSignalSpy chunks(&other, &Consumer::chunkReceived);
    other.start();
    QVERIFY(Producer(QFile::decodeName(m_path)).publish("last"));
    QTRY_VERIFY(!chunks.isEmpty() && chunks.last().first().value<FileBus::Chunk>().payload() == "last");
    QCOMPARE(calls, 1);
}

void TestConsumerSlots::startedAgain()
{
    publish("1");
    int calls = 0;
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&] {
        if (++calls < 3)
            m_consumer->start();
        else
            m_consumer->stop();
    });
    m_consumer->start();
    QTRY_COMPARE(calls, 3); // each start begins with the chunk that is there
    QVERIFY(!m_consumer->isRunning());
}

void TestConsumerSlots::publishesFromWithin()
{
    QByteArrayList received;
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&](const FileBus::Chunk &chunk) {
        received += chunk.payload();
        if (chunk.sequence() < 50)
            publish(QByteArray::number(chunk.sequence() + 1));
    });
    publish("1");
    m_consumer->start();
    QTRY_COMPARE(received.size(), 50);
    QCOMPARE(received.last(), "50");
    QCOMPARE(m_consumer->lostChunks(), 0u);
}

// An event loop in a slot receives no chunk; nor may it receive chunks out of order.
void TestConsumerSlots::waitsFromWithin()
{
    QByteArrayList received;
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&](const FileBus::Chunk &chunk) {
        received += chunk.payload();
        if (received.size() > 1)
            return;
        publish("2");
        QCoreApplication::processEvents();
    });
    publish("1");
    m_consumer->start();
    QTRY_COMPARE(received, (QByteArrayList{"1", "2"}));
}

QTEST_GUILESS_MAIN(TestConsumerSlots)
#include "tst_consumerslots.moc"
