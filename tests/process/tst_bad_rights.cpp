// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;

/// The operating system refuses: no permission, a read-only file system, a full disk.
class TestBadRights : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aProducerMayNotWriteInTheDirectory();
    void aProducerMayNotEnterTheDirectory();
    void aConsumerMayNotRead_data();
    void aConsumerMayNotRead();
    void theBusBelongsToSomebodyElseInAStickyDirectory_data();
    void theBusBelongsToSomebodyElseInAStickyDirectory();
    void theLockBelongsToSomebodyElseAndIsClosed();
    void theFileSystemIsReadOnly();
    void theDiskIsFull_data();
    void theDiskIsFull();
    void theDiskFillsUpInBetween();
};

namespace
{

constexpr uid_t somebody = 65534;
constexpr uid_t somebodyElse = 65533;

// A script that starts in its own mount namespace, where it can mount anything.
QString inMountNamespace(const QString &script)
{
    const QString rights = ::geteuid() == 0 ? QString() : u"--user --map-root-user"_s;
    return u"exec unshare %1 --mount bash -ec '%2' bash \"$@\""_s.arg(rights, script);
}

} // namespace

#define NEEDS_ROOT                                                                                                               \
    if (::geteuid() != 0)                                                                                                        \
    QSKIP("only root can run filebus as another user")

void TestBadRights::aProducerMayNotWriteInTheDirectory()
{
    NEEDS_ROOT;
    BusDirectory directory;
    directory.setMode(0755);
    QVERIFY(publish(directory.bus(), "before\n"));
    QVERIFY(directory.shell(u"rm -r bus.d"_s));
    const QStringList before = directory.snapshot();
    Program producer(producerOf(directory.bus()));
    producer.setUser(somebody);
    QVERIFY(producer.begin() && producer.feed("input\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.path());
    QCOMPARE(directory.snapshot(), before);
}

void TestBadRights::aProducerMayNotEnterTheDirectory()
{
    NEEDS_ROOT;
    BusDirectory directory;
    const QStringList before = directory.snapshot();
    Program producer(producerOf(directory.bus()));
    producer.setUser(somebody);
    QVERIFY(producer.begin());
    QCOMPARE(producer.status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus());
    QCOMPARE(directory.snapshot(), before);
}

void TestBadRights::aConsumerMayNotRead_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("the bus") << u"chmod 755 .; chmod 600 bus"_s;
    QTest::newRow("the directory") << u"chmod 700 ."_s;
}

void TestBadRights::aConsumerMayNotRead()
{
    NEEDS_ROOT;
    QFETCH(QString, script);
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "secret\n"));
    QVERIFY(directory.shell(script));
    Program consumer(consumerOf(directory.bus()));
    consumer.setUser(somebody);
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), directory.bus());
    QCOMPARE(consumer.output(), QByteArray());
}

void TestBadRights::theBusBelongsToSomebodyElseInAStickyDirectory_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("with all that a producer left") << u"true"_s;
    QTest::newRow("with nothing beside it") << u"rm -r bus.d bus.lock"_s;
}

void TestBadRights::theBusBelongsToSomebodyElseInAStickyDirectory()
{
    NEEDS_ROOT;
    QFETCH(QString, script);
    BusDirectory directory;
    directory.setMode(01777);
    Program owner(producerOf(directory.bus()));
    owner.setUser(somebody);
    QVERIFY(owner.begin() && owner.feed("mine\n"));
    owner.closeWriteChannel();
    QCOMPARE(owner.status(), 0);
    QVERIFY(directory.shell(script));
    const QStringList before = directory.snapshot();

    Program other(producerOf(directory.bus()));
    other.setUser(somebodyElse);
    QVERIFY(other.begin() && other.feed("not mine\n"));
    other.closeWriteChannel();
    QCOMPARE(other.status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(other.errors(), u"%1 belongs to the user with ID %2"_s.arg(directory.bus(), QString::number(somebody)));
    QCOMPARE(directory.snapshot(), before);
}

void TestBadRights::theLockBelongsToSomebodyElseAndIsClosed()
{
    NEEDS_ROOT;
    BusDirectory directory;
    directory.setMode(0777);
    QVERIFY(directory.shell(u"touch bus.lock; chmod 600 bus.lock"_s));
    Program producer(producerOf(directory.bus()));
    producer.setUser(somebody);
    QVERIFY(producer.begin() && producer.feed("input\n"));
    QCOMPARE(producer.status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus() + u".lock"_s);
    QVERIFY(!QFile::exists(directory.bus()));
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

void TestBadRights::theFileSystemIsReadOnly()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "before\n"));
    const QStringList before = directory.snapshot();
    Program producer(producerOf(directory.bus()));
    producer.setShell(inMountNamespace(
        u"mount --bind \"%1\" \"%1\"; mount -o remount,bind,ro \"%1\" || exit 99; exec \"$@\""_s.arg(directory.path())));
    QVERIFY(producer.begin() && producer.feed("input\n"));
    producer.closeWriteChannel();
    if (producer.status() == 99 || producer.errors().startsWith("unshare"))
        QSKIP("this user cannot mount anything here");
    QCOMPARE(producer.status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.path());
    QCOMPARE(directory.snapshot(), before);
}

void TestBadRights::theDiskIsFull_data()
{
    QTest::addColumn<QString>("tmpfsOptions");
    QTest::newRow("no room for a chunk") << u"size=32k"_s;
    QTest::newRow("no room for a directory") << u"nr_inodes=3"_s;
}

// The script lists what is left there, because nobody else can see that file system.
void TestBadRights::theDiskIsFull()
{
    QFETCH(QString, tmpfsOptions);
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    producer.setShell(
        inMountNamespace(u"mount -t tmpfs -o %1 none \"%2\" || exit 99; status=0; \"$@\" || status=$?; "
                         "cd \"%2\"; find . -type f ! -name bus.lock; exit $status"_s.arg(tmpfsOptions, directory.path())));
    QVERIFY(producer.begin());
    producer.write(QByteArray(65536, 'x'));
    producer.closeWriteChannel();
    if (producer.status() == 99 || producer.errors().startsWith("unshare"))
        QSKIP("this user cannot mount anything here");
    QCOMPARE(producer.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus());
    QVERIFY2(producer.errors().contains("No space left on device"), producer.errors());
    QCOMPARE(producer.output(), QByteArray());
}

// The chunk that fitted stays. The one that does not fit ends the producer and leaves nothing behind.
void TestBadRights::theDiskFillsUpInBetween()
{
    BusDirectory directory;
    Program producer(producerOf(directory.bus(), {u"--block-size"_s, u"1000000"_s}));
    producer.setShell(inMountNamespace(
        u"mount -t tmpfs -o size=512k none \"%1\" || exit 99; status=0; "
        "(echo kept; until test -e \"%1/bus\"; do sleep 0.01; done; head -c 1000000 /dev/zero) "
        "| \"$@\" || status=$?; cd \"%1\"; "
        "tar xOf bus from_server | head -c 5; ls bus.d/staging bus.d/producers; exit $status"_s.arg(directory.path())));
    QVERIFY(producer.begin());
    if (producer.status() == 99 || producer.errors().startsWith("unshare"))
        QSKIP("this user cannot mount anything here");
    QCOMPARE(producer.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus());
    QVERIFY2(producer.output().endsWith("bus.d/producers:\n\nbus.d/staging:\n"), producer.output());
}

QTEST_GUILESS_MAIN(TestBadRights)
#include "tst_bad_rights.moc"
