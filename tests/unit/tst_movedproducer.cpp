// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>
#include <filebus/producer.h>

#include "support/lockholder.h"
#include "support/movetest.h"

using FileBus::Consumer;
using FileBus::Producer;

/// A producer that is moved to another thread continues there.
class TestMovedProducer : public MoveTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }
    void cleanup() { end(); }

    void aProducerWithChunksThatWaitForAConsumer();
    void aProducerWithChunksThatWaitForTheLock();
    void aProducerThatEnds();
};

void TestMovedProducer::aProducerWithChunksThatWaitForAConsumer()
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

void TestMovedProducer::aProducerWithChunksThatWaitForTheLock()
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

void TestMovedProducer::aProducerThatEnds()
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

QTEST_GUILESS_MAIN(TestMovedProducer)
#include "tst_movedproducer.moc"
