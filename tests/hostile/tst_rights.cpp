// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "onbus.h"
#include "program.h"

#include <QtTest/QTest>

#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// What the owner of a bus sets with chmod(1), setfacl(1) and setfattr(1) applies to everything that is published afterwards, and
/// to what was published before.
class TestRights : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void whatWasLaidDownStays_data();
    void whatWasLaidDownStays();
    void whatIsStagedIsNeverMoreOpen_data();
    void whatIsStagedIsNeverMoreOpen();
    void aNewBusHasTheRightsOfAnyNewFile_data();
    void aNewBusHasTheRightsOfAnyNewFile();
    void theDirectoriesHaveTheListOfTheirs();
    void thePastFollows_data();
    void thePastFollows();
    void thePastIsNotOpened();
    void thePastOfAnotherUserFollows();
    void aGroupThatCannotBeKeptGetsNothing();
    void tooManyAttributesAreRefused();
};

namespace
{

constexpr uid_t anna = 61'001;
constexpr uid_t bert = 61'002;
constexpr gid_t staff = 61'100;

bool publishAs(uid_t user, gid_t group, const BusDirectory &directory, const QByteArray &input, const QStringList &options = {})
{
    Program producer(producerOf(directory.bus(), options));
    producer.setUser(user, group);
    const bool fed = producer.begin() && producer.feed(input);
    producer.closeWriteChannel();
    const int status = producer.status();
    if (status != 0)
        qWarning("%s", producer.errors().constData());
    return fed && status == 0;
}

// Whether the shell command prints the same for @p is as for @p was.
bool remember(const BusDirectory &directory, const QString &file)
{
    return directory.shell(u"{ getfacl -cp bus; getfattr -d bus; stat -c %a bus; } >%1"_s.arg(file));
}

// No file beside the bus is accessible to anybody but its owner.
bool isClosed(const BusDirectory &directory)
{
    return directory.shell(u"[ -z \"$(find bus.d/history bus.d/inbox bus.d/staging -type f -size +0 ! -name '*.owner' -perm /077 "
                           "2>/dev/null)\" ]"_s);
}

// In the history.
QByteArray newestOn(const QString &bus)
{
    const QByteArrayList payloads = OnBus::payloads(bus);
    return payloads.isEmpty() ? QByteArray() : payloads.last();
}

} // namespace

void TestRights::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("only root can run filebus as other users");
}

void TestRights::whatWasLaidDownStays_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("format");
    for (const QString &format : {u"tar"_s, u"raw"_s}) {
        const auto add = [&](const char *name, const QString &script) {
            QTest::addRow("%s, %s", qPrintable(format), name) << script << format;
        };
        add("a user may read", u"setfacl -m u:61002:r,g::-,m::r bus"_s);
        add("a user may not", u"setfacl -m u:61002:-,o::r bus"_s);
        add("a group, by a narrow mask", u"setfacl -m g:61100:rw,m::r bus"_s);
        add("attributes", u"setfattr -n user.colour -v blue bus; setfattr -n user.empty bus"_s);
        add("sticky", u"chmod 1640 bus"_s);
        add("all", u"chmod 1600 bus; setfattr -n user.colour -v 0x00ff bus; setfacl -m u:61002:rw,m::rw bus"_s);
        add("nobody may write", u"setfattr -n user.colour -v blue bus; chmod 444 bus"_s);
        add("set-ID bits do not", u"chmod 640 bus"_s);
    }
}

void TestRights::whatWasLaidDownStays()
{
    QFETCH(QString, script);
    QFETCH(QString, format);
    BusDirectory directory;
    const QStringList options{u"--format"_s, format, u"--gather"_s, u"0"_s};
    QVERIFY(directory.shell(u"chgrp %1 .; chmod 2770 ."_s.arg(staff)));
    Program running(producerOf(directory.bus(), options));
    running.setUser(anna, staff);
    QVERIFY(running.begin() && running.feed("one\n"));
    EVENTUALLY(contentOf(directory.bus()).contains("one\n"));
    QVERIFY(directory.shell(script));
    QVERIFY(remember(directory, u"before"_s));
    if (QByteArray(QTest::currentDataTag()).endsWith("set-ID bits do not"))
        QVERIFY(directory.shell(u"chmod 6640 bus"_s));
    for (const QByteArray line : {"two\n", "three\n"}) {
        QVERIFY(running.feed(line));
        EVENTUALLY(contentOf(directory.bus()).contains(line));
        QVERIFY(remember(directory, u"after"_s) && directory.shell(u"diff before after"_s));
    }
    running.closeWriteChannel();
    QCOMPARE(running.status(), ExitStatus::success);
    QVERIFY(publishAs(anna, staff, directory, "four\n", options)); // a new producer, who did not see it before
    QVERIFY(directory.shell(u"grep -qa four bus"_s));
    QVERIFY(remember(directory, u"after"_s) && directory.shell(u"diff before after"_s));
    QVERIFY(directory.shell(u"chown 0 bus"_s));
    QVERIFY(publish(directory.bus(), "five\n", options)); // and another user
    QVERIFY(remember(directory, u"after"_s) && directory.shell(u"diff before after"_s));
}

