// SPDX-License-Identifier: Apache-2.0
#include "file/disk/chunkfile.h"
#include "file/publish/stagedchunk.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <fcntl.h>
#include <memory>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

using namespace FileBus;

static bool isCutShort = false; // the next call is, as by a signal

// Stands before that of the C library.
extern "C" ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    return ::syscall(SYS_pwritev, fd, parts, std::exchange(isCutShort, false) ? 1 : count, offset, 0);
}

/// The file of a chunk in staging, before any other process knows it.
class TestStagedChunk : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void theFileHoldsTheChunk();
    void aChunkIsRenumberedInPlace();
    void theNextChunkHasNothingOfTheOneBefore();
    void aDiscardedChunkIsGone();
    void aReleasedChunkStays();
    void aWriteThatIsCutShortIsCompleted();
    void aFileThatCannotBeWrittenIsRemoved();
    void aReplacedFileIsNotInPlace();
    void itAdoptsTheRightsOfTheBus();

private:
    StagedFile makeFile(int flags = O_RDWR) const;
    std::optional<Chunk> chunkInFile() const;

    const QUuid m_stream = QUuid::createUuid();
    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
};

void TestStagedChunk::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("ID.1");
}

StagedFile TestStagedChunk::makeFile(int flags) const
{
    StagedFile file;
    file.path = m_path;
    file.fd = UniqueFd(::open(m_path.constData(), flags | O_CREAT | O_CLOEXEC, 0644));
    file.status = Files::status(m_path);
    return file;
}

std::optional<Chunk> TestStagedChunk::chunkInFile() const
{
    return readChunkFile(m_path, Freshness::AsKnown).valueOr({});
}

void TestStagedChunk::theFileHoldsTheChunk()
{
    StagedChunk staged;
    QVERIFY(!staged.exists());
    QVERIFY(staged.write(makeFile(), numberedChunk(m_stream, 7, "payload")));
    QVERIFY(staged.exists());
    QCOMPARE(staged.sequence(), 7u);
    QCOMPARE(staged.file().status.st_size, Files::status(m_path).st_size);
    const std::optional<Chunk> found = chunkInFile();
    QVERIFY(found);
    QCOMPARE(found->payload(), "payload");
    QCOMPARE(found->sequence(), 7u);
    QCOMPARE(found->streamId(), m_stream);
}

void TestStagedChunk::aChunkIsRenumberedInPlace()
{
    StagedChunk staged;
    QVERIFY(staged.write(makeFile(), numberedChunk(m_stream, 7, "payload")));
    const struct stat before = Files::status(m_path);
    const QUuid other = QUuid::createUuid();
    for (const auto &[stream, sequence] : {std::pair(m_stream, quint64(1'000'000)), std::pair(other, quint64(1))}) {
        QVERIFY(staged.renumber(stream, sequence));
        QCOMPARE(staged.sequence(), sequence);
        const std::optional<Chunk> found = chunkInFile();
        QVERIFY(found);
        QCOMPARE(found->streamId(), stream);
        QCOMPARE(found->sequence(), sequence);
        QCOMPARE(found->payload(), "payload");
    }
    QCOMPARE(Files::status(m_path).st_ino, before.st_ino);
    QCOMPARE(Files::status(m_path).st_size, before.st_size);
}

void TestStagedChunk::theNextChunkHasNothingOfTheOneBefore()
{
    StagedChunk staged;
    QVERIFY(staged.write(makeFile(), numberedChunk(m_stream, 1, QByteArray(5000, 'x'))));
    staged.setLeftOut({"inbox"});
    staged.setPartlyDelivered(true);
    staged.discard();
    QVERIFY(staged.write(makeFile(), numberedChunk(m_stream, 2, "short")));
    QVERIFY(staged.leftOut().isEmpty());
    QVERIFY(!staged.isPartlyDelivered());
    QCOMPARE(chunkInFile().value_or(Chunk()).payload(), "short");
}

void TestStagedChunk::aDiscardedChunkIsGone()
{
    StagedChunk staged;
    QVERIFY(staged.write(makeFile(), numberedChunk(m_stream, 1)));
    staged.discard();
    QVERIFY(!staged.exists());
    QVERIFY(!Files::exists(m_path));
}

void TestStagedChunk::aReleasedChunkStays()
{
    StagedChunk staged;
    QVERIFY(staged.write(makeFile(), numberedChunk(m_stream, 1)));
    const StagedFile file = staged.release();
    QVERIFY(!staged.exists());
    QCOMPARE(file.path, m_path);
    QVERIFY(file.fd);
    staged.discard();
    QVERIFY(Files::exists(m_path));
}

void TestStagedChunk::aWriteThatIsCutShortIsCompleted()
{
    const Chunk chunk = numberedChunk(m_stream, 7, QByteArray(5000, 'x'));
    StagedChunk staged;
    isCutShort = true;
    QVERIFY(staged.write(makeFile(), chunk));
    QVERIFY(!isCutShort);
    QCOMPARE(chunkInFile().value_or(Chunk()), chunk);
}

void TestStagedChunk::aFileThatCannotBeWrittenIsRemoved()
{
    StagedChunk staged;
    const Outcome written = staged.write(makeFile(O_RDONLY), numberedChunk(m_stream, 1));
    QVERIFY(!written);
    QVERIFY2(written.failure().text.contains(QFile::decodeName(m_path)), qPrintable(written.failure().text));
    QVERIFY(!staged.exists());
    QVERIFY(!Files::exists(m_path));
}

void TestStagedChunk::aReplacedFileIsNotInPlace()
{
    StagedChunk staged;
    QVERIFY(staged.write(makeFile(), numberedChunk(m_stream, 1)));
    QVERIFY(staged.isInPlace(Freshness::AsKnown));
    QVERIFY(Files::replace(m_path, "from a backup"));
    QVERIFY(!staged.isInPlace(Freshness::AsKnown));
}

void TestStagedChunk::itAdoptsTheRightsOfTheBus()
{
    const QByteArray bus = m_scratch->path("bus");
    QVERIFY(Files::write(bus, ""));
    QCOMPARE(::chmod(bus.constData(), 0600), 0);
    BusRights rights(bus);
    StagedChunk staged;
    QVERIFY(staged.write(makeFile(), numberedChunk(m_stream, 1)));
    QVERIFY(staged.adopt(rights)); // nothing is known yet
    QVERIFY(staged.isOpenToOthers());
    QVERIFY(rights.look(Files::status(bus)));
    QVERIFY(staged.adopt(rights));
    QVERIFY(!staged.isOpenToOthers());
    QCOMPARE(Files::mode(m_path), 0600u);
}

QTEST_GUILESS_MAIN(TestStagedChunk)
#include "tst_stagedchunk.moc"
