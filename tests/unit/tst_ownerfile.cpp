// SPDX-License-Identifier: Apache-2.0
#include "file/disk/ownerfile.h"

#include "base/uniquefd.h"
#include "file/disk/processidentity.h"
#include "support/chosensystem.h"
#include "support/deadprocess.h"
#include "support/files.h"
#include "support/nobus.h"
#include "support/scratchdirectory.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QLockFile>
#include <QtCore/QScopeGuard>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace
{
int lockedByOthers = 0; // for so many calls, another process has the lock
}

extern "C" int flock(int fd, int operation) noexcept
{
    if (operation != (LOCK_EX | LOCK_NB) || lockedByOthers == 0)
        return static_cast<int>(::syscall(SYS_flock, fd, operation));
    --lockedByOthers;
    errno = EWOULDBLOCK;
    return -1;
}

using FileBus::Error;
using FileBus::Life;
using FileBus::Owner;
using FileBus::OwnerFile;
using FileBus::Result;
using namespace Qt::StringLiterals;

class TestOwnerFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }

    void namesItsOwnerWhileItIsHeld();
    void ofALivingOwnerStays();
    void ofAnOldLivingOwnerStays();
    void ofADeadOwnerGoes();
    void canBeMadeInADirectoryThatIsNotUtf8();
    void aMissingDirectoryIsRefused();
    void isAsOpenAsItsDirectory();
    void hasTheGroupOfItsDirectory();
    void ofAPidThatWasGivenAgainIsOfADeadOwner();
    void whatIsNoFileIsLeftAlone_data();
    void whatIsNoFileIsLeftAlone();
    void appearsLocked();
    void aLockOnTheDirectoryStopsNobody();
    void aReaderDoesNotKeepADeadOwnerAlive();
    void aForkedChildDoesNotKeepADeadOwnerAlive();
    void aForkedChildOwnsNothing();
    void isReadByQLockFile();
    void ofAQLockFileIsJudged();
    void isJudgedByTheOtherImplementation_data();
    void isJudgedByTheOtherImplementation();
    void anEmptyOneIsOfAnUnknownProcess();
    void whatWasNotFinishedGoes();
    void aLookAtAnUnfinishedOneStopsNobody();
};

namespace
{

// Creates files with the names PREFIX0, PREFIX1, … and removes them again, until there is a file DIRECTORY/stop.
bool makeMany(const QByteArray &directory, const QByteArray &prefix)
{
    for (int i = 0; !Files::exists(directory + "/stop"); ++i) {
        if (!OwnerFile::create(directory, prefix + QByteArray::number(i)))
            return false;
    }
    return true;
}

// Whether a file has a name and is not locked. The name disappears before the lock does.
bool isThereUnlocked(const QByteArray &path)
{
    const FileBus::UniqueFd fd(::open(path.constData(), O_RDONLY | O_CLOEXEC));
    struct stat opened = {};
    struct stat there = {};
    return fd && ::flock(fd.get(), LOCK_SH | LOCK_NB) == 0 && ::fstat(fd.get(), &opened) == 0
        && ::lstat(path.constData(), &there) == 0 && opened.st_ino == there.st_ino;
}

QByteArrayList namesIn(const QByteArray &directory)
{
    const Result<QByteArrayList> names = OwnerFile::namesIn(directory);
    return names ? *names : QByteArrayList();
}

template<typename Work>
pid_t inChild(Work work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work() ? 0 : 1);
    return child;
}

int statusOf(pid_t child)
{
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

bool makeDead(const QByteArray &directory, const QByteArray &name)
{
    return doInProcessThatDies([&] {
        static Result<OwnerFile> owner = OwnerFile::create(directory, name);
        return bool(owner);
    });
}

} // namespace

void TestOwnerFile::namesItsOwnerWhileItIsHeld()
{
    const ScratchDirectory scratch;
    {
        const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
        QVERIFY(owner);
        QCOMPARE(Files::names(scratch.path()), (QByteArrayList{"me.owner"}));
        QCOMPARE(Files::read(scratch.path("me.owner")).split('\n').first(), QByteArray::number(::getpid()));
    }
    QCOMPARE(Files::names(scratch.path()), QByteArrayList());
}

void TestOwnerFile::ofALivingOwnerStays()
{
    const ScratchDirectory scratch;
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    QVERIFY(owner);
    QVERIFY(!OwnerFile::removeIfDead(scratch.path(), "me"));
    QVERIFY(!OwnerFile::create(scratch.path(), "me"));
    QVERIFY(Files::exists(scratch.path("me.owner")));
}