void TestRights::whatIsStagedIsNeverMoreOpen_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("mode") << u"chmod 600 bus"_s;
    QTest::newRow("list") << u"setfacl -m u:61002:r,g::-,o::-,m::r bus"_s;
}

// A producer has already created its next file when the bus is restricted; then its chunk waits for the lock.
void TestRights::whatIsStagedIsNeverMoreOpen()
{
    QFETCH(QString, script);
    BusDirectory directory;
    Program producer(producerOf(directory.bus(), {u"--gather"_s, u"0"_s}));
    producer.setChildProcessModifier([] { ::umask(0); });
    QVERIFY(producer.begin());
    for (const QByteArray line : {"one\n", "two\n"}) {
        QVERIFY(producer.feed(line));
        EVENTUALLY_EQUAL(newestOn(directory.bus()), line);
        QVERIFY(directory.shell(u"[ -z \"$(find bus bus.d/history bus.d/staging -type f -perm /022)\" ]"_s));
    }
    QVERIFY(directory.shell(script));
    {
        const HeldLock lock(directory.bus());
        QVERIFY(producer.feed("three\n"));
        EVENTUALLY(directory.shell(u"grep -rqa three bus.d/staging"_s));
        QVERIFY(directory.shell(u"[ -z \"$(find $(grep -rla three bus.d/staging) -perm /077)\" ]"_s));
    }
    EVENTUALLY_EQUAL(newestOn(directory.bus()), "three\n");
}

void TestRights::aNewBusHasTheRightsOfAnyNewFile_data()
{
    QTest::addColumn<QString>("before"); // set up the first producer
    QTest::addColumn<QString>("after");  // and again, after the bus and its history have been removed
    const QString give = u"setfacl -d -m u:61002:r,g::-,m::r ."_s;
    QTest::newRow("plain") << u"true"_s << u"true"_s;
    QTest::newRow("default list") << give << u"true"_s;
    QTest::newRow("default list, set-group-ID") << u"chmod 2770 .; "_s + give << u"true"_s;
    QTest::newRow("default list comes later") << u"true"_s << give;
    QTest::newRow("default list changes") << give << u"setfacl -d -m u:61001:rw,m::rw ."_s;
    QTest::newRow("default list goes") << give << u"setfacl -k ."_s;
}

void TestRights::aNewBusHasTheRightsOfAnyNewFile()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    const QString same = u"touch other; chmod go-w other; getfacl -cp other >expected; getfacl -cp bus | diff expected -"_s;
    for (const QString &format : {u"tar"_s, u"raw"_s}) {
        BusDirectory directory;
        QVERIFY(directory.shell(before));
        QVERIFY(publish(directory.bus(), "one\n", {u"--format"_s, format}));
        QVERIFY(directory.shell(same));
        QVERIFY(directory.shell(u"rm -f bus bus.d/history/* other; "_s
                                + after)); // otherwise it is restored with its former permissions
        QVERIFY(publish(directory.bus(), "two\n", {u"--format"_s, format}));
        QVERIFY(directory.shell(same));
        QVERIFY(publish(directory.bus(), "three\n", {u"--format"_s, format}));
        QVERIFY(directory.shell(same));
    }
}

// Anyone who can replace the bus can publish: here bert, and not the group.
void TestRights::theDirectoriesHaveTheListOfTheirs()
{
    BusDirectory directory;
    QVERIFY(directory.shell(u"chown %1:%2 .; chmod 700 .; setfacl -m u:%3:rwx,g::- ."_s.arg(
        QString::number(anna), QString::number(staff), QString::number(bert))));
    QVERIFY(publishAs(anna, anna, directory, "one\n"));
    QVERIFY(directory.shell(u"chmod 666 bus"_s));
    QVERIFY(publishAs(bert, bert, directory, "two\n"));
    for (const QString &path : {u"bus.d"_s, u"bus.d/staging"_s, u"bus.d/history"_s, u"bus.lock"_s}) {
        QVERIFY2(directory.shell(u"getfacl -cpn %1 | grep -q '^user:%2:rw'"_s.arg(path, QString::number(bert))),
                 qPrintable(path));
        QVERIFY2(directory.shell(u"getfacl -cpn %1 | grep -q '^group::---'"_s.arg(path)), qPrintable(path));
    }
}

