// SPDX-License-Identifier: Apache-2.0
#include "format/chunkformat.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/tar.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QScopeGuard>
#include <QtTest/QTest>

#include <sys/resource.h>

using namespace Qt::StringLiterals;
using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::Error;
using FileBus::Result;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// The data on a bus can come from anybody. Each refusal names what was refused.
class TestHostileChunks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isRefusedByName_data();
    void isRefusedByName();
    void isRefusedWithoutMemoryToSpare_data() { isRefusedByName_data(); }
    void isRefusedWithoutMemoryToSpare();
    void isTaken_data();
    void isTaken();
    void everyTruncationIsRefused_data();
    void everyTruncationIsRefused();
    void anyFlippedByteOfAHeaderIsRefused();
    void randomChangesNeverBringMoreThanWasThere();
};

namespace
{

const QByteArray payload = Tar::entry("from_server", "payload");
const QByteArray stream = "01234567-89ab-cdef-0123-456789abcdef";

QByteArray withMetadata(const QByteArray &metadata)
{
    return payload + Tar::entry("filebus.json", metadata) + Tar::end();
}

QByteArray metadata(const QByteArray &streamId, const QByteArray &sequence, const QByteArray &time)
{
    return R"({"format":1,"stream":)" + streamId + R"(,"sequence":)" + sequence + R"(,"time":)" + time + "}";
}

QByteArray numbered(const QByteArray &sequence)
{
    return withMetadata(metadata('"' + stream + '"', sequence, "1"));
}

QByteArray randomBytes(qsizetype size, quint32 seed)
{
    QRandomGenerator generator(seed);
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(generator.bounded(256));
    return bytes;
}

QByteArray manyEntries(int count)
{
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes += Tar::entry("entry", "");
    return bytes;
}

void addDamaged()
{
    QByteArray wrongSum = payload + Tar::end();
    wrongSum[0] = 'F';
    QTest::newRow("nothing") << QByteArray() << u"ends at byte 0"_s;
    QTest::newRow("one byte") << QByteArray("x") << u"header is cut off at byte 1"_s;
    QTest::newRow("text") << QByteArray(600, 'x') << u"no tar header at byte 0"_s;
    QTest::newRow("random") << randomBytes(4096, 1) << u"no tar header at byte 0"_s;
    QTest::newRow("random after the payload") << payload + randomBytes(4096, 2) << u"no tar header at byte 1024"_s;
    QTest::newRow("wrong checksum") << wrongSum << u"no tar header at byte 0"_s;
    QTest::newRow("cut in the header") << payload.first(300) << u"header is cut off at byte 300"_s;
    QTest::newRow("cut in the payload") << payload.first(515) << u"declares 7 bytes, but only 3 follow"_s;
    QTest::newRow("cut after the payload") << payload << u"ends at byte 1024"_s;
    QTest::newRow("cut in the end") << (payload + Tar::end()).first(1100) << u"header is cut off at byte 1100"_s;
    QTest::newRow("a text file without end") << QByteArray("hello\n").repeated(10000) << u"no tar header at byte 0"_s;
}

void addSizes()
{
    const auto sized = [](const QByteArray &size) { return Tar::header({.size = size}) + Tar::end(); };
    QTest::newRow("8 GiB") << sized("100000000000") << u"declares 8589934592 bytes, but only 1024 follow"_s;
    QTest::newRow("64 GiB") << sized("777777777777") << u"declares 68719476735 bytes"_s;
    QTest::newRow("one more than there is") << sized(Tar::octal(1025)) << u"declares 1025 bytes, but only 1024 follow"_s;
    QTest::newRow("base-256") << sized(QByteArray("\x80\0\0\0\0\0\0\0\0\0\0\x01", 12)) << u"byte 0 has an unreadable size"_s;
    QTest::newRow("base-256, negative") << sized(QByteArray(12, '\xff')) << u"byte 0 has an unreadable size"_s;
    QTest::newRow("minus") << sized("-0000000001") << u"byte 0 has an unreadable size"_s;
    QTest::newRow("decimal") << sized("00000000009") << u"byte 0 has an unreadable size"_s;
    QTest::newRow("two numbers") << sized("1 1") << u"byte 0 has an unreadable size"_s;
    QTest::newRow("8 GiB in another entry") << payload + Tar::header({.name = "x", .size = "100000000000"}) + Tar::end()
                                            << u"at byte 1024 declares 8589934592"_s;
}

void addEntries()
{
    const auto typed = [](char type) { return Tar::header({.type = type, .linkName = "/etc/passwd"}) + Tar::end(); };
    QTest::newRow("no entry") << Tar::end() << u"no entry from_server"_s;
    QTest::newRow("another name") << Tar::entry("from_client", "x") + Tar::end() << u"no entry from_server"_s;
    QTest::newRow("./from_server") << Tar::entry("./from_server", "x") + Tar::end() << u"no entry from_server"_s;
    QTest::newRow("/from_server") << Tar::entry("/from_server", "x") + Tar::end() << u"no entry from_server"_s;
    QTest::newRow("a directory before it") << Tar::header({.prefix = "etc"}) + Tar::end() << u"no entry from_server"_s;
    QTest::newRow("twice") << payload + payload + Tar::end() << u"more than one entry from_server"_s;
    QTest::newRow("hard link") << typed('1') << u"from_server is a hard link"_s;
    QTest::newRow("symbolic link") << typed('2') << u"from_server is a symbolic link"_s;
    QTest::newRow("device") << typed('3') << u"from_server is a device"_s;
    QTest::newRow("directory") << typed('5') << u"from_server is a directory"_s;
    QTest::newRow("FIFO") << typed('6') << u"from_server is a FIFO"_s;
    QTest::newRow("unknown type") << typed('Q') << u"type Q"_s;
    QTest::newRow("65 entries") << manyEntries(64) + payload + Tar::end() << u"more than 64 entries"_s;
    QTest::newRow("metadata twice") << payload + Tar::entry("filebus.json", "{}").repeated(2) + Tar::end()
                                    << u"more than one entry filebus.json"_s;
    QTest::newRow("metadata as a link") << payload + Tar::header({.name = "filebus.json", .type = '2'}) + Tar::end()
                                        << u"filebus.json is a symbolic link"_s;
    QTest::newRow("metadata alone") << Tar::entry("filebus.json", "{}") + Tar::end() << u"no entry from_server"_s;
}

void addMetadata()
{
    const QString notAnObject = u"filebus.json is not the JSON object"_s;
    const QString invalid = u"filebus.json has no valid stream, sequence and time"_s;
    QTest::newRow("metadata: empty") << withMetadata("") << notAnObject;
    QTest::newRow("metadata: not JSON") << withMetadata("<xml/>") << notAnObject;
    QTest::newRow("metadata: cut off") << withMetadata("{\"format\":1,") << notAnObject;
    QTest::newRow("metadata: array") << withMetadata("[1,2,3]") << notAnObject;
    QTest::newRow("metadata: no format") << withMetadata("{}") << notAnObject;
    QTest::newRow("metadata: format as text") << withMetadata("{\"format\":\"1\"}") << notAnObject;
    QTest::newRow("metadata: nested too deep")
        << withMetadata(QByteArray("{\"format\":").repeated(5000) + "1" + QByteArray(5000, '}')) << notAnObject;
    QTest::newRow("metadata: huge") << withMetadata(QByteArray(64 * 1024 + 1, ' ')) << u"filebus.json has 65537 bytes"_s;
    QTest::newRow("metadata: only the format") << withMetadata("{\"format\":1}") << invalid;
    QTest::newRow("sequence: negative") << numbered("-1") << invalid;
    QTest::newRow("sequence: 0") << numbered("0") << invalid;
    QTest::newRow("sequence: 2 to the 63rd") << numbered("9223372036854775808") << invalid;
    QTest::newRow("sequence: 1e300") << numbered("1e300") << invalid;
    QTest::newRow("sequence: a fraction") << numbered("1.5") << invalid;
    QTest::newRow("sequence: text") << numbered("\"7\"") << invalid;
    QTest::newRow("sequence: object") << numbered("{}") << invalid;
    QTest::newRow("stream: null") << withMetadata(metadata("null", "1", "1")) << invalid;
    QTest::newRow("stream: null UUID") << withMetadata(metadata(R"("00000000-0000-0000-0000-000000000000")", "1", "1"))
                                       << invalid;
    QTest::newRow("stream: a number") << withMetadata(metadata("1", "1", "1")) << invalid;
    QTest::newRow("stream: no UUID") << withMetadata(metadata(R"("main")", "1", "1")) << invalid;
    QTest::newRow("time: negative") << withMetadata(metadata('"' + stream + '"', "1", "-1")) << invalid;
}

void checkRefusal()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, reason);
    const Result<Chunk> chunk = ChunkFormat::decode(bytes);
    QVERIFY(!chunk);
    QCOMPARE(chunk.failure().error, Error::CorruptChunk);
    QVERIFY2(chunk.failure().text.contains(reason), qPrintable(chunk.failure().text));
}

