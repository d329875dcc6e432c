// SPDX-License-Identifier: Apache-2.0
#include "format/chunkframe.h"

#include "format/chunkformat.h"

#include "support/chunks.h"

#include <QtTest/QTest>

using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::ChunkFrame;
using FileBus::Result;

class TestChunkFrame : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatWasBeforeLeavesNoTrace();
    void theNumberCanBeSettledInPlace();

private:
    const QUuid m_stream = QUuid::createUuid();
};

// One frame for chunks that differ in every way in which chunks can differ.
void TestChunkFrame::whatWasBeforeLeavesNoTrace()
{
    Chunk ofAnother = numberedChunk(m_stream, 9, "payload");
    ofAnother.setProducer({QUuid::createUuid(), 4711, QStringLiteral("a host"), QStringLiteral("a program")});
    Chunk later = numberedChunk(m_stream, 10, "payload");
    later.setTime(1'800'000'000'000'000'001);
    Chunk unnumbered("payload");
    ChunkFrame frame;
    Chunk aSecondLater = numberedChunk(m_stream, 2);
    aSecondLater.setTime(aSecondLater.time() + 1'000'000'000);
    for (const Chunk &chunk : {numberedChunk(m_stream, 1), aSecondLater, numberedChunk(m_stream, ChunkFormat::maximumSequence),
                               numberedChunk(m_stream, 2, ""), numberedChunk(m_stream, 3, QByteArray(511, 'p')),
                               numberedChunk(m_stream, 4, QByteArray(512, 'p')), numberedChunk(m_stream, 5, QByteArray(513, 'p')),
                               numberedChunk(QUuid::createUuid(), 6), ofAnother, later, unnumbered}) {
        frame.describe(chunk);
        QCOMPARE(frame.around(chunk.payload()), ChunkFormat::encode(chunk));
        const Result<Chunk> decoded = ChunkFormat::decode(frame.around(chunk.payload()));
        QCOMPARE(bool(decoded), chunk.isNumbered());
        QVERIFY(!decoded || *decoded == chunk);
    }
}

void TestChunkFrame::theNumberCanBeSettledInPlace()
{
    for (const qsizetype size : {0, 1, 511, 512, 513, 4000}) {
        Chunk chunk = numberedChunk(QUuid(), 0, QByteArray(size, 'p'));
        ChunkFrame frame;
        frame.describe(chunk);
        QByteArray bytes = frame.around(chunk.payload());
        const qsizetype position = frame.metadataPosition(), length = frame.metadata().size();
        QCOMPARE(QByteArrayView(bytes).sliced(position, length), frame.metadata());

        chunk.setStreamId(m_stream);
        chunk.setSequence(ChunkFormat::maximumSequence);
        frame.describe(chunk);
        QCOMPARE(frame.metadataPosition(), position);
        QCOMPARE(frame.metadata().size(), length);
        bytes.replace(position, length, frame.metadata().toByteArray());
        const Result<Chunk> decoded = ChunkFormat::decode(bytes);
        QVERIFY(decoded);
        QCOMPARE(*decoded, chunk);
    }
}

QTEST_GUILESS_MAIN(TestChunkFrame)
#include "tst_chunkframe.moc"