void TestOwnerFile::ofAnOldLivingOwnerStays()
{
    const ScratchDirectory scratch;
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    QVERIFY(owner);
    const timespec longAgo[2] = {{1, 0}, {1, 0}};
    QCOMPARE(::utimensat(AT_FDCWD, scratch.path("me.owner").constData(), longAgo, 0), 0);
    QVERIFY(!OwnerFile::removeIfDead(scratch.path(), "me"));
    QVERIFY(Files::exists(scratch.path("me.owner")));
}

void TestOwnerFile::ofADeadOwnerGoes()
{
    const ScratchDirectory scratch;
    QVERIFY(doInProcessThatDies([&scratch] {
        static Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "dead");
        return bool(owner);
    }));
    QVERIFY(Files::exists(scratch.path("dead.owner")));
    QVERIFY(OwnerFile::removeIfDead(scratch.path(), "dead"));
    QCOMPARE(Files::names(scratch.path()), QByteArrayList());
}

void TestOwnerFile::canBeMadeInADirectoryThatIsNotUtf8()
{
    const ScratchDirectory scratch;
    const QByteArray directory = scratch.path("caf\xe9");
    QVERIFY(Files::makeDirectory(directory));
    {
        const Result<OwnerFile> owner = OwnerFile::create(directory, "me");
        QVERIFY(owner);
        QCOMPARE(Files::names(directory), (QByteArrayList{"me.owner"}));
        QVERIFY(!OwnerFile::removeIfDead(directory, "me"));
    }
    QCOMPARE(Files::names(directory), QByteArrayList());
    QCOMPARE(::rmdir(directory.constData()), 0);
}

void TestOwnerFile::aMissingDirectoryIsRefused()
{
    const ScratchDirectory scratch;
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path("missing"), "me");
    QVERIFY(!owner);
    QCOMPARE(owner.failure().error, Error::DirectoryMissing);
    QVERIFY2(owner.failure().text.contains(QFile::decodeName(scratch.path("missing"))), qPrintable(owner.failure().text));
}

// A process that cannot read the file could not see that its owner is alive.
void TestOwnerFile::isAsOpenAsItsDirectory()
{
    const ScratchDirectory scratch;
    QCOMPARE(::chmod(scratch.path().constData(), 0770), 0);
    const mode_t before = ::umask(077);
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    ::umask(before);
    QVERIFY(owner);
    struct stat status = {};
    QCOMPARE(::lstat(scratch.path("me.owner").constData(), &status), 0);
    QCOMPARE(status.st_mode & 0777, mode_t(0660));
}

void TestOwnerFile::hasTheGroupOfItsDirectory()
{
    constexpr gid_t group = 4711;
    const ScratchDirectory scratch;
    if (::chown(scratch.path().constData(), static_cast<uid_t>(-1), group) != 0)
        QSKIP("only root may give a directory to any group");
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    QVERIFY(owner);
    QCOMPARE(Files::status(scratch.path("me.owner")).st_gid, group);
}

// The lock is held, as by a child that was forked off.
void TestOwnerFile::ofAPidThatWasGivenAgainIsOfADeadOwner()
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

void TestOwnerFile::whatIsNoFileIsLeftAlone_data()
{
    NoBus::addKinds();
}

void TestOwnerFile::whatIsNoFileIsLeftAlone()
{
    QFETCH(QByteArray, kind);
    const ScratchDirectory scratch;
    QVERIFY(NoBus::make(kind, scratch.path("me.owner"), scratch.path("nowhere")));
    QVERIFY(!OwnerFile::read(scratch.path(), "me"));
    QVERIFY(!OwnerFile::removeIfDead(scratch.path(), "me"));
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    QVERIFY(!owner);
    QCOMPARE(owner.failure().error, Error::NotARegularFile);
    QVERIFY2(owner.failure().text.contains(u"me.owner"), qPrintable(owner.failure().text));
    QCOMPARE(Files::names(scratch.path()), (QByteArrayList{"me.owner"}));
}