// Address space in use, in bytes, from proc_pid_statm(5).
rlim_t addressSpace()
{
    const QByteArray pages = Files::read("/proc/self/statm").split(' ').first();
    return pages.toULongLong() * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

void TestHostileChunks::isRefusedByName_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    addDamaged();
    addSizes();
    addEntries();
    addMetadata();
}

void TestHostileChunks::isRefusedByName()
{
    checkRefusal();
}

void TestHostileChunks::isRefusedWithoutMemoryToSpare()
{
    if (sanitized)
        QSKIP("a sanitizer needs terabytes of address space, so it cannot be limited");
    constexpr rlim_t toSpare = 64 << 20;
    rlimit before;
    QCOMPARE(::getrlimit(RLIMIT_AS, &before), 0);
    const auto restore = qScopeGuard([&before] { ::setrlimit(RLIMIT_AS, &before); });
    const rlimit tight{addressSpace() + toSpare, before.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_AS, &tight), 0);
    void *volatile tooMuch = std::malloc(2 * toSpare);
    QVERIFY(!tooMuch);
    checkRefusal();
}

// Odd but valid archives: only the payload is taken from them.
void TestHostileChunks::isTaken_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray end = Tar::end();
    QTest::newRow("alone") << payload + end;
    QTest::newRow("one block of zeros at the end") << payload + end.first(512);
    QTest::newRow("rubbish behind the end") << payload + end + randomBytes(700, 3);
    QTest::newRow("64 entries") << manyEntries(63) + payload + end;
    QTest::newRow("pax header") << Tar::entry("PaxHeaders/from_server", "20 atime=1700000000\n", 'x') + payload + end;
    QTest::newRow("pax header for all") << Tar::entry("pax_global_header", "20 comment=something\n", 'g') + payload + end;
    QTest::newRow("GNU long name of another")
        << Tar::entry("././@LongLink", QByteArray(150, 'n') + '\0', 'L') + Tar::entry(QByteArray(100, 'n'), "x") + payload + end;
    QTest::newRow("the type of before POSIX") << Tar::entry("from_server", "payload", '\0') + end;
    QTest::newRow("./from_server beside it") << Tar::entry("./from_server", "x") + payload + end;
    QTest::newRow("metadata before it") << Tar::entry("filebus.json", "{\"format\":2}") + payload + end;
}

