// SPDX-License-Identifier: Apache-2.0
#include "ownerfile.h"

#include "support/deadprocess.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <fcntl.h>

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

QTEST_GUILESS_MAIN(TestOwnerFile)
#include "tst_ownerfile.moc"
