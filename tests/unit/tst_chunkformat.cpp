// SPDX-License-Identifier: Apache-2.0
#include "format/chunkformat.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/tar.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

#include <limits>

using namespace Qt::StringLiterals;
using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::ChunkMetadata;
using FileBus::Result;

class TestChunkFormat : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsEncodedIsDecoded_data();
    void whatIsEncodedIsDecoded();
    void textsOfAllScriptsSurvive();
    void theLargestNumbersSurvive();
    void chunksOfTheOriginalAreNotNumbered_data();
    void chunksOfTheOriginalAreNotNumbered();
    void theTimeOfAnUnnumberedChunkIsThatOfItsEntry();
    void aTimeBeyondAllTimesIsUnknown();
    void aSmallPayloadKeepsNoLargeFile();
    void aLargePayloadIsNotCopied();
    void metadataOfALaterFormatLeaveThePayload();
    void unknownMembersAndEntriesAreIgnored();

private:
    const QUuid m_stream = QUuid::createUuid();
};

namespace
{

QByteArray randomBytes(qsizetype size)
{
    QByteArray bytes;
    QRandomGenerator generator(1);
    while (bytes.size() < size)
        bytes += static_cast<char>(generator.bounded(256));
    return bytes;
}

} // namespace

void TestChunkFormat::whatIsEncodedIsDecoded_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("one byte") << QByteArray("x");
    QTest::newRow("a NUL") << QByteArray("\0", 1);
    QTest::newRow("a line") << QByteArray("hello\n");
    QTest::newRow("looks like an end of archive") << QByteArray(2048, '\0');
    QTest::newRow("looks like a chunk") << ChunkFormat::encode(numberedChunk(QUuid::createUuid(), 9));
    for (const qsizetype size : {511, 512, 513, 1023, 1024, 1025, 65536})
        QTest::addRow("%lld random bytes", qlonglong(size)) << randomBytes(size);
}

void TestChunkFormat::whatIsEncodedIsDecoded()
{
    QFETCH(const QByteArray, payload);
    Chunk chunk = numberedChunk(m_stream, 4711, payload);
    chunk.setProducer({QUuid::createUuid(), 1234, u"host"_s, u"program"_s});
    const Result<Chunk> decoded = ChunkFormat::decode(ChunkFormat::encode(chunk));
    QVERIFY2(decoded, qPrintable(decoded ? QString() : decoded.failure().text));
    QCOMPARE(decoded->payload(), payload);
    QCOMPARE(decoded->streamId(), m_stream);
    QCOMPARE(decoded->sequence(), 4711u);
    QCOMPARE(decoded->time(), chunk.time());
    QCOMPARE(decoded->producer(), chunk.producer());
    QCOMPARE(*decoded, chunk);
}

void TestChunkFormat::textsOfAllScriptsSurvive()
{
    Chunk chunk = numberedChunk(m_stream, 1);
    chunk.setProducer({QUuid::createUuid(), 1, u"Übergröße-日本-𝄞"_s, u"a \"quoted\"\\\n\tname"_s});
    const Result<Chunk> decoded = ChunkFormat::decode(ChunkFormat::encode(chunk));
    QVERIFY(decoded);
    QCOMPARE(decoded->producer(), chunk.producer());
}

void TestChunkFormat::theLargestNumbersSurvive()
{
    Chunk chunk = numberedChunk(m_stream, ChunkFormat::maximumSequence);
    chunk.setTime(std::numeric_limits<qint64>::max());
    chunk.setProducer({QUuid::createUuid(), std::numeric_limits<qint64>::max(), {}, {}});
    const Result<Chunk> decoded = ChunkFormat::decode(ChunkFormat::encode(chunk));
    QVERIFY(decoded);
    QCOMPARE(*decoded, chunk);
}

void TestChunkFormat::chunksOfTheOriginalAreNotNumbered_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : {"hello", "empty_line", "binary", "big"})
        QTest::newRow(name) << QByteArray(name);
}

