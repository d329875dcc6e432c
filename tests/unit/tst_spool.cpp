// SPDX-License-Identifier: Apache-2.0
#include "file/disk/spool.h"

#include "format/chunkformat.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <memory>

using FileBus::Error;
using FileBus::Result;
using FileBus::Spool;

class TestSpool : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();
    void cleanup() { m_scratch.reset(); }

    void entriesHaveTheirNumberAsName();
    void numbersComeInOrder();
    void anEntryIsTheSameFile();
    void aTakenNumberIsLeftAsItIs();
    void foreignNamesAreIgnored();
    void aMissingDirectoryIsEmptyAndRefuses();
    void trimKeepsTheNewest();
    void trimKnowsWhatWasAdded();
    void trimBelowTheDepthKeepsAll();
    void trimWorksAfterOthersAdded();
    void trimWorksAfterOthersRemoved();
    void trimWorksAfterALargeJump();
    void trimKeepsWithinTheBytes();
    void trimSurvivesBoundsThatNothingMeets();
    void roomIsMadeByWhatHasNoOtherName();
    void roomIsNotMadeOfTheNewest();
    void clearRemovesEntriesAlone();
    void anEntryIsReadIfItIsWhatItsNameSays();

private:
    void add(Spool &spool, quint64 first, quint64 last);

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_directory;
    QByteArray m_file;
};

namespace
{

QList<quint64> range(quint64 first, quint64 last)
{
    QList<quint64> numbers;
    for (quint64 number = first; number <= last; ++number)
        numbers += number;
    return numbers;
}

} // namespace

void TestSpool::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_directory = m_scratch->path("spool");
    m_file = m_scratch->path("chunk");
    QVERIFY(Files::makeDirectory(m_directory));
    QVERIFY(Files::write(m_file, "content"));
}

void TestSpool::add(Spool &spool, quint64 first, quint64 last)
{
    for (quint64 sequence = first; sequence <= last; ++sequence) {
        QCOMPARE(spool.add(sequence, m_file).valueOr(Spool::Taken), Spool::Added);
    }
}

void TestSpool::entriesHaveTheirNumberAsName()
{
    Spool spool(m_directory);
    add(spool, 1, 1);
    add(spool, 0x7fff'ffff'ffff'ffff, 0x7fff'ffff'ffff'ffff);
    QCOMPARE(Files::names(m_directory), (QByteArrayList{"00000000000000000001", "09223372036854775807"}));
    QCOMPARE(spool.entryPath(42), m_directory + "/00000000000000000042");
}

