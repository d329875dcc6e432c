// SPDX-License-Identifier: Apache-2.0
#include "file/disk/ownerfile.h"

#include "base/uniquefd.h"
#include "support/deadprocess.h"
#include "support/files.h"
#include "support/nobus.h"
#include "support/ownerfiles.h"
#include "support/scratchdirectory.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QLockFile>

#include <cerrno>
#include <fcntl.h>
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
using FileBus::OwnerFile;
using FileBus::Result;
using namespace Qt::StringLiterals;

/// How an owner file is made, and goes. Who counts as alive: tst_ownerlife.cpp.
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
    void whatIsNoFileIsLeftAlone_data();
    void whatIsNoFileIsLeftAlone();
    void appearsLocked();
    void isReadByQLockFile();
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