// So nobody needs to stop others from judging while a file is created.
void TestOwnerFile::appearsLocked()
{
    const ScratchDirectory scratch;
    const QByteArray directory = scratch.path();
    QList<pid_t> makers;
    for (const char *prefix : {"a", "b", "c", "d"})
        makers.append(inChild([&] { return makeMany(directory, prefix); }));
    int judged = 0;
    QByteArrayList unlocked;
    for (const QDeadlineTimer end(10000); judged < 500 && !end.hasExpired();) {
        for (const QByteArray &name : namesIn(directory)) {
            ++judged;
            const QByteArray path = directory + '/' + name + ".owner";
            if (isThereUnlocked(path) || OwnerFile::removeIfDead(directory, name))
                unlocked.append(name);
        }
    }
    QVERIFY(Files::write(directory + "/stop", ""));
    for (const pid_t maker : std::as_const(makers))
        QCOMPARE(statusOf(maker), 0);
    QVERIFY(judged > 20);
    QCOMPARE(unlocked, QByteArrayList());
    QCOMPARE(namesIn(directory), QByteArrayList());
}

void TestOwnerFile::aLockOnTheDirectoryStopsNobody()
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

void TestOwnerFile::aReaderDoesNotKeepADeadOwnerAlive()
{
    const ScratchDirectory scratch;
    for (const int operation : {LOCK_SH, LOCK_EX}) {
        QVERIFY(makeDead(scratch.path(), "dead"));
        const FileBus::UniqueFd reader(::open(scratch.path("dead.owner").constData(), O_RDONLY | O_CLOEXEC));
        QCOMPARE(::flock(reader.get(), operation), 0);
        QVERIFY(OwnerFile::removeIfDead(scratch.path(), "dead"));
    }
}

void TestOwnerFile::aForkedChildDoesNotKeepADeadOwnerAlive()
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

void TestOwnerFile::aForkedChildOwnsNothing()
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

void TestOwnerFile::isReadByQLockFile()
{
    const ScratchDirectory scratch;
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    QVERIFY(owner);
    QLockFile file(QFile::decodeName(scratch.path("me.owner")));
    file.setStaleLockTime(0);
    qint64 pid = 0;
    QString host;
    QString program;
    QVERIFY(file.getLockInfo(&pid, &host, &program));
    QCOMPARE(pid, qint64(::getpid()));
    QCOMPARE(host, QSysInfo::machineHostName());
    QCOMPARE(program, QStringLiteral("tst_ownerfile"));
    QVERIFY(!file.tryLock(0));
    QVERIFY(!file.removeStaleLockFile());
}

// As created by another implementation or an earlier version.
void TestOwnerFile::ofAQLockFileIsJudged()
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

void TestOwnerFile::isJudgedByTheOtherImplementation_data()
{
    QTest::addColumn<QByteArray>("makers");
    QTest::addColumn<QByteArray>("judges");
    QTest::newRow("made with /proc, judged without") << QByteArray("inotify") << QByteArray("qt");
    QTest::newRow("made without /proc, judged with it") << QByteArray("qt") << QByteArray("inotify");
    QTest::newRow("both without /proc") << QByteArray("qt") << QByteArray("qt");
}

// In one directory: a living owner, a dead one, and a QLockFile of a living and of a dead process.
void TestOwnerFile::isJudgedByTheOtherImplementation()
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

void TestOwnerFile::anEmptyOneIsOfAnUnknownProcess()
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

void TestOwnerFile::whatWasNotFinishedGoes()
{
    const ScratchDirectory scratch;
    for (const char *name : {".killed.owner", ".making.owner", ".other.file"})
        QVERIFY(Files::write(scratch.path(name), "1"));
    const FileBus::UniqueFd maker(::open(scratch.path(".making.owner").constData(), O_RDONLY | O_CLOEXEC));
    QCOMPARE(::flock(maker.get(), LOCK_EX | LOCK_NB), 0);
    QVERIFY(OwnerFile::create(scratch.path(), "me"));
    QVERIFY(!Files::exists(scratch.path(".killed.owner")));
    QVERIFY(Files::exists(scratch.path(".making.owner")));
    QVERIFY(Files::exists(scratch.path(".other.file")));
}

// It can come between two steps of the maker, which makes another one then.
void TestOwnerFile::aLookAtAnUnfinishedOneStopsNobody()
{
    const ScratchDirectory scratch;
    lockedByOthers = 2;
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    QVERIFY2(owner, qPrintable(owner ? QString() : owner.failure().text));
    QCOMPARE(lockedByOthers, 0);
    QCOMPARE(QDir(QFile::decodeName(scratch.path())).entryList(QDir::Files | QDir::Hidden), QStringList{u"me.owner"_s});
}

QTEST_GUILESS_MAIN(TestOwnerFile)
#include "tst_ownerfile.moc"