void TestHostileChunks::isTaken()
{
    QFETCH(const QByteArray, bytes);
    const Result<Chunk> chunk = ChunkFormat::decode(bytes);
    QVERIFY2(chunk, qPrintable(chunk ? QString() : chunk.failure().text));
    QCOMPARE(chunk->payload(), "payload");
    QVERIFY(!chunk->isNumbered());
}

void TestHostileChunks::everyTruncationIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<qsizetype>("firstWhole"); // length with the first block of zeros that ends the archive
    const Chunk chunk = numberedChunk(QUuid::createUuid(), 1, QByteArray(700, 'p'));
    const QByteArray ours = ChunkFormat::encode(chunk);
    QTest::newRow("ours") << ours << ours.size() - Tar::blockSize;
    const QByteArray original = Files::read(TEST_DATA "/fixtures/big.004.bus");
    QTest::newRow("the original's") << original << qsizetype(512 + 4096 + 512);
}

void TestHostileChunks::everyTruncationIsRefused()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const qsizetype, firstWhole);
    const Result<Chunk> whole = ChunkFormat::decode(bytes);
    QVERIFY(whole);
    for (qsizetype size = 0; size < bytes.size(); ++size) {
        const Result<Chunk> chunk = ChunkFormat::decode(bytes.first(size));
        QVERIFY2(bool(chunk) == (size >= firstWhole), qPrintable(QString::number(size)));
        QVERIFY(!chunk || *chunk == *whole);
    }
}

void TestHostileChunks::anyFlippedByteOfAHeaderIsRefused()
{
    const QByteArray good = payload + Tar::end();
    for (qsizetype i = 0; i < Tar::blockSize; ++i) {
        const bool inChecksum = i >= 148 && i < 156; // its digits may also be written with spaces
        QByteArray bytes = good;
        bytes[i] = static_cast<char>(bytes[i] ^ 0x01);
        QVERIFY2(inChecksum || !ChunkFormat::decode(bytes), qPrintable(QString::number(i)));
    }
}

void TestHostileChunks::randomChangesNeverBringMoreThanWasThere()
{
    const QByteArray good = ChunkFormat::encode(numberedChunk(QUuid::createUuid(), 1, randomBytes(3000, 4)));
    QRandomGenerator generator(5);
    for (int round = 0; round < 20'000; ++round) {
        QByteArray bytes = good;
        for (quint32 changes = generator.bounded(1u, 8u); changes > 0; --changes)
            bytes[generator.bounded(bytes.size())] = static_cast<char>(generator.bounded(256));
        const Result<Chunk> chunk = ChunkFormat::decode(bytes);
        QVERIFY(chunk ? chunk->payload().size() == 3000 : !chunk.failure().text.isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestHostileChunks)
#include "tst_hostilechunks.moc"
