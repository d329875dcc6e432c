// SPDX-License-Identifier: Apache-2.0
#include "entries.h"

#include <QtTest/QTest>

class TestChunkStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void dropsTheOldestRowsOverTheBound();
    void dropsTheOldestBytesOverTheBound();
    void keepsTheNewestHoweverLargeItIs();
    void countsLossesAsRowsButNotAsChunks();
    void takesOverWhatAnotherDropped();
    void idsNeverComeAgain();
    void smallerBoundsHoldAtOnce();
};

void TestChunkStore::dropsTheOldestRowsOverTheBound()
{
    ChunkStore store({.rows = 3, .bytes = 1000});
    for (quint64 sequence = 1; sequence <= 5; ++sequence)
        store.append(Entries::chunk(sequence));
    QCOMPARE(store.chunks(), 3u);
    QCOMPARE(store.droppedChunks(), 2u);
    QCOMPARE(store.at(store.firstId()).chunk.sequence(), 3u);
}

void TestChunkStore::dropsTheOldestBytesOverTheBound()
{
    ChunkStore store({.rows = 100, .bytes = 10});
    for (quint64 sequence = 1; sequence <= 4; ++sequence)
        store.append(Entries::chunk(sequence, "1234"));
    QCOMPARE(store.chunks(), 2u);
    QCOMPARE(store.bytes(), 8);
    QCOMPARE(store.droppedChunks(), 2u);
}

void TestChunkStore::keepsTheNewestHoweverLargeItIs()
{
    ChunkStore store({.rows = 100, .bytes = 10});
    store.append(Entries::chunk(1));
    store.append(Entries::chunk(2, QByteArray(50, 'x')));
    QCOMPARE(store.chunks(), 1u);
    QCOMPARE(store.at(store.firstId()).chunk.sequence(), 2u);
}

void TestChunkStore::countsLossesAsRowsButNotAsChunks()
{
    ChunkStore store({.rows = 3, .bytes = 1000});
    store.append(Entries::chunk(1));
    store.append(Entries::loss(2, 10));
    store.append(Entries::chunk(12));
    QCOMPARE(store.chunks(), 2u);
    store.append(Entries::chunk(13));
    store.append(Entries::chunk(14));
    QCOMPARE(store.chunks(), 3u);
    QCOMPARE(store.droppedChunks(), 1u);
}

void TestChunkStore::takesOverWhatAnotherDropped()
{
    ChunkStore newer({.rows = 2, .bytes = 1000});
    for (quint64 sequence = 1; sequence <= 5; ++sequence)
        newer.append(Entries::chunk(sequence));
    ChunkStore store;
    store.append(newer);
    QCOMPARE(store.chunks(), 2u);
    QCOMPARE(store.droppedChunks(), 3u);
}

void TestChunkStore::idsNeverComeAgain()
{
    ChunkStore store;
    store.append(Entries::chunk(1));
    const quint64 id = store.firstId();
    store.clear();
    store.append(Entries::chunk(2));
    QVERIFY(!store.contains(id));
    QCOMPARE(store.firstId(), id + 1);
    QCOMPARE(store.droppedChunks(), 0u);
}

void TestChunkStore::smallerBoundsHoldAtOnce()
{
    ChunkStore store = Entries::chunks(1, 10);
    store.setBounds({.rows = 4, .bytes = 1000});
    QCOMPARE(store.chunks(), 4u);
    QCOMPARE(store.droppedChunks(), 6u);
}

QTEST_GUILESS_MAIN(TestChunkStore)
#include "tst_chunkstore.moc"
