// SPDX-License-Identifier: Apache-2.0
#include "chunk/seenchunks.h"

#include "support/chunks.h"

#include <QtTest/QTest>

using FileBus::Chunk;
using FileBus::SeenChunks;

class TestSeenChunks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingIsKnownAtFirst();
    void aChunkIsToldFromAnotherOfItsNumber_data();
    void aChunkIsToldFromAnotherOfItsNumber();
    void whatIsLongAgoIsForgotten();
    void anotherStreamIsAnotherPast();

private:
    const QUuid m_stream = QUuid::createUuid();
};

void TestSeenChunks::nothingIsKnownAtFirst()
{
    QCOMPARE(SeenChunks().compare(numberedChunk(m_stream, 1)), SeenChunks::Unknown);
    QCOMPARE(SeenChunks().newest(), 0u);
}

void TestSeenChunks::aChunkIsToldFromAnotherOfItsNumber_data()
{
    QTest::addColumn<Chunk>("other");
    Chunk chunk = numberedChunk(m_stream, 5, "payload");
    chunk.setTime(chunk.time() + 1);
    QTest::newRow("time") << chunk;
    chunk = numberedChunk(m_stream, 5, "payload");
    FileBus::ProducerInfo producer;
    producer.id = QUuid::createUuid();
    chunk.setProducer(producer);
    QTest::newRow("producer") << chunk;
    QTest::newRow("payload") << numberedChunk(m_stream, 5, "another");
    QTest::newRow("size of the payload") << numberedChunk(m_stream, 5, "payload, and more");
    QTest::newRow("no payload") << numberedChunk(m_stream, 5, "");
}

void TestSeenChunks::aChunkIsToldFromAnotherOfItsNumber()
{
    QFETCH(Chunk, other);
    SeenChunks seen;
    seen.note(numberedChunk(m_stream, 5, "payload"));
    QCOMPARE(seen.compare(numberedChunk(m_stream, 5, "payload")), SeenChunks::Same);
    QCOMPARE(seen.compare(other), SeenChunks::Other);
    seen.note(other);
    QCOMPARE(seen.compare(other), SeenChunks::Same);
}

void TestSeenChunks::whatIsLongAgoIsForgotten()
{
    SeenChunks seen;
    for (quint64 sequence = 1; sequence <= SeenChunks::capacity + 1; ++sequence)
        seen.note(numberedChunk(m_stream, sequence));
    QCOMPARE(seen.compare(numberedChunk(m_stream, 1)), SeenChunks::Unknown);
    QCOMPARE(seen.compare(numberedChunk(m_stream, 2)), SeenChunks::Same);
    QCOMPARE(seen.newest(), SeenChunks::capacity + 1);
}

void TestSeenChunks::anotherStreamIsAnotherPast()
{
    SeenChunks seen;
    seen.note(numberedChunk(m_stream, 1));
    const QUuid other = QUuid::createUuid();
    QCOMPARE(seen.compare(numberedChunk(other, 1)), SeenChunks::Unknown);
    seen.note(numberedChunk(other, 2));
    QCOMPARE(seen.compare(numberedChunk(m_stream, 1)), SeenChunks::Unknown);
    QCOMPARE(seen.streamId(), other);
}

QTEST_GUILESS_MAIN(TestSeenChunks)
#include "tst_seenchunks.moc"
