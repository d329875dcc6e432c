// SPDX-License-Identifier: Apache-2.0
#include "inputbuffer.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

#include <algorithm>
#include <cstring>

class TestInputBuffer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void withoutLinesAllThatIsThereIsAChunk();
    void withLinesAChunkEndsAtTheLastNewline();
    void anUnfinishedLineWaits();
    void aLongLineIsCutAtTheBlockSize();
    void theRestNeedsNoNewline();
    void anEmptyBufferHasNoChunk();
    void hasRoomAfterEachChunk();
    void chunksMakeUpTheInput_data();
    void chunksMakeUpTheInput();
};

namespace
{

void fill(InputBuffer &buffer, const QByteArray &bytes)
{
    QVERIFY(bytes.size() <= buffer.room());
    std::memcpy(buffer.space(), bytes.constData(), static_cast<size_t>(bytes.size()));
    buffer.added(bytes.size());
}

QByteArray randomLines(qsizetype size, QRandomGenerator &generator)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = generator.bounded(12) == 0 ? '\n' : static_cast<char>(generator.bounded(256));
    return bytes;
}

// Reads like a producer: some bytes, then a chunk, if there is one.
QByteArrayList cutAtRandom(InputBuffer &buffer, QByteArrayView input, QRandomGenerator &generator)
{
    QByteArrayList chunks;
    while (!input.isEmpty()) {
        const qsizetype count = generator.bounded(qsizetype(1), std::min(input.size(), buffer.room()) + 1);
        fill(buffer, input.first(count).toByteArray());
        input = input.sliced(count);
        if (const QByteArray chunk = buffer.takeChunk(); !chunk.isNull())
            chunks += chunk;
    }
    if (const QByteArray rest = buffer.takeRest(); !rest.isNull())
        chunks += rest;
    return chunks;
}

} // namespace

void TestInputBuffer::withoutLinesAllThatIsThereIsAChunk()
{
    InputBuffer buffer(100, false);
    fill(buffer, "one\ntw");
    QCOMPARE(buffer.takeChunk(), "one\ntw");
    QVERIFY(buffer.isEmpty());
    fill(buffer, "o");
    QCOMPARE(buffer.takeChunk(), "o");
}

void TestInputBuffer::withLinesAChunkEndsAtTheLastNewline()
{
    InputBuffer buffer(100, true);
    fill(buffer, "one\ntwo\nthr");
    QCOMPARE(buffer.takeChunk(), "one\ntwo\n");
    QVERIFY(!buffer.isEmpty());
    fill(buffer, "ee\n");
    QCOMPARE(buffer.takeChunk(), "three\n");
    QVERIFY(buffer.isEmpty());
}

void TestInputBuffer::anUnfinishedLineWaits()
{
    InputBuffer buffer(100, true);
    fill(buffer, "no end");
    QVERIFY(buffer.takeChunk().isNull());
    QVERIFY(!buffer.isEmpty());
    QCOMPARE(buffer.takeRest(), "no end");
}

void TestInputBuffer::aLongLineIsCutAtTheBlockSize()
{
    InputBuffer buffer(8, true);
    fill(buffer, "a\n123456");
    QCOMPARE(buffer.takeChunk(), "a\n");
    QVERIFY(buffer.takeChunk().isNull());
    fill(buffer, "78");
    QCOMPARE(buffer.takeChunk(), "12345678");
    fill(buffer, "9\n");
    QCOMPARE(buffer.takeChunk(), "9\n");
}

void TestInputBuffer::theRestNeedsNoNewline()
{
    InputBuffer buffer(100, true);
    fill(buffer, "one\ntwo");
    QCOMPARE(buffer.takeRest(), "one\ntwo");
    QVERIFY(buffer.isEmpty());
}

void TestInputBuffer::anEmptyBufferHasNoChunk()
{
    for (const bool lines : {false, true}) {
        InputBuffer buffer(100, lines);
        QVERIFY(buffer.isEmpty());
        QVERIFY(buffer.takeChunk().isNull());
        QVERIFY(buffer.takeRest().isNull());
    }
}

void TestInputBuffer::hasRoomAfterEachChunk()
{
    for (const bool lines : {false, true}) {
        InputBuffer buffer(4, lines);
        fill(buffer, "1234");
        QCOMPARE(buffer.room(), 0);
        QCOMPARE(buffer.takeChunk(), "1234");
        QCOMPARE(buffer.room(), 4);
    }
}

void TestInputBuffer::chunksMakeUpTheInput_data()
{
    QTest::addColumn<qsizetype>("blockSize");
    QTest::addColumn<bool>("lines");
    for (const qsizetype blockSize : {1, 2, 7, 64, 65536}) {
        QTest::addRow("blocks of %lld", qlonglong(blockSize)) << blockSize << false;
        QTest::addRow("lines in blocks of %lld", qlonglong(blockSize)) << blockSize << true;
    }
}

void TestInputBuffer::chunksMakeUpTheInput()
{
    QFETCH(const qsizetype, blockSize);
    QFETCH(const bool, lines);
    QRandomGenerator generator(1);
    for (int round = 0; round < 50; ++round) {
        const QByteArray input = randomLines(generator.bounded(2000), generator);
        InputBuffer buffer(blockSize, lines);
        const QByteArrayList chunks = cutAtRandom(buffer, input, generator);
        QCOMPARE(chunks.join(), input);
        for (qsizetype i = 0; i < chunks.size(); ++i) {
            QVERIFY(!chunks[i].isEmpty() && chunks[i].size() <= blockSize);
            const bool isLast = i + 1 == chunks.size();
            QVERIFY(!lines || isLast || chunks[i].endsWith('\n') || chunks[i].size() == blockSize);
        }
    }
}

QTEST_GUILESS_MAIN(TestInputBuffer)
#include "tst_inputbuffer.moc"
