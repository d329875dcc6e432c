// SPDX-License-Identifier: Apache-2.0
#include "file/disk/ownerfile.h"

#include "base/uniquefd.h"
#include "file/disk/processidentity.h"
#include "support/chosensystem.h"
#include "support/files.h"
#include "support/ownerfiles.h"
#include "support/scratchdirectory.h"

#include <QtCore/QLockFile>
#include <QtCore/QScopeGuard>

#include <csignal>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <unistd.h>

using FileBus::Life;
using FileBus::Owner;
using FileBus::OwnerFile;
using FileBus::Result;

/// Whether the owner that a file names is alive, whoever else has the file, or its directory, open or locked.
class TestOwnerLife : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }

    void ofAPidThatWasGivenAgainIsOfADeadOwner();
    void aLockOnTheDirectoryStopsNobody();
    void aReaderDoesNotKeepADeadOwnerAlive();
    void aForkedChildDoesNotKeepADeadOwnerAlive();
    void aForkedChildOwnsNothing();
    void ofAQLockFileIsJudged();
    void isJudgedByTheOtherImplementation_data();
    void isJudgedByTheOtherImplementation();
    void anEmptyOneIsOfAnUnknownProcess();
};

// The lock is held, as by a child that was forked off.
void TestOwnerLife::ofAPidThatWasGivenAgainIsOfADeadOwner()
{
    const ScratchDirectory scratch;
    FileBus::ProcessIdentity former = FileBus::ProcessIdentity::ofThisProcess();
    for (const bool isFormer : {false, true}) {
        former.started += isFormer ? 1 : 0;
        QVERIFY(Files::write(scratch.path("former.owner"), former.toLines()));
        const FileBus::UniqueFd child(::open(scratch.path("former.owner").constData(), O_RDONLY | O_CLOEXEC));
        QCOMPARE(::flock(child.get(), LOCK_EX), 0);
        const std::optional<Owner> owner = OwnerFile::read(scratch.path(), "former");
        QVERIFY(owner);
        QCOMPARE(owner->life, isFormer ? Life::Gone : Life::Alive);
    }
}

