// SPDX-License-Identifier: Apache-2.0
#include "ownerfile.h"

#include "support/deadprocess.h"
#include "support/files.h"
#include "support/obstacle.h"
#include "support/scratchdirectory.h"

#include <fcntl.h>
#include <sys/stat.h>

using FileBus::Error;
using FileBus::OwnerFile;
using FileBus::Result;

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
    void whatIsNoFileIsLeftAlone_data();
    void whatIsNoFileIsLeftAlone();
};

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

// Whoever cannot read it could not see that its owner lives.
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

void TestOwnerFile::whatIsNoFileIsLeftAlone_data()
{
    Obstacle::addKinds();
}

void TestOwnerFile::whatIsNoFileIsLeftAlone()
{
    QFETCH(QByteArray, kind);
    const ScratchDirectory scratch;
    QVERIFY(Obstacle::make(kind, scratch.path("me.owner"), scratch.path("nowhere")));
    QVERIFY(!OwnerFile::read(scratch.path(), "me"));
    QVERIFY(!OwnerFile::removeIfDead(scratch.path(), "me"));
    const Result<OwnerFile> owner = OwnerFile::create(scratch.path(), "me");
    QVERIFY(!owner);
    QCOMPARE(owner.failure().error, Error::NotARegularFile);
    QVERIFY2(owner.failure().text.contains(u"me.owner"), qPrintable(owner.failure().text));
    QCOMPARE(Files::names(scratch.path()), (QByteArrayList{"me.owner"}));
}

QTEST_GUILESS_MAIN(TestOwnerFile)
#include "tst_ownerfile.moc"
