// SPDX-License-Identifier: Apache-2.0
#include "file/disk/busfile.h"
#include "file/disk/inbox.h"

#include "support/deadprocess.h"
#include "support/files.h"
#include "support/nodescriptors.h"
#include "support/scratchdirectory.h"

#include <QtTest/QTest>

#include <algorithm>
#include <fcntl.h>
#include <optional>
#include <sys/syscall.h>
#include <unistd.h>

namespace
{
int chunksToCome = 0; // each just before a directory is removed
}

extern "C" int rmdir(const char *path) noexcept
{
    if (chunksToCome > 0)
        Files::write(QByteArray(path) + '/' + QByteArray::number(--chunksToCome).rightJustified(20, '0'), "chunk");
    return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}

using namespace FileBus;

/// The inbox of one consumer as it lies on disk: its name, what is in it, where a chunk is, and how it goes.
class TestInbox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void aNameCanBeChosenOrNot_data();
    void aNameCanBeChosenOrNot();
    void anUnnamedOneCannotBeChosen();
    void onlyDirectoriesAreInboxes();
    void chunksAndEndsAreTold();
    void anEndIsAnnouncedOnce();
    void nobodyIsLeftToHearTheEnd();
    void aChunkWaitsOrIsHeld_data();
    void aChunkWaitsOrIsHeld();
    void removedItLeavesNothing();
    void aChunkThatComesMeanwhileIsRemovedAsWell();
    void aNamesakeThatIsNoDirectoryStays();
    void aForeignDirectoryInItStays();
    void whatCannotBeLookedAtMayBeThere();
    void whatCannotBeReadIsAFailure();
    void itIsOwnedByALivingProcess();
    void itsReaderIsTheOwnerInTheGroupOfTheInbox();

private:
    static QByteArray number(quint64 sequence) { return QByteArray::number(sequence).rightJustified(20, '0'); }
    bool sayEnd(const QUuid &producer) const
    {
        return bool(m_inbox->sayEnd(producer, *BusFile(m_scratch->path("bus")).accessRules()));
    }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_inboxes;
    std::unique_ptr<Inbox> m_inbox; ///< named "name"
};

void TestInbox::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_inboxes = m_scratch->path("inbox");
    m_inbox = std::make_unique<Inbox>(m_inboxes, "name");
    QVERIFY(Files::makeDirectory(m_inboxes));
    QVERIFY(Files::makeDirectory(m_inbox->path()));
}

void TestInbox::aNameCanBeChosenOrNot_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("can");
    QTest::newRow("letters") << QByteArray("log") << true;
    QTest::newRow("one byte") << QByteArray("x") << true;
    QTest::newRow("a space within") << QByteArray("my log") << true;
    QTest::newRow("no UTF-8") << QByteArray("\xff\xfe") << true;
    QTest::newRow("a dot within") << QByteArray("a.b") << true;
    QTest::newRow("'owner' alone") << QByteArray("owner") << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("hidden") << QByteArray(".log") << false;
    QTest::newRow("the directory") << QByteArray(".") << false;
    QTest::newRow("a slash") << QByteArray("a/b") << false;
    QTest::newRow("a line break") << QByteArray("a\nb") << false;
    QTest::newRow("DEL") << QByteArray("a\x7f") << false;
    QTest::newRow("an owner file") << QByteArray("log.owner") << false;
    QTest::newRow("the longest") << QByteArray(200, 'x') << true;
    QTest::newRow("too long") << QByteArray(201, 'x') << false;
}

void TestInbox::aNameCanBeChosenOrNot()
{
    QFETCH(const QByteArray, name);
    QFETCH(const bool, can);
    QCOMPARE(Inbox::problemWithName(name).isEmpty(), can);
}

void TestInbox::anUnnamedOneCannotBeChosen()
{
    const QByteArray name = Inbox::unnamed();
    QVERIFY(name != Inbox::unnamed());
    QVERIFY(!Inbox::problemWithName(name).isEmpty());
    QVERIFY(!Inbox(m_inboxes, name).isDurable());
    QVERIFY(m_inbox->isDurable());
}

void TestInbox::onlyDirectoriesAreInboxes()
{
    QVERIFY(Files::makeDirectory(m_inboxes + "/other"));
    QVERIFY(Files::write(m_inboxes + "/other.owner", "no inbox"));
    QCOMPARE(::symlink(m_inbox->path().constData(), (m_inboxes + "/link").constData()), 0);
    const Result<QList<Inbox>> found = Inbox::in(m_inboxes);
    QVERIFY(found);
    QByteArrayList names;
    for (const Inbox &inbox : *found)
        names += inbox.name();
    std::sort(names.begin(), names.end());
    QCOMPARE(names, QByteArrayList({"name", "other"}));
}

void TestInbox::chunksAndEndsAreTold()
{
    const QUuid producer = QUuid::createUuid();
    for (const quint64 sequence : {12U, 3U, 100U})
        QVERIFY(Files::write(m_inbox->spool().entryPath(sequence), "chunk"));
    for (const char *stranger : {"4", "mark", "00000000000000000005.tmp", "5b3c2f5e-8c62-4a4e-9d53-0f5a7f2f6a10.tmp"})
        QVERIFY(Files::write(m_inbox->path() + '/' + stranger, "no chunk"));
    QVERIFY(sayEnd(producer));
    const Result<Inbox::Content> content = m_inbox->content();
    QVERIFY(content);
    QCOMPARE(content->sequences, QList<quint64>({3, 12, 100}));
    QCOMPARE(content->ends, QList<QUuid>({producer}));
    m_inbox->removeEnd(producer);
    QVERIFY(m_inbox->content()->ends.isEmpty());
    QCOMPARE(m_inbox->content()->sequences.size(), 3);
}