void TestOwnerLife::aLockOnTheDirectoryStopsNobody()
{
    const ScratchDirectory scratch;
    QVERIFY(makeDead(scratch.path(), "dead"));
    for (const int operation : {LOCK_SH, LOCK_EX}) {
        const FileBus::UniqueFd reader(::open(scratch.path().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        QCOMPARE(::flock(reader.get(), operation), 0);
        QVERIFY(OwnerFile::create(scratch.path(), "me"));
        QVERIFY(!OwnerFile::read(scratch.path(), "dead")->lives());
    }
    const FileBus::UniqueFd reader(::open(scratch.path().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    QCOMPARE(::flock(reader.get(), LOCK_EX), 0);
    QVERIFY(OwnerFile::removeIfDead(scratch.path(), "dead"));
}

void TestOwnerLife::aReaderDoesNotKeepADeadOwnerAlive()
{
    const ScratchDirectory scratch;
    for (const int operation : {LOCK_SH, LOCK_EX}) {
        QVERIFY(makeDead(scratch.path(), "dead"));
        const FileBus::UniqueFd reader(::open(scratch.path("dead.owner").constData(), O_RDONLY | O_CLOEXEC));
        QCOMPARE(::flock(reader.get(), operation), 0);
        QVERIFY(OwnerFile::removeIfDead(scratch.path(), "dead"));
    }
}

void TestOwnerLife::aForkedChildDoesNotKeepADeadOwnerAlive()
{
    const ScratchDirectory scratch;
    int pipe[2];
    QCOMPARE(::pipe2(pipe, O_CLOEXEC), 0);
    QVERIFY(doInProcessThatDies([&] {
        static Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "dead");
        const pid_t child = inChild([] { return ::pause() == 0; });
        return bool(owner) && ::write(pipe[1], &child, sizeof child) == sizeof child;
    }));
    pid_t child = -1;
    QCOMPARE(::read(pipe[0], &child, sizeof child), ssize_t(sizeof child));
    const auto killed = qScopeGuard([&] { // even if the test fails
        ::kill(child, SIGKILL);
        ::close(pipe[0]);
        ::close(pipe[1]);
    });
    const std::optional<Owner> owner = OwnerFile::read(scratch.path(), "dead");
    QVERIFY(owner);
    QVERIFY(!isThereUnlocked(scratch.path("dead.owner"))); // the child has it locked
    QCOMPARE(owner->life, Life::Gone);
    QVERIFY(OwnerFile::removeIfDead(scratch.path(), "dead"));
}

void TestOwnerLife::aForkedChildOwnsNothing()
{
    const ScratchDirectory scratch;
    Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    QVERIFY(owner);
    QCOMPARE(statusOf(inChild([&] {
                 *owner = OwnerFile();
                 return true;
             })),
             0);
    QVERIFY(Files::exists(scratch.path("me.owner")));
    QCOMPARE(OwnerFile::read(scratch.path(), "me")->life, Life::Alive);
}

// As created by another implementation or an earlier version.
void TestOwnerLife::ofAQLockFileIsJudged()
{
    const ScratchDirectory scratch;
    QLockFile file(QFile::decodeName(scratch.path("me.owner")));
    QVERIFY(file.tryLock(0));
    const std::optional<Owner> owner = OwnerFile::read(scratch.path(), "me");
    QVERIFY(owner);
    QCOMPARE(owner->life, Life::Alive);
    QCOMPARE(owner->pid, qint64(::getpid()));
    QVERIFY(!OwnerFile::removeIfDead(scratch.path(), "me"));
    QVERIFY(doInProcessThatDies([&scratch] {
        static QLockFile dead(QFile::decodeName(scratch.path("dead.owner")));
        return dead.tryLock(0);
    }));
    QVERIFY(OwnerFile::removeIfDead(scratch.path(), "dead"));
}

void TestOwnerLife::isJudgedByTheOtherImplementation_data()
{
    QTest::addColumn<QByteArray>("makers");
    QTest::addColumn<QByteArray>("judges");
    QTest::newRow("made with /proc, judged without") << QByteArray("inotify") << QByteArray("qt");
    QTest::newRow("made without /proc, judged with it") << QByteArray("qt") << QByteArray("inotify");
    QTest::newRow("both without /proc") << QByteArray("qt") << QByteArray("qt");
}

// In one directory: a living owner, a dead one, and a QLockFile of a living and of a dead process.
void TestOwnerLife::isJudgedByTheOtherImplementation()
{
    QFETCH(QByteArray, makers);
    QFETCH(QByteArray, judges);
    const ScratchDirectory scratch;
    std::optional<FileBus::ChosenSystem> system;
    system.emplace(makers);
    if (!*system)
        QSKIP("this build has one implementation");
    const Result<OwnerFile> living = OwnerFile::create(scratch.path(), "living");
    QVERIFY(living);
    QCOMPARE(Files::read(scratch.path("living.owner")).count('\n'), makers == "qt" ? 5 : 6);
    QVERIFY(makeDead(scratch.path(), "dead"));
    QLockFile file(QFile::decodeName(scratch.path("locked.owner")));
    QVERIFY(file.tryLock(0));
    QVERIFY(doInProcessThatDies([&scratch] {
        static QLockFile dead(QFile::decodeName(scratch.path("unlocked.owner")));
        return dead.tryLock(0);
    }));

    system.reset();
    system.emplace(judges);
    QVERIFY(*system);
    for (const char *name : {"living", "locked"}) {
        QCOMPARE(OwnerFile::read(scratch.path(), name)->life, Life::Alive);
        QCOMPARE(OwnerFile::read(scratch.path(), name)->pid, qint64(::getpid()));
        QVERIFY(!OwnerFile::removeIfDead(scratch.path(), name));
        QVERIFY(!OwnerFile::create(scratch.path(), name));
    }
    for (const char *name : {"dead", "unlocked"}) {
        QCOMPARE(OwnerFile::read(scratch.path(), name)->life, Life::Gone);
        QVERIFY(OwnerFile::removeIfDead(scratch.path(), name));
    }
    QCOMPARE(namesIn(scratch.path()).size(), 2);
    QLockFile judge(QFile::decodeName(scratch.path("living.owner")));
    judge.setStaleLockTime(0);
    QVERIFY(!judge.tryLock(0));
    QVERIFY(!judge.removeStaleLockFile());
}

void TestOwnerLife::anEmptyOneIsOfAnUnknownProcess()
{
    const ScratchDirectory scratch;
    QVERIFY(Files::write(scratch.path("me.owner"), ""));
    const std::optional<Owner> owner = OwnerFile::read(scratch.path(), "me");
    QVERIFY(owner);
    QCOMPARE(owner->pid, 0);
    QCOMPARE(owner->shown(), QStringLiteral("an unknown process"));
    QVERIFY(!owner->lives());
    QVERIFY(OwnerFile::removeIfDead(scratch.path(), "me"));
}

QTEST_GUILESS_MAIN(TestOwnerLife)
#include "tst_ownerlife.moc"
