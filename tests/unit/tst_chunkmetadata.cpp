// SPDX-License-Identifier: Apache-2.0
#include "format/chunkformat.h"

#include "support/chunks.h"

#include <QtTest/QTest>

#include <limits>

using namespace FileBus;
using namespace Qt::StringLiterals;

/// What a chunk states about itself. Reading caches the latest metadata, so that chunks of one producer are read fast. The result
/// must be the same as that of reading each for the first time.
class TestChunkMetadata : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theLengthDoesNotDependOnTheNumber();
    void theChunksOfOneProducerAreTold();
    void theChunksOfTwoProducersInTurnAreTold();
    void whatLooksLikeTheLastButIsNot_data();
    void whatLooksLikeTheLastButIsNot();
    void aLongNameIsCut();

private:
    Chunk chunkOf(const ProducerInfo &producer, quint64 sequence) const;
    static QByteArray encoded(const Chunk &chunk);
    static Chunk read(const QByteArray &json);

    const QUuid m_stream = QUuid::createUuid();
    const ProducerInfo m_producer{QUuid::createUuid(), 4711, u"host"_s, u"program \"quoted\" \\ ü"_s};
    const ProducerInfo m_other{QUuid::createUuid(), 4712, u"host"_s, u"other"_s};
};

Chunk TestChunkMetadata::chunkOf(const ProducerInfo &producer, quint64 sequence) const
{
    Chunk chunk = numberedChunk(m_stream, sequence, {});
    chunk.setProducer(producer);
    return chunk;
}

QByteArray TestChunkMetadata::encoded(const Chunk &chunk)
{
    return ChunkMetadata::encode(chunk);
}

// A chunk without a number if there was an error.
Chunk TestChunkMetadata::read(const QByteArray &json)
{
    Chunk chunk;
    return ChunkMetadata::read(json, chunk) ? chunk : Chunk();
}

void TestChunkMetadata::theLengthDoesNotDependOnTheNumber()
{
    Chunk chunk;
    const qsizetype length = encoded(chunk).size();
    chunk.setStreamId(m_stream);
    for (const quint64 sequence : {quint64(1), quint64(99'999), ChunkFormat::maximumSequence}) {
        for (const qint64 time : {qint64(1), qint64(1'700'000'000'123'456'789), std::numeric_limits<qint64>::max()}) {
            chunk.setSequence(sequence);
            chunk.setTime(time);
            QCOMPARE(encoded(chunk).size(), length);
        }
    }
}

void TestChunkMetadata::theChunksOfOneProducerAreTold()
{
    for (const quint64 sequence : {quint64(1), quint64(2), quint64(10), ChunkFormat::maximumSequence}) {
        const Chunk chunk = chunkOf(m_producer, sequence);
        QCOMPARE(read(encoded(chunk)), chunk);
    }
}

void TestChunkMetadata::theChunksOfTwoProducersInTurnAreTold()
{
    for (quint64 sequence = 1; sequence < 9; ++sequence) {
        const Chunk chunk = chunkOf(sequence % 3 == 0 ? m_other : m_producer, sequence);
        QCOMPARE(read(encoded(chunk)), chunk);
    }
}

void TestChunkMetadata::whatLooksLikeTheLastButIsNot_data()
{
    QTest::addColumn<QByteArray>("number"); // in place of the sequence
    QTest::addColumn<quint64>("sequence");
    QTest::newRow("led by zeros") << "00000000000000000012"_ba << quint64(0);
    QTest::newRow("negative") << "                  -5"_ba << quint64(0);
    QTest::newRow("zero") << "                   0"_ba << quint64(0);
    QTest::newRow("nothing") << "                    "_ba << quint64(0);
    QTest::newRow("text") << "                \"12\""_ba << quint64(0);
    QTest::newRow("a space within") << "                 1 2"_ba << quint64(0);
    QTest::newRow("too large") << " 9223372036854775808"_ba << quint64(0);
    QTest::newRow("a closing space") << "                 12 "_ba << quint64(12);
    QTest::newRow("a tab before it") << "\t                 12"_ba << quint64(12);
    QTest::newRow("an exponent") << "                 1e2"_ba << quint64(100);
    QTest::newRow("another member") << "            3,\"a\":{}"_ba << quint64(3);
}

void TestChunkMetadata::whatLooksLikeTheLastButIsNot()
{
    QFETCH(QByteArray, number);
    const Chunk last = chunkOf(m_producer, 123);
    const QByteArray json = encoded(last);
    QCOMPARE(read(json), last);
    const QByteArray changed = QByteArray(json).replace("                 123", number);
    QCOMPARE(changed.size(), json.size());
    QTEST(read(changed).sequence(), "sequence");
    QCOMPARE(read(json), last);
}

// Also when it is read again, cached or not. No surrogate pair is cut in two.
void TestChunkMetadata::aLongNameIsCut()
{
    const QString longest(255, u'x');
    const ProducerInfo producer{QUuid::createUuid(), 1, longest + u'y', QString(254, u'x') + u"\U0001F600"_s};
    for (quint64 sequence = 1; sequence <= 3; ++sequence) {
        const ProducerInfo seen = read(encoded(chunkOf(producer, sequence))).producer();
        QCOMPARE(seen.host, longest);
        QCOMPARE(seen.program, QString(254, u'x'));
    }
    const ProducerInfo fits{QUuid::createUuid(), 1, longest, longest};
    QCOMPARE(read(encoded(chunkOf(fits, 1))).producer(), fits);
}

QTEST_GUILESS_MAIN(TestChunkMetadata)
#include "tst_chunkmetadata.moc"
