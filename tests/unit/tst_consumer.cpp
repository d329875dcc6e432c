// SPDX-License-Identifier: Apache-2.0
#include "support/consumertest.h"
#include "support/tar.h"

#include <unistd.h>

using namespace Qt::StringLiterals;
using FileBus::Chunk;
using FileBus::Consumer;
using FileBus::Error;

/// What a consumer receives, and what it counts as lost.
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

QTEST_GUILESS_MAIN(TestConsumer)
#include "tst_consumer.moc"
