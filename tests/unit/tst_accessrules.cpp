// SPDX-License-Identifier: Apache-2.0
#include "file/disk/accessrules.h"

#include "base/uniquefd.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtCore/QScopeGuard>

#include <fcntl.h>

using FileBus::AccessRules;
using FileBus::UniqueFd;

Q_DECLARE_METATYPE(mode_t)

class TestAccessRules : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }

    void modesFollowTheDirectory_data();
    void modesFollowTheDirectory();
    void theGroupFollowsTheDirectory();
    void whatIsThereAlreadyIsNotChanged();
};

void TestAccessRules::modesFollowTheDirectory_data()
{
    QTest::addColumn<mode_t>("directory");
    QTest::addColumn<mode_t>("umask");
    QTest::addColumn<mode_t>("madeDirectory");
    QTest::addColumn<mode_t>("lock");
    QTest::addColumn<mode_t>("chunk");
    QTest::newRow("mine") << mode_t(0755) << mode_t(022) << mode_t(0755) << mode_t(0644) << mode_t(0644);
    QTest::newRow("mine, narrow umask") << mode_t(0755) << mode_t(077) << mode_t(0755) << mode_t(0644) << mode_t(0600);
    QTest::newRow("private") << mode_t(0700) << mode_t(022) << mode_t(0700) << mode_t(0600) << mode_t(0644);
    QTest::newRow("a group's") << mode_t(02770) << mode_t(022) << mode_t(02770) << mode_t(0660) << mode_t(0644);
    QTest::newRow("a group's, narrow umask") << mode_t(02770) << mode_t(077) << mode_t(02770) << mode_t(0660) << mode_t(0640);
    QTest::newRow("a group's, wide umask") << mode_t(02770) << mode_t(0) << mode_t(02770) << mode_t(0660) << mode_t(0644);
    QTest::newRow("everybody's") << mode_t(0777) << mode_t(077) << mode_t(0777) << mode_t(0666) << mode_t(0600);
    QTest::newRow("sticky") << mode_t(01777) << mode_t(022) << mode_t(0755) << mode_t(0644) << mode_t(0644);
    QTest::newRow("sticky, narrow umask") << mode_t(01777) << mode_t(077) << mode_t(0700) << mode_t(0600) << mode_t(0600);
    QTest::newRow("sticky, wide umask") << mode_t(01777) << mode_t(0) << mode_t(0755) << mode_t(0644) << mode_t(0644);
}

void TestAccessRules::modesFollowTheDirectory()
{
    QFETCH(const mode_t, directory);
    QFETCH(const mode_t, umask);
    const ScratchDirectory scratch;
    const QByteArray path = scratch.path("directory");
    QVERIFY(Files::makeDirectory(path, directory));
    const AccessRules rules(Files::status(path));
    {
        const auto restore = qScopeGuard([before = ::umask(umask)] { ::umask(before); });
        QVERIFY(rules.makeDirectory((path + "/made").constData()));
        const UniqueFd lock(rules.createShared((path + "/lock").constData()));
        QVERIFY(lock);
        const UniqueFd chunk(::open((path + "/chunk").constData(), O_RDWR | O_CREAT | O_CLOEXEC, AccessRules::newChunk));
        rules.shareNewChunk(chunk.get());
    }
    QTEST(Files::mode(path + "/made"), "madeDirectory");
    QTEST(Files::mode(path + "/lock"), "lock");
    QTEST(Files::mode(path + "/chunk"), "chunk");
}

void TestAccessRules::theGroupFollowsTheDirectory()
{
    constexpr gid_t group = 4711;
    const ScratchDirectory scratch;
    const QByteArray path = scratch.path("directory");
    QVERIFY(Files::makeDirectory(path));
    if (::chown(path.constData(), static_cast<uid_t>(-1), group) != 0)
        QSKIP("only root may give a directory to any group");
    const AccessRules rules(Files::status(path));
    QVERIFY(rules.makeDirectory((path + "/made").constData()));
    const UniqueFd lock(rules.createShared((path + "/lock").constData()));
    QCOMPARE(Files::status(path + "/made").st_gid, group);
    QCOMPARE(Files::status(path + "/lock").st_gid, group);
}

void TestAccessRules::whatIsThereAlreadyIsNotChanged()
{
    const ScratchDirectory scratch;
    const AccessRules rules(Files::status(scratch.path()));
    QVERIFY(Files::makeDirectory(scratch.path("made"), 0500));
    QVERIFY(rules.makeDirectory(scratch.path("made").constData()));
    QCOMPARE(Files::mode(scratch.path("made")), mode_t(0500));
    QVERIFY(Files::write(scratch.path("lock"), "kept"));
    QCOMPARE(rules.createShared(scratch.path("lock").constData()), -1);
    QCOMPARE(errno, EEXIST);
    QCOMPARE(Files::read(scratch.path("lock")), "kept");
}

QTEST_GUILESS_MAIN(TestAccessRules)
#include "tst_accessrules.moc"
