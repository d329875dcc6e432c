// SPDX-License-Identifier: Apache-2.0
#include "file/consume/busreader.h"

#include "format/chunkformat.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/nobus.h"
#include "support/nodescriptors.h"
#include "support/scratchdirectory.h"
#include "support/tar.h"

#include <fcntl.h>
#include <memory>

using namespace Qt::StringLiterals;
using FileBus::BusReader;
using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::Error;
using FileBus::Failure;
using FileBus::Result;

class TestBusReader : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void theSameFileIsNothingNew();
    void aReplacementIsNew();
    void theSameContentInANewFileIsNew();
    void aTouchIsNothingNew();
    void aRewriteInPlaceIsNew();
    void anEmptyFileIsNothing();
    void aMissingFileIsNothing();
    void aBusMadeAnewIsNew();
    void aCorruptChunkIsReportedOnce();
    void whatIsNoRegularFileIsReportedOnceAndDoesNotHang_data() { NoBus::addKinds(); }
    void whatIsNoRegularFileIsReportedOnceAndDoesNotHang();
    void aReaderChangesNothing();
    void whatCannotBeReadNowIsReadLater();

private:
    void put(const QByteArray &payload) { QVERIFY(Files::replace(m_path, Tar::originalChunk(payload))); }
    void writeInPlace(const QByteArray &bytes);
    static QByteArray payloadOrFailure(const Result<std::optional<Chunk>> &chunk);
    Result<std::optional<Chunk>> lookTwice();
    // The payload of a new chunk, or null.
    QByteArray look();
    std::optional<Failure> lookAtFailure();

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    BusReader m_reader;
    BusReader m_toldReader;
    qint64 m_modified = 0;
};

void TestBusReader::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
    m_reader = BusReader(m_path);
    m_toldReader = BusReader(m_path);
}

QByteArray TestBusReader::payloadOrFailure(const Result<std::optional<Chunk>> &chunk)
{
    if (!chunk)
        return "failed: " + chunk.failure().text.toUtf8();
    return *chunk ? (*chunk)->payload() : QByteArray();
}

// A reader that was notified of a new chunk sees the same.
Result<std::optional<Chunk>> TestBusReader::lookTwice()
{
    m_toldReader.expectNew();
    const QByteArray seen = payloadOrFailure(m_toldReader.look());
    const Result<std::optional<Chunk>> chunk = m_reader.look();
    [&] { QCOMPARE(seen, payloadOrFailure(chunk)); }();
    return chunk;
}

QByteArray TestBusReader::look()
{
    return payloadOrFailure(lookTwice());
}

std::optional<Failure> TestBusReader::lookAtFailure()
{
    const Result<std::optional<Chunk>> chunk = lookTwice();
    return chunk ? std::nullopt : std::optional<Failure>(chunk.failure());
}

// Sets a different modification time: two writes within one tick of the clock can have the same.
void TestBusReader::writeInPlace(const QByteArray &bytes)
{
    QVERIFY(Files::write(m_path, bytes));
    const timespec times[2] = {{0, UTIME_OMIT}, {++m_modified, 0}};
    QCOMPARE(::utimensat(AT_FDCWD, m_path.constData(), times, 0), 0);
}

void TestBusReader::theSameFileIsNothingNew()
{
    put("one");
    QCOMPARE(look(), "one");
    QVERIFY(look().isNull());
    QVERIFY(look().isNull());
}

// More often than ext4 needs to reuse an inode number.
void TestBusReader::aReplacementIsNew()
{
    for (const char *payload : {"one", "two", "3", "four", "five", "six"}) {
        put(payload);
        QCOMPARE(look(), payload);
        QVERIFY(look().isNull());
    }
}

void TestBusReader::theSameContentInANewFileIsNew()
{
    put("one");
    QCOMPARE(look(), "one");
    put("one");
    QCOMPARE(look(), "one");
}

void TestBusReader::aTouchIsNothingNew()
{
    const Chunk chunk = numberedChunk(QUuid::createUuid(), 5, "one");
    writeInPlace(ChunkFormat::encode(chunk));
    QCOMPARE(look(), "one");
    writeInPlace(ChunkFormat::encode(chunk));
    QVERIFY(look().isNull());
    QCOMPARE(::chmod(m_path.constData(), 0600), 0);
    QVERIFY(look().isNull());
}

void TestBusReader::aRewriteInPlaceIsNew()
{
    writeInPlace(Tar::originalChunk("one"));
    QCOMPARE(look(), "one");
    writeInPlace(Tar::originalChunk("two"));
    QCOMPARE(look(), "two");
    QVERIFY(look().isNull());
}

void TestBusReader::anEmptyFileIsNothing()
{
    writeInPlace("");
    QVERIFY(look().isNull());
    put("one");
    QCOMPARE(look(), "one");
    QVERIFY(Files::replace(m_path, ""));
    QVERIFY(look().isNull());
}

void TestBusReader::aMissingFileIsNothing()
{
    QVERIFY(look().isNull());
    m_reader = BusReader(m_scratch->path("missing/bus"));
    QVERIFY(look().isNull());
}

void TestBusReader::aBusMadeAnewIsNew()
{
    put("one");
    QCOMPARE(look(), "one");
    QCOMPARE(::unlink(m_path.constData()), 0);
    QVERIFY(look().isNull());
    put("one");
    QCOMPARE(look(), "one");
}

void TestBusReader::aCorruptChunkIsReportedOnce()
{
    const QByteArray corrupt = Tar::originalChunk("cut off").first(700);
    for (int round = 0; round < 2; ++round) {
        QVERIFY(Files::replace(m_path, corrupt));
        const std::optional<Failure> failure = lookAtFailure();
        QVERIFY(failure);
        QCOMPARE(failure->error, Error::CorruptChunk);
        QVERIFY2(failure->text.startsWith(QFile::decodeName(m_path) + u" holds no chunk: "_s), qPrintable(failure->text));
        QVERIFY(!lookAtFailure());
        QVERIFY(Files::replace(m_path, corrupt));
        QVERIFY(!lookAtFailure());
        put("good");
        QCOMPARE(look(), "good");
    }
}

void TestBusReader::whatIsNoRegularFileIsReportedOnceAndDoesNotHang()
{
    QFETCH(const QByteArray, kind);
    QVERIFY(Files::write(m_scratch->path("target"), Tar::originalChunk("of the target")));
    QVERIFY(NoBus::make(kind, m_path, m_scratch->path("target")));
    const std::optional<Failure> failure = lookAtFailure();
    QVERIFY(failure);
    QCOMPARE(failure->error, Error::NotARegularFile);
    QVERIFY(!lookAtFailure());
    QVERIFY(look().isNull());
}

void TestBusReader::aReaderChangesNothing()
{
    put("one");
    const QByteArrayList names = Files::names(m_scratch->path());
    const timespec before = Files::status(m_scratch->path()).st_mtim;
    QCOMPARE(look(), "one");
    QCOMPARE(Files::names(m_scratch->path()), names);
    const timespec after = Files::status(m_scratch->path()).st_mtim;
    QVERIFY(before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec);
}

void TestBusReader::whatCannotBeReadNowIsReadLater()
{
    for (const char *payload : {"one", "two"}) {
        put(payload);
        for (int attempt = 0; attempt < 3; ++attempt) {
            const NoDescriptors none;
            const std::optional<Failure> failure = lookAtFailure();
            QVERIFY(failure && failure->isTransient);
        }
        QCOMPARE(look(), payload);
        QVERIFY(look().isNull());
    }
}

QTEST_GUILESS_MAIN(TestBusReader)
#include "tst_busreader.moc"
