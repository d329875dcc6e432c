// SPDX-License-Identifier: Apache-2.0
#include "file/disk/chunkfile.h"
#include "format/rawformat.h"

#include "format/chunkformat.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/tar.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::Error;
using FileBus::FileIdentity;
using FileBus::Format;
using FileBus::Result;
using FileBus::RawFormat::isRaw;

class TestRawFormat : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatTheOriginalWroteIsToldApart();
    void whatBearsNoMarkOfAnArchiveIsRaw_data();
    void whatBearsNoMarkOfAnArchiveIsRaw();
    void anArchiveStaysOneWhereverItIsCut();
    void anArchiveStaysOneWhicheverByteIsWrong();
    void thePayloadIsTheWholeFile();
    void theFormatThatWasAskedForIsTaken();
    void whatIsTooLargeIsRefused();
    void whoOwnsTheFileHasPublishedIt();
};

namespace
{
const FileIdentity file{1, 2, 3, 1'700'000'000'123'456'789, 4711};
}

void TestRawFormat::whatTheOriginalWroteIsToldApart()
{
    for (const char *name : {"hello", "big", "binary", "empty_line"}) {
        const QByteArray base = QByteArray(TEST_DATA "/fixtures/") + name;
        const QByteArray payload = Files::read(base + ".payload");
        QVERIFY(!payload.isEmpty());
        for (const char *version : {".004.bus", ".035.bus"}) {
            const Result<Chunk> chunk = FileBus::decodeFile(Files::read(base + version), file, {});
            QVERIFY2(chunk, version);
            QCOMPARE(chunk->payload(), payload);
        }
    }
}

void TestRawFormat::whatBearsNoMarkOfAnArchiveIsRaw_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << QByteArray("hello\n");
    QTest::newRow("one byte") << QByteArray("x");
    QTest::newRow("zeros") << QByteArray(10240, '\0');
    QTest::newRow("the name of the entry, as text") << QByteArray("from_server");
    QTest::newRow("the name of the entry, within a line") << QByteArray("from_server said hello\n");
    QTest::newRow("the magic elsewhere") << QByteArray("ustar") + QByteArray(600, 'x');
    QTest::newRow("as short as the magic's place") << QByteArray(257, 'x');
    QTest::newRow("as short as half the magic") << QByteArray(257, 'x') + "ust";
}

void TestRawFormat::whatBearsNoMarkOfAnArchiveIsRaw()
{
    QFETCH(const QByteArray, bytes);
    QVERIFY(isRaw(bytes));
}

void TestRawFormat::anArchiveStaysOneWhereverItIsCut()
{
    const QByteArray archive = ChunkFormat::encode(numberedChunk(QUuid::createUuid(), 1, "payload"));
    for (qsizetype size = qsizetype(sizeof "from_server"); size <= archive.size(); ++size)
        QVERIFY2(!isRaw(archive.first(size)), qPrintable(QString::number(size)));
}

void TestRawFormat::anArchiveStaysOneWhicheverByteIsWrong()
{
    const QByteArray archive = ChunkFormat::encode(numberedChunk(QUuid::createUuid(), 1, "payload"));
    for (qsizetype i = 0; i < archive.size(); ++i) {
        QByteArray damaged = archive;
        damaged[i] = static_cast<char>(~damaged[i]);
        QVERIFY2(!isRaw(damaged), qPrintable(QString::number(i)));
    }
}

void TestRawFormat::thePayloadIsTheWholeFile()
{
    const Result<Chunk> chunk = FileBus::RawFormat::decode("a\0b\n"_ba, file.modified);
    QVERIFY(chunk);
    QCOMPARE(chunk->payload(), "a\0b\n"_ba);
    QVERIFY(!chunk->isNumbered());
    QCOMPARE(chunk->time(), 1'700'000'000'000'000'000);
}

void TestRawFormat::theFormatThatWasAskedForIsTaken()
{
    const QByteArray archive = Tar::originalChunk("payload");
    QCOMPARE(FileBus::decodeFile(archive, file, {})->payload(), "payload"_ba);
    QCOMPARE(FileBus::decodeFile(archive, file, Format::Raw)->payload(), archive);
    const Result<Chunk> text = FileBus::decodeFile("hello\n", file, Format::Tar);
    QVERIFY(!text);
    QCOMPARE(text.failure().error, Error::CorruptChunk);
}

void TestRawFormat::whatIsTooLargeIsRefused()
{
    const QByteArray most(Chunk::maximumPayloadSize, 'x');
    QVERIFY(FileBus::RawFormat::decode(most, file.modified));
    const Result<Chunk> larger = FileBus::RawFormat::decode(most + 'x', file.modified);
    QVERIFY(!larger);
    QCOMPARE(larger.failure().error, Error::ChunkTooLarge);
}

void TestRawFormat::whoOwnsTheFileHasPublishedIt()
{
    const QByteArray archive = ChunkFormat::encode(numberedChunk(QUuid::createUuid(), 1, "payload"));
    QVERIFY(!ChunkFormat::decode(archive)->userId());
    QVERIFY(FileBus::decodeFile(archive, file, {})->userId() == 4711);
    QVERIFY(FileBus::decodeFile("raw", file, {})->userId() == 4711);
}

QTEST_GUILESS_MAIN(TestRawFormat)
#include "tst_rawformat.moc"