void TestRights::thePastFollows_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<bool>("byANewProducer");
    for (const bool isNew : {false, true}) {
        const char *who = isNew ? "a new producer" : "a running one";
        QTest::addRow("mode, %s", who) << u"chmod 644 bus"_s << u"chmod 600 bus"_s << isNew;
        QTest::addRow("a list goes, %s", who) << u"setfacl -m u:61002:r bus"_s << u"setfacl -b bus; chmod 600 bus"_s << isNew;
        QTest::addRow("a mask, %s", who) << u"setfacl -m u:61002:r,g::r bus"_s << u"setfacl -m m::-,o::- bus"_s << isNew;
    }
}

void TestRights::thePastFollows()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(bool, byANewProducer);
    BusDirectory directory;
    {
        Program subscriber(losslessConsumerOf(directory.bus(), {u"--name"_s, u"late"_s}));
        QVERIFY(subscriber.begin());
        EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1);
        subscriber.send(SIGTERM);
        QVERIFY(subscriber.status() >= 0);
    }
    Program producer(producerOf(directory.bus(), {u"--gather"_s, u"0"_s}));
    producer.setChildProcessModifier([] { ::umask(0); });
    QVERIFY(producer.begin());
    for (int number = 1; number <= 12; ++number) {
        const QByteArray line = QByteArray::number(number) + ".\n";
        QVERIFY(producer.feed(line));
        EVENTUALLY_EQUAL(newestOn(directory.bus()), line);
        QVERIFY(number != 2 || directory.shell(before));
    }
    QVERIFY(!isClosed(directory));
    QVERIFY(directory.shell(after));
    if (byANewProducer)
        QVERIFY(publish(directory.bus(), "last\n"));
    else
        QVERIFY(producer.feed("last\n"));
    EVENTUALLY_EQUAL(newestOn(directory.bus()), "last\n");
    QVERIFY(isClosed(directory));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    Program consumer(losslessConsumerOf(directory.bus(), {u"--name"_s, u"late"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output().count('\n'), 13);
}

void TestRights::thePastIsNotOpened()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "secret\n"));
    QVERIFY(directory.shell(u"chmod 600 bus"_s));
    QVERIFY(publish(directory.bus(), "secret, too\n"));
    QVERIFY(directory.shell(u"chmod 644 bus; setfacl -m u:61002:r bus; chmod 600 bus.d/history/*1"_s));
    QVERIFY(publish(directory.bus(), "open\n"));
    QVERIFY(directory.shell(u"[ $(stat -c %a bus.d/history/*1) = 600 ]"_s));
    QVERIFY(directory.shell(u"getfacl -cpn bus | grep -q user:61002:r"_s));
}

// A user who is not allowed to chmod(2) the files replaces them with copies.
void TestRights::thePastOfAnotherUserFollows()
{
    BusDirectory directory;
    QVERIFY(directory.shell(u"chgrp %1 .; chmod 2775 ."_s.arg(staff)));
    QVERIFY(publishAs(anna, staff, directory, "one\n"));
    QVERIFY(publishAs(anna, staff, directory, "two\n"));
    QVERIFY(publishAs(bert, staff, directory, "three\n"));
    QVERIFY(directory.shell(u"chmod 660 bus"_s));
    QVERIFY(publishAs(bert, staff, directory, "four\n"));
    QVERIFY(directory.shell(u"[ -z \"$(find bus.d/history -type f -perm /07)\" ]"_s));
    QCOMPARE(OnBus::payloads(directory.bus()), (QByteArrayList{"one\n", "two\n", "three\n", "four\n"}));
    QVERIFY(directory.shell(u"[ $(stat -c %g bus.d/history/*1) = %1 ]"_s.arg(staff)));
}

// Bert, who is not in the group of the bus, has a group of his own.
void TestRights::aGroupThatCannotBeKeptGetsNothing()
{
    BusDirectory directory;
    directory.setMode(0777);
    QVERIFY(publishAs(anna, staff, directory, "one\n"));
    QVERIFY(directory.shell(u"chgrp %1 bus; chmod 664 bus"_s.arg(staff)));
    QVERIFY(publishAs(bert, bert, directory, "two\n"));
    QVERIFY(directory.shell(u"[ $(stat -c %a bus) = 644 ]"_s));
    QVERIFY(directory.shell(u"setfacl -m u:%1:rw,g::rw,o::- bus"_s.arg(bert)));
    QVERIFY(directory.shell(u"chgrp %1 bus"_s.arg(staff)));
    QVERIFY(publishAs(bert, bert, directory, "three\n"));
    QVERIFY(directory.shell(u"getfacl -cpn bus | grep -qx group::---"_s));
}

void TestRights::tooManyAttributesAreRefused()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "one\n"));
    QVERIFY(directory.shell(u"for i in $(seq 65); do setfattr -n user.a$i -v x bus; done"_s));
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin());
    producer.write("two\n");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus());
    QVERIFY2(producer.errors().contains("extended attributes"), producer.errors().constData());
    QCOMPARE(OnBus::payloads(directory.bus()), QByteArrayList{"one\n"});
}

QTEST_GUILESS_MAIN(TestRights)
#include "tst_rights.moc"