void TestChunkFormat::chunksOfTheOriginalAreNotNumbered()
{
    QFETCH(const QByteArray, name);
    const QByteArray path = TEST_DATA "/fixtures/" + name;
    const QByteArray bytes = Files::read(path + ".004.bus");
    QCOMPARE(bytes.size() % 10240, 0);
    const Result<Chunk> decoded = ChunkFormat::decode(bytes);
    QVERIFY(decoded);
    QCOMPARE(decoded->payload(), Files::read(path + ".payload"));
    QVERIFY(!decoded->payload().isEmpty());
    QVERIFY(!decoded->isNumbered());
    QVERIFY(decoded->streamId().isNull());
    QCOMPARE(decoded->producer(), FileBus::ProducerInfo());
}

void TestChunkFormat::theTimeOfAnUnnumberedChunkIsThatOfItsEntry()
{
    const Result<Chunk> decoded = ChunkFormat::decode(Tar::header({.time = Tar::octal(1'700'000'000)}) + Tar::end());
    QVERIFY(decoded);
    QCOMPARE(decoded->time(), 1'700'000'000'000'000'000);
}

// Twelve octal digits can count more seconds than 64 bits can hold nanoseconds.
void TestChunkFormat::aTimeBeyondAllTimesIsUnknown()
{
    const Result<Chunk> decoded = ChunkFormat::decode(Tar::header({.time = "777777777777"}) + Tar::end());
    QVERIFY(decoded);
    QCOMPARE(decoded->time(), 0);
}

// Otherwise a short message would keep the whole file in memory.
void TestChunkFormat::aSmallPayloadKeepsNoLargeFile()
{
    const Result<Chunk> decoded = ChunkFormat::decode(ChunkFormat::encode(numberedChunk(m_stream, 1, "small")));
    QVERIFY(decoded);
    QVERIFY(decoded->payload().capacity() < 100);
}

void TestChunkFormat::aLargePayloadIsNotCopied()
{
    QByteArray bytes = ChunkFormat::encode(numberedChunk(m_stream, 1, QByteArray(100'000, 'p')));
    const char *const payload = bytes.constData() + 512;
    const Result<Chunk> decoded = ChunkFormat::decode(std::move(bytes));
    QVERIFY(decoded);
    QCOMPARE(decoded->payload(), QByteArray(100'000, 'p'));
    QCOMPARE(decoded->payload().constData(), payload);
}

void TestChunkFormat::metadataOfALaterFormatLeaveThePayload()
{
    const QByteArray metadata = R"({"format":2,"stream":"somewhere else","sequence":{"high":1}})";
    const QByteArray bytes = Tar::entry("from_server", "payload") + Tar::entry("filebus.json", metadata) + Tar::end();
    const Result<Chunk> decoded = ChunkFormat::decode(bytes);
    QVERIFY(decoded);
    QCOMPARE(decoded->payload(), "payload");
    QVERIFY(!decoded->isNumbered());
}

void TestChunkFormat::unknownMembersAndEntriesAreIgnored()
{
    const QByteArray metadata = R"({"format":1,"colour":"red","sequence":7,"time":5,"stream":")"
        + m_stream.toByteArray(QUuid::WithoutBraces) + R"(","producer":{"shoe size":43}})";
    const QByteArray bytes = Tar::entry("README", "of another program") + Tar::entry("from_server", "payload")
        + Tar::entry("directory", "", '5') + Tar::entry("filebus.json", metadata) + Tar::end();
    const Result<Chunk> decoded = ChunkFormat::decode(bytes);
    QVERIFY(decoded);
    QCOMPARE(decoded->payload(), "payload");
    QCOMPARE(decoded->sequence(), 7u);
    QCOMPARE(decoded->streamId(), m_stream);
    QCOMPARE(decoded->time(), 5);
}

QTEST_GUILESS_MAIN(TestChunkFormat)
#include "tst_chunkformat.moc"