void TestSpool::numbersComeInOrder()
{
    Spool spool(m_directory);
    QCOMPARE(*spool.sequences(), QList<quint64>());
    for (const quint64 sequence : {quint64(1000), quint64(9), quint64(0x7fff'ffff'ffff'ffff), quint64(10), quint64(1)})
        add(spool, sequence, sequence);
    QCOMPARE(*spool.sequences(), (QList<quint64>{1, 9, 10, 1000, 0x7fff'ffff'ffff'ffff}));
}

void TestSpool::anEntryIsTheSameFile()
{
    Spool spool(m_directory);
    add(spool, 1, 1);
    QCOMPARE(Files::status(spool.entryPath(1)).st_ino, Files::status(m_file).st_ino);
    QCOMPARE(Files::status(m_file).st_nlink, 2u);
}

void TestSpool::aTakenNumberIsLeftAsItIs()
{
    Spool spool(m_directory);
    QVERIFY(Files::write(spool.entryPath(5), "of somebody else"));
    QCOMPARE(spool.add(5, m_file).valueOr(Spool::Added), Spool::Taken);
    QCOMPARE(Files::read(spool.entryPath(5)), "of somebody else");
}

void TestSpool::foreignNamesAreIgnored()
{
    const QByteArrayList foreign{"0000000000000000000a", "000000000000000000001", "1", "99999999999999999999", ".hidden",
                                 "-0000000000000000001", "00000000000000000000"};
    for (const QByteArray &name : foreign)
        QVERIFY(Files::write(m_directory + '/' + name, ""));
    Spool spool(m_directory);
    add(spool, 7, 8);
    QCOMPARE(*spool.sequences(), (QList<quint64>{7, 8}));
    spool.trim(8, {.chunks = 1});
    spool.clear();
    QCOMPARE(Files::names(m_directory).size(), foreign.size());
}

void TestSpool::aMissingDirectoryIsEmptyAndRefuses()
{
    Spool spool(m_scratch->path("missing"));
    QCOMPARE(*spool.sequences(), QList<quint64>());
    spool.trim(10, {.chunks = 1});
    spool.clear();
    const Result<Spool::Addition> added = spool.add(1, m_file);
    QVERIFY(!added);
    QCOMPARE(added.failure().error, Error::DirectoryMissing);
    QVERIFY2(added.failure().text.contains(QStringLiteral("missing/00000000000000000001")), qPrintable(added.failure().text));
}

void TestSpool::trimKeepsTheNewest()
{
    Spool spool(m_directory);
    for (quint64 sequence = 1; sequence <= 20; ++sequence) {
        add(spool, sequence, sequence);
        spool.trim(sequence, {.chunks = 5});
        QCOMPARE(*spool.sequences(), range(sequence > 5 ? sequence - 4 : 1, sequence));
    }
}

// The process that adds an entry knows its file, so it need not be checked; for all others it is.
void TestSpool::trimKnowsWhatWasAdded()
{
    Spool spool(m_directory);
    struct stat known = Files::status(m_file);
    known.st_size = 1000;
    known.st_ino = 4711;
    for (quint64 sequence = 1; sequence <= 3; ++sequence) {
        QCOMPARE(spool.add(sequence, m_file, sequence == 2 ? &known : nullptr).valueOr(Spool::Taken), Spool::Added);
        spool.trim(sequence, {.chunks = 3});
    }
    QCOMPARE(spool.trim(3, {.chunks = 3, .bytes = 1000 + 2 * known.st_blksize}), QList<ino_t>());
    QCOMPARE(spool.trim(3, {.chunks = 3, .bytes = 999}), (QList<ino_t>{Files::status(m_file).st_ino, 4711}));
}

void TestSpool::trimBelowTheDepthKeepsAll()
{
    Spool spool(m_directory);
    add(spool, 1, 3);
    spool.trim(3, {.chunks = 64});
    spool.trim(3, {.chunks = 3});
    QCOMPARE(*spool.sequences(), range(1, 3));
}

void TestSpool::trimWorksAfterOthersAdded()
{
    Spool spool(m_directory);
    Spool others(m_directory);
    add(spool, 1, 5);
    spool.trim(5, {.chunks = 5});
    add(others, 6, 12);
    add(spool, 13, 13);
    spool.trim(13, {.chunks = 5});
    QCOMPARE(*spool.sequences(), range(9, 13));
}

void TestSpool::trimWorksAfterOthersRemoved()
{
    Spool spool(m_directory);
    Spool others(m_directory);
    add(spool, 1, 10);
    spool.trim(10, {.chunks = 10});
    others.trim(10, {.chunks = 2});
    QCOMPARE(*others.sequences(), range(9, 10));
    add(spool, 11, 12);
    spool.trim(12, {.chunks = 3});
    QCOMPARE(*spool.sequences(), range(10, 12));
}

void TestSpool::trimWorksAfterALargeJump()
{
    Spool spool(m_directory);
    add(spool, 1, 4);
    spool.trim(4, {.chunks = 4});
    const quint64 far = quint64(1) << 60; // trying every name in between would take for ever
    add(spool, far, far + 2);
    spool.trim(far + 2, {.chunks = 2});
    QCOMPARE(*spool.sequences(), range(far + 1, far + 2));
}

void TestSpool::trimKeepsWithinTheBytes()
{
    Spool spool(m_directory);
    const qint64 size = Files::status(m_file).st_size;
    for (quint64 sequence = 1; sequence <= 10; ++sequence) {
        add(spool, sequence, sequence);
        spool.trim(sequence, {.chunks = 64, .bytes = 3 * size + 1});
    }
    QCOMPARE(*spool.sequences(), range(8, 10));
    QCOMPARE(spool.usage().chunks, 3u);
    QCOMPARE(spool.usage().bytes, 3 * size);
}

void TestSpool::trimSurvivesBoundsThatNothingMeets()
{
    Spool spool(m_directory);
    add(spool, 1, 3);
    spool.trim(3, {.chunks = 64, .bytes = -1});
    QCOMPARE(*spool.sequences(), QList<quint64>());
    spool.trim(3, {.chunks = 0, .bytes = -1});
}

// What waits in an inbox as well takes its space on.
void TestSpool::roomIsMadeByWhatHasNoOtherName()
{
    Spool spool(m_directory);
    for (quint64 sequence = 1; sequence <= 6; ++sequence)
        QVERIFY(Files::write(spool.entryPath(sequence), QByteArray(1000, 'x')));
    for (quint64 sequence = 1; sequence <= 2; ++sequence)
        QCOMPARE(::link(spool.entryPath(sequence).constData(), m_scratch->path(QByteArray::number(sequence)).constData()), 0);
    QCOMPARE(spool.makeRoom(1001).size(), 4);
    QCOMPARE(spool.sequences().valueOr({}), range(5, 6));
}

void TestSpool::roomIsNotMadeOfTheNewest()
{
    Spool spool(m_directory);
    for (quint64 sequence = 1; sequence <= 3; ++sequence)
        QVERIFY(Files::write(spool.entryPath(sequence), QByteArray(1000, 'x')));
    QCOMPARE(spool.makeRoom(1'000'000).size(), 2);
    QCOMPARE(spool.sequences().valueOr({}), range(3, 3));
    QVERIFY(spool.makeRoom(1).isEmpty());
}

void TestSpool::clearRemovesEntriesAlone()
{
    Spool spool(m_directory);
    add(spool, 100, 105);
    spool.trim(105, {.chunks = 10});
    QVERIFY(Files::write(m_directory + "/README", ""));
    spool.clear();
    QCOMPARE(Files::names(m_directory), (QByteArrayList{"README"}));
    add(spool, 1, 4); // of a new stream
    spool.trim(4, {.chunks = 2});
    QCOMPARE(*spool.sequences(), range(3, 4));
}

void TestSpool::anEntryIsReadIfItIsWhatItsNameSays()
{
    const QUuid stream = QUuid::createUuid();
    const Spool spool(m_directory);
    QVERIFY(Files::write(spool.entryPath(2), FileBus::ChunkFormat::encode(numberedChunk(stream, 2, "two"))));
    QVERIFY(Files::write(spool.entryPath(3), FileBus::ChunkFormat::encode(numberedChunk(stream, 7))));
    QVERIFY(Files::write(spool.entryPath(4), "rubbish"));
    QVERIFY(Files::write(spool.entryPath(5), ""));
    QCOMPARE(::symlink(spool.entryPath(2).constData(), spool.entryPath(6).constData()), 0);
    const auto chunk = spool.read(stream, 2);
    QVERIFY(chunk && *chunk);
    QCOMPARE((*chunk)->payload(), "two");
    const auto isGone = [&](const QUuid &id, quint64 sequence) {
        const auto entry = spool.read(id, sequence);
        return entry && !*entry;
    };
    QVERIFY(isGone(QUuid::createUuid(), 2)); // of another stream
    for (quint64 sequence = 3; sequence <= 7; ++sequence)
        QVERIFY(isGone(stream, sequence));
}

QTEST_GUILESS_MAIN(TestSpool)
#include "tst_spool.moc"