void TestInbox::anEndIsAnnouncedOnce()
{
    const QUuid producer = QUuid::createUuid();
    QVERIFY(sayEnd(producer));
    QVERIFY(sayEnd(producer));
    QCOMPARE(m_inbox->content()->ends.size(), 1);
}

void TestInbox::nobodyIsLeftToHearTheEnd()
{
    m_inbox->remove();
    QVERIFY(sayEnd(QUuid::createUuid()));
    QVERIFY(!m_inbox->exists());
    QVERIFY(m_inbox->content());
    QVERIFY(m_inbox->content()->ends.isEmpty());
}

void TestInbox::aChunkWaitsOrIsHeld_data()
{
    QTest::addColumn<bool>("waits");
    QTest::addColumn<bool>("isHeld");
    QTest::addColumn<QByteArray>("place");
    QTest::newRow("it waits") << true << false << QByteArray("inbox/name");
    QTest::newRow("it is held") << false << true << QByteArray("inbox/name/held");
    QTest::newRow("it was put in once more") << true << true << QByteArray("inbox/name");
    QTest::newRow("it was taken") << false << false << QByteArray();
}

void TestInbox::aChunkWaitsOrIsHeld()
{
    QFETCH(const bool, waits);
    QFETCH(const bool, isHeld);
    QFETCH(const QByteArray, place);
    QVERIFY(Files::makeDirectory(m_inbox->heldPath()));
    if (waits)
        QVERIFY(Files::write(m_inbox->path() + '/' + number(7), "chunk"));
    if (isHeld)
        QVERIFY(Files::write(m_inbox->heldPath() + '/' + number(7), "chunk"));
    QCOMPARE(m_inbox->placeOf(7), place.isEmpty() ? place : m_scratch->path(place));
    QCOMPARE(m_inbox->countChunks(), int(waits) + int(isHeld));
    QCOMPARE(m_inbox->placeOf(8), QByteArray());
}

void TestInbox::removedItLeavesNothing()
{
    QVERIFY(Files::makeDirectory(m_inbox->heldPath()));
    QVERIFY(Files::write(m_inbox->heldPath() + '/' + number(1), "chunk"));
    QVERIFY(Files::write(m_inbox->path() + '/' + number(2), "chunk"));
    QVERIFY(Files::write(m_inbox->path() + "/mark", "mark"));
    QVERIFY(sayEnd(QUuid::createUuid()));
    m_inbox->remove();
    QVERIFY(!m_inbox->exists());
    QCOMPARE(Files::names(m_inboxes), QByteArrayList());
}

void TestInbox::aChunkThatComesMeanwhileIsRemovedAsWell()
{
    chunksToCome = 3;
    m_inbox->remove();
    QCOMPARE(chunksToCome, 0);
    QVERIFY(!m_inbox->exists());
}

void TestInbox::aNamesakeThatIsNoDirectoryStays()
{
    QVERIFY(Files::write(m_inboxes + "/file", "content"));
    const Inbox inbox(m_inboxes, "file");
    QVERIFY(!inbox.exists());
    inbox.remove();
    QCOMPARE(Files::read(m_inboxes + "/file"), "content");
}

void TestInbox::aForeignDirectoryInItStays()
{
    QVERIFY(Files::makeDirectory(m_inbox->path() + "/foreign"));
    QVERIFY(Files::write(m_inbox->path() + '/' + number(1), "chunk"));
    m_inbox->remove();
    QCOMPARE(Files::names(m_inbox->path()), QByteArrayList{"foreign"});
}

// Whoever uses it finds out.
void TestInbox::whatCannotBeLookedAtMayBeThere()
{
    QVERIFY(!Inbox(m_inboxes, "missing").exists());
    QVERIFY(Inbox(m_inboxes, QByteArray(300, 'x')).exists());
}

void TestInbox::whatCannotBeReadIsAFailure()
{
    const Result<AccessRules> rules = BusFile(m_scratch->path("bus")).accessRules();
    QVERIFY(rules);
    const NoDescriptors none;
    QVERIFY(!m_inbox->content());
    QVERIFY(!Inbox::in(m_inboxes));
    QVERIFY(!m_inbox->sayEnd(QUuid::createUuid(), *rules));
}

void TestInbox::itIsOwnedByALivingProcess()
{
    QVERIFY(!m_inbox->owner());
    QVERIFY(!m_inbox->isOwned());
    {
        const Result<OwnerFile> owner = OwnerFile::create(m_inboxes, "name");
        QVERIFY(owner);
        QVERIFY(m_inbox->owner()->isThisProcess);
        QVERIFY(m_inbox->isOwned());
    }
    QVERIFY(doInProcessThatDies([&] { return bool(*new Result<OwnerFile>(OwnerFile::create(m_inboxes, "name"))); }));
    QVERIFY(m_inbox->owner());
    QVERIFY(!m_inbox->isOwned());
}

void TestInbox::itsReaderIsTheOwnerInTheGroupOfTheInbox()
{
    if (::geteuid() != 0)
        QSKIP("only root can give files away");
    QCOMPARE(::chown(m_inbox->path().constData(), 4711, 4712), 0);
    QCOMPARE(m_inbox->reader()->user, uid_t(4711));
    QVERIFY(Files::write(m_inbox->path() + ".owner", ""));
    QCOMPARE(::chown((m_inbox->path() + ".owner").constData(), 4713, 4714), 0);
    QCOMPARE(m_inbox->reader()->user, uid_t(4713));
    QCOMPARE(m_inbox->reader()->group, gid_t(4712));
    m_inbox->remove();
    QVERIFY(!m_inbox->reader());
}

QTEST_GUILESS_MAIN(TestInbox)
#include "tst_inbox.moc"
