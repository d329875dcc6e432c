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
    void numbersAreReadExactly_data();
    void numbersAreReadExactly();
    void whatIsNoJsonIsRefused_data();
    void whatIsNoJsonIsRefused();
    void whatIsValidIsRead_data();
    void whatIsValidIsRead();

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

// However they are written. The sequence is 0 if the metadata are refused.
void TestChunkMetadata::numbersAreReadExactly_data()
{
    QTest::addColumn<QByteArray>("number");
    QTest::addColumn<quint64>("sequence");
    QTest::newRow("beyond what a double holds") << "9007199254740993.0"_ba << quint64(9007199254740993);
    QTest::newRow("an exponent") << "900719925474099.3e+1"_ba << quint64(9007199254740993);
    QTest::newRow("a negative exponent") << "90071992547409930E-1"_ba << quint64(9007199254740993);
    QTest::newRow("the greatest") << "9223372036854775807"_ba << ChunkFormat::maximumSequence;
    QTest::newRow("the greatest with a point") << "9223372036854775807.000"_ba << ChunkFormat::maximumSequence;
    QTest::newRow("the greatest with an exponent") << "922337203685477580.7e1"_ba << ChunkFormat::maximumSequence;
    QTest::newRow("many digits") << QByteArray("1" + QByteArray(500, '0') + "e-500") << quint64(1);
    QTest::newRow("one more than the greatest") << "9223372036854775808"_ba << quint64(0);
    QTest::newRow("nearly whole") << "9007199254740993.5"_ba << quint64(0);
    QTest::newRow("nearly whole, tiny") << QByteArray("5." + QByteArray(400, '0') + '1') << quint64(0);
    QTest::newRow("huge") << "1e999999999999999999999"_ba << quint64(0);
    QTest::newRow("tiny") << "1e-999999999999999999999"_ba << quint64(0);
    QTest::newRow("zero with an exponent") << "0e9"_ba << quint64(0);
    QTest::newRow("negative") << "-5.0"_ba << quint64(0);
    for (const char *number : {"05", "5.", ".5", "5e", "5e+", "+5", "-", "0x5", "5.5.5", "5-5", "NaN", "1 5"})
        QTest::addRow("no number: %s", number) << QByteArray(number) << quint64(0);
}

void TestChunkMetadata::numbersAreReadExactly()
{
    QFETCH(const QByteArray, number);
    const QByteArray stream = m_stream.toByteArray(QUuid::WithoutBraces);
    QTEST(read(R"({"format":1,"stream":")" + stream + R"(","sequence":)" + number + "}").sequence(), "sequence");
}

void TestChunkMetadata::whatIsNoJsonIsRefused_data()
{
    QTest::addColumn<QByteArray>("json"); // with the stream for %
    QTest::newRow("a byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                     R"({"format":1,"stream":"%","sequence":5})");
    QTest::newRow("a tab in a string") << QByteArray("{\"format\":1,\"stream\":\"%\",\"sequence\":5,\"x\":\"\t\"}");
    QTest::newRow("a line feed in a name") << QByteArray("{\"format\":1,\"stream\":\"%\",\"sequence\":5,\"\n\":1}");
    QTest::newRow("an unknown escape") << QByteArray(R"({"format":1,"stream":"%","sequence":5,"x":"\q"})");
    QTest::newRow("an open string") << QByteArray(R"({"format":1,"stream":"%","sequence":5,"x":"\)");
    QTest::newRow("invalid UTF-8") << QByteArray("{\"format\":1,\"stream\":\"%\",\"sequence\":5,\"x\":\"\xFF\"}");
    QTest::newRow("a NUL after it") << QByteArray(R"({"format":1,"stream":"%","sequence":5})").append('\0');
    QTest::newRow("a closing comma") << QByteArray(R"({"format":1,"stream":"%","sequence":5,})");
    QTest::newRow("a stream in braces") << QByteArray(R"({"format":1,"stream":"{%}","sequence":5})");
    QTest::newRow("more after the stream") << QByteArray(R"({"format":1,"stream":"%0","sequence":5})");
    QTest::newRow("deeper than the limit") << QByteArray(R"({"format":1,"stream":"%","sequence":5,"x":)" + QByteArray(1024, '[')
                                                         + QByteArray(1024, ']') + '}');
    QTest::newRow("a negative time") << QByteArray(R"({"format":1,"stream":"%","sequence":5,"time":-1})");
}

void TestChunkMetadata::whatIsNoJsonIsRefused()
{
    QFETCH(QByteArray, json);
    QVERIFY(!read(json.replace('%', m_stream.toByteArray(QUuid::WithoutBraces))).isNumbered());
    Chunk chunk;
    QVERIFY(!ChunkMetadata::read(json, chunk));
}

void TestChunkMetadata::whatIsValidIsRead_data()
{
    QTest::addColumn<QByteArray>("more"); // members
    QTest::newRow("numbers that no type holds") << R"("x":[1e999999999, -0.0, 1E-5, 123456789012345678901234567890])"_ba;
    QTest::newRow("escapes") << R"("x\"":"\"\\\/\b\f\n\r\t\u0000\ud800 1.5 {[")"_ba;
    QTest::newRow("at the limit of depth") << QByteArray(R"("x":)" + QByteArray(1023, '[') + QByteArray(1023, ']'));
    QTest::newRow("a time that is none") << R"("time":"x")"_ba;
    QTest::newRow("a time that is not whole") << R"("time":1.5)"_ba;
    QTest::newRow("a time beyond all times") << R"("time":9223372036854775808)"_ba;
    QTest::newRow("a producer that is none") << R"("producer":{"id":"{x}","pid":"y","host":5})"_ba;
}

void TestChunkMetadata::whatIsValidIsRead()
{
    QFETCH(const QByteArray, more);
    const QByteArray stream = m_stream.toByteArray(QUuid::WithoutBraces).toUpper();
    const Chunk chunk = read(R"({"format":1.0,"stream":")" + stream + R"(","sequence":6,"sequence":5,)" + more + "}");
    QCOMPARE(chunk.streamId(), m_stream);
    QCOMPARE(chunk.sequence(), 5u);
    QCOMPARE(chunk.time(), 0);
    QCOMPARE(chunk.producer().id, QUuid());
}

QTEST_GUILESS_MAIN(TestChunkMetadata)
#include "tst_chunkmetadata.moc"
