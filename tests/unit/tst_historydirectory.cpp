// SPDX-License-Identifier: Apache-2.0
#include "file/publish/history.h"

#include "support/files.h"
#include "support/scratchdirectory.h"

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/syscall.h>
#include <unistd.h>

using namespace FileBus;

static bool isDiskFull = false;

// Stands before that of the C library.
extern "C" int link(const char *from, const char *to)
{
    if (!isDiskFull)
        return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
    errno = ENOSPC;
    return -1;
}

/// The history of a bus, as its producers maintain it.
class TestHistory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void anEntryIsALinkToTheChunk();
    void aNumberIsGivenOnce();
    void aHistoryOfNoChunksGetsAnEntryOnlyIfItIsNeeded();
    void whatLeavesIsNamedByItsInode();
    void withoutHardLinksTheBusGoesWithoutHistory();
    void consumersNeedHardLinks();
    void aFullDiskIsNoReasonToGoWithout();
    void aDirectoryThatWasRemovedIsNoReasonToGoWithout();

private:
    StagedFile stage(const QByteArray &name) const;
    static History::Link resultOf(const Result<History::Link> &linked);

    std::unique_ptr<ScratchDirectory> m_scratch;
    BusFile m_bus;
};

void TestHistory::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_bus = BusFile(m_scratch->path("bus"));
    QVERIFY(Files::makeDirectory(m_bus.sideDirectory()));
    QVERIFY(Files::makeDirectory(m_bus.historyDirectory()));
}

StagedFile TestHistory::stage(const QByteArray &name) const
{
    StagedFile file;
    file.path = m_scratch->path(name);
    if (!Files::write(file.path, name))
        qFatal("cannot write");
    file.status = Files::status(file.path);
    return file;
}

History::Link TestHistory::resultOf(const Result<History::Link> &linked)
{
    if (!linked)
        qFatal("%s", qPrintable(linked.failure().text));
    return *linked;
}

void TestHistory::anEntryIsALinkToTheChunk()
{
    History history(m_bus);
    const StagedFile chunk = stage("chunk");
    QCOMPARE(resultOf(history.link(1, chunk, false)), History::Linked);
    QCOMPARE(Files::status(history.entryPath(1)).st_ino, chunk.status.st_ino);
    history.unlink(1);
    QVERIFY(!Files::exists(history.entryPath(1)));
    QVERIFY(Files::exists(chunk.path));
}

void TestHistory::aNumberIsGivenOnce()
{
    History history(m_bus);
    const StagedFile chunk = stage("chunk");
    QCOMPARE(resultOf(history.link(1, chunk, false)), History::Linked);
    QCOMPARE(resultOf(history.link(1, chunk, false)), History::Linked); // the same chunk, after a failure
    QCOMPARE(resultOf(history.link(1, stage("another"), false)), History::Taken);
    QCOMPARE(Files::read(history.entryPath(1)), "chunk");
}

// A partly delivered chunk must be known from its entry until it is everywhere.
void TestHistory::aHistoryOfNoChunksGetsAnEntryOnlyIfItIsNeeded()
{
    History history(m_bus);
    history.setBounds({.chunks = 0});
    const StagedFile chunk = stage("chunk");
    QCOMPARE(resultOf(history.link(1, chunk, false)), History::Without);
    QVERIFY(!Files::exists(history.entryPath(1)));
    QCOMPARE(resultOf(history.link(1, chunk, true)), History::Linked);
    QVERIFY(Files::exists(history.entryPath(1)));
    QCOMPARE(resultOf(history.link(1, stage("another"), false)), History::Taken);
    history.trim(1);
    QVERIFY(!Files::exists(history.entryPath(1)));
}

void TestHistory::whatLeavesIsNamedByItsInode()
{
    History history(m_bus);
    history.setBounds({.chunks = 2});
    QList<ino_t> inodes, left;
    for (quint64 sequence = 1; sequence <= 4; ++sequence) {
        const StagedFile chunk = stage(QByteArray::number(sequence));
        inodes += chunk.status.st_ino;
        QCOMPARE(resultOf(history.link(sequence, chunk, false)), History::Linked);
        left += history.trim(sequence);
    }
    QCOMPARE(left, inodes.first(2));
    QCOMPARE(history.spool().sequences().valueOr({}), QList<quint64>({3, 4}));
}

// A link from another file system fails like a link on one without hard links.
void TestHistory::withoutHardLinksTheBusGoesWithoutHistory()
{
    History history(m_bus);
    StagedFile elsewhere;
    elsewhere.path = "/proc/self/comm";
    QCOMPARE(resultOf(history.link(1, elsewhere, false)), History::Without);
    QCOMPARE(resultOf(history.link(1, stage("chunk"), false)), History::Without); // does not try again
    QVERIFY(!Files::exists(history.entryPath(1)));
}

void TestHistory::consumersNeedHardLinks()
{
    History history(m_bus);
    StagedFile elsewhere;
    elsewhere.path = "/proc/self/comm";
    QVERIFY(!history.link(1, elsewhere, true));
    QCOMPARE(resultOf(history.link(1, stage("chunk"), true)), History::Linked); // tries again
}

void TestHistory::aFullDiskIsNoReasonToGoWithout()
{
    History history(m_bus);
    const StagedFile chunk = stage("chunk");
    isDiskFull = true;
    const Result<History::Link> linked = history.link(1, chunk, false);
    isDiskFull = false;
    QVERIFY(!linked);
    QCOMPARE(linked.failure().error, Error::DiskFull);
    QCOMPARE(resultOf(history.link(1, chunk, false)), History::Linked);
}

void TestHistory::aDirectoryThatWasRemovedIsNoReasonToGoWithout()
{
    History history(m_bus);
    QCOMPARE(::rmdir(m_bus.historyDirectory().constData()), 0);
    const StagedFile chunk = stage("chunk");
    const Result<History::Link> linked = history.link(1, chunk, false);
    QVERIFY(!linked);
    QCOMPARE(linked.failure().error, Error::DirectoryMissing);
    QVERIFY(Files::makeDirectory(m_bus.historyDirectory()));
    QCOMPARE(resultOf(history.link(1, chunk, false)), History::Linked);
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_historydirectory.moc"
