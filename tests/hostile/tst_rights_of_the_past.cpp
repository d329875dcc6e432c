// SPDX-License-Identifier: Apache-2.0
#include "annaandbert.h"
#include "exitstatus.h"
#include "losslessbus.h"

#include <QtTest/QTest>

#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// What the owner of a bus sets with chmod(1) and setfacl(1) applies to what was published before.
class TestRightsOfThePast : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void thePastFollows_data();
    void thePastFollows();
    void thePastIsNotOpened();
    void thePastOfAnotherUserFollows();
};

namespace
{

// No file beside the bus is accessible to anybody but its owner.
bool isClosed(const BusDirectory &directory)
{
    return directory.shell(u"[ -z \"$(find bus.d/history bus.d/inbox bus.d/staging -type f -size +0 ! -name '*.owner' -perm /077 "
                           "2>/dev/null)\" ]"_s);
}

} // namespace

void TestRightsOfThePast::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("only root can run filebus as other users");
}

void TestRightsOfThePast::thePastFollows_data()
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

void TestRightsOfThePast::thePastFollows()
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

void TestRightsOfThePast::thePastIsNotOpened()
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
void TestRightsOfThePast::thePastOfAnotherUserFollows()
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

QTEST_GUILESS_MAIN(TestRightsOfThePast)
#include "tst_rights_of_the_past.moc"
