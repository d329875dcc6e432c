// SPDX-License-Identifier: Apache-2.0
#include "annaandbert.h"
#include "exitstatus.h"

#include <QtTest/QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// What the owner of a bus sets with chmod(1), setfacl(1) and setfattr(1) applies to everything that is published afterwards.
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
    void aGroupThatCannotBeKeptGetsNothing();
    void tooManyAttributesAreRefused();
};

namespace
{

// Whether the shell command prints the same for @p is as for @p was.
bool remember(const BusDirectory &directory, const QString &file)
{
    return directory.shell(u"{ getfacl -cp bus; getfattr -d bus; stat -c %a bus; } >%1"_s.arg(file));
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
