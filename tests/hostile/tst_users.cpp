// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// Several users share a bus, or try to.
class TestUsers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void twoOfAGroupShareADirectory();
    void twoOfAGroupShareALosslessBus();
    void inAStickyDirectoryOthersMayOnlyListen();
    void inAStickyDirectoryTheNameIsTakenByAnother_data();
    void inAStickyDirectoryTheNameIsTakenByAnother();
    void aReaderHoldsTheLock_data();
    void aReaderHoldsTheLock();
    void whoPublishedIsTheOwnerOfTheFile();
    void whoPublishesInTheNameOfAnotherIsMarked();
};

namespace
{

constexpr uid_t anna = 61'001;
constexpr uid_t bert = 61'002;
constexpr gid_t staff = 61'100;

QString sharedDirectory()
{
    return u"chgrp %1 .; chmod 2770 ."_s.arg(staff);
}

// Whether all files there belong to the group, and are inaccessible to others.
bool belongsToStaff(const BusDirectory &directory)
{
    return directory.shell(u"[ -z \"$(find . ! -group %1 -o ! -type l -perm /7)\" ]"_s.arg(staff));
}

bool publishAs(uid_t user, const BusDirectory &directory, const QByteArray &input)
{
    Program producer(producerOf(directory.bus()));
    producer.setUser(user, staff);
    producer.setChildProcessModifier([] { ::umask(077); });
    const bool fed = producer.begin() && producer.feed(input);
    producer.closeWriteChannel();
    const int status = producer.status();
    if (status != 0)
        qWarning("%s", producer.errors().constData());
    return fed && status == 0;
}

QJsonObject statusOf(const QString &bus)
{
    Program program({u"status"_s, u"--json"_s, bus});
    return program.begin() && program.status() == 0 ? QJsonDocument::fromJson(program.output()).object() : QJsonObject();
}

} // namespace

void TestUsers::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("only root can run filebus as other users");
}

void TestUsers::twoOfAGroupShareADirectory()
{
    BusDirectory directory;
    QVERIFY(directory.shell(sharedDirectory()));
    QVERIFY(publishAs(anna, directory, "one\n"));
    QVERIFY(directory.shell(u"[ $(stat -c %a:%u:%g bus) = 640:%1:%2 ]"_s.arg(QString::number(anna), QString::number(staff))));
    Program listening(consumerOf(directory.bus(), {u"--from"_s, u"all"_s, u"--count"_s, u"3"_s}));
    listening.setUser(bert, staff);
    QVERIFY(listening.begin());
    QVERIFY(publishAs(bert, directory, "two\n"));
    QVERIFY(directory.shell(u"[ $(stat -c %a:%u:%g bus) = 640:%1:%2 ]"_s.arg(QString::number(bert), QString::number(staff))));
    QVERIFY(publishAs(anna, directory, "three\n"));
    QVERIFY(directory.shell(u"[ $(stat -c %a:%u:%g bus) = 640:%1:%2 ]"_s.arg(QString::number(anna), QString::number(staff))));
    QCOMPARE(listening.status(), ExitStatus::success);
    QCOMPARE(listening.output(), "one\ntwo\nthree\n");
    QVERIFY(belongsToStaff(directory));
}

void TestUsers::twoOfAGroupShareALosslessBus()
{
    BusDirectory directory;
    QVERIFY(directory.shell(sharedDirectory()));
    Program producer(losslessProducerOf(directory.bus(), {u"--block-size"_s, u"16"_s, u"--wait-consumers"_s, u"2"_s}));
    producer.setUser(anna, staff);
    Program consumers[]{Program(losslessConsumerOf(directory.bus())), Program(losslessConsumerOf(directory.bus()))};
    consumers[0].setUser(bert, staff);
    consumers[1].setUser(anna, staff);
    for (Program *program : {&consumers[0], &consumers[1], &producer})
        program->setChildProcessModifier([] { ::umask(077); });
    QVERIFY(consumers[0].begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1); // for a moment, new files have the permissions of its umask
    QVERIFY(consumers[1].begin() && producer.begin());
    QVERIFY(producer.feed(numberedLines(200)));
    producer.closeWriteChannel();
    for (Program &consumer : consumers) {
        QCOMPARE(consumer.status(), ExitStatus::success);
        QCOMPARE(consumer.output(), numberedLines(200));
        QCOMPARE(consumer.errors(), QByteArray());
    }
    QCOMPARE(producer.status(), ExitStatus::success);
    QVERIFY(belongsToStaff(directory));
}

void TestUsers::inAStickyDirectoryOthersMayOnlyListen()
{
    BusDirectory directory;
    directory.setMode(01777);
    Program owner(producerOf(directory.bus()));
    owner.setUser(anna);
    QVERIFY(owner.begin() && owner.feed("mine\n"));
    EVENTUALLY(QFile::exists(directory.bus()));
    const QStringList before = directory.snapshot();

    Program listener(consumerOf(directory.bus(), {u"--once"_s}));
    listener.setUser(bert);
    QVERIFY(listener.begin());
    QCOMPARE(listener.status(), ExitStatus::success);
    QCOMPARE(listener.output(), "mine\n");
    for (const QStringList &arguments : {producerOf(directory.bus()), losslessConsumerOf(directory.bus())}) {
        Program program(arguments);
        program.setUser(bert);
        QVERIFY(program.begin());
        program.write("not mine\n");
        program.closeWriteChannel();
        QCOMPARE(program.status(), ExitStatus::noPermission);
        VERIFY_ONE_LINE_ABOUT(program.errors(), directory.bus());
    }
    QCOMPARE(directory.snapshot(), before);
}

void TestUsers::inAStickyDirectoryTheNameIsTakenByAnother_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("lock, closed") << u"touch bus.lock; chmod 600 bus.lock"_s;
    QTest::newRow("directory") << u"mkdir bus.d"_s;
    QTest::newRow("directory, closed") << u"mkdir -m 700 bus.d"_s;
    QTest::newRow("bus") << u"touch bus"_s;
}

// Anyone who can write in a directory can keep others from using a name there, but not unnoticed.
void TestUsers::inAStickyDirectoryTheNameIsTakenByAnother()
{
    QFETCH(QString, script);
    BusDirectory directory;
    directory.setMode(01777);
    QVERIFY(directory.shell(script + u"; chown -R %1 bus*"_s.arg(anna)));
    const QStringList before = directory.snapshot();
    Program producer(producerOf(directory.bus()));
    producer.setUser(bert);
    QVERIFY(producer.begin());
    producer.write("input\n");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus());
    QVERIFY(!contentOf(directory.bus()).contains("input"));
    QCOMPARE(before.filter(u"/bus mode"_s), directory.snapshot().filter(u"/bus mode"_s));
}

void TestUsers::aReaderHoldsTheLock_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("shared") << u"--shared"_s;
    QTest::newRow("exclusive") << u"--exclusive"_s;
}

void TestUsers::aReaderHoldsTheLock()
{
    QFETCH(QString, kind);
    BusDirectory directory;
    directory.setMode(0755);
    QVERIFY(publish(directory.bus(), "before\n"));
    QProcess reader;
    reader.start(u"setpriv"_s,
                 {u"--reuid=%1"_s.arg(bert), u"--clear-groups"_s, u"flock"_s, kind, directory.bus() + u".lock"_s, u"--command"_s,
                  u"echo held; cat"_s});
    QVERIFY(reader.waitForStarted(patience));
    EVENTUALLY_EQUAL(reader.peek(5), "held\n");

    Program refused(producerOf(directory.bus(), {u"--lock-timeout"_s, u"0.3"_s}));
    QVERIFY(refused.begin() && refused.feed("refused\n"));
    QCOMPARE(refused.status(), ExitStatus::temporaryFailure);
    VERIFY_ONE_LINE_ABOUT(refused.errors(), directory.bus() + u".lock"_s);
    QVERIFY2(refused.errors().contains("has not released it for 0.3 s"), refused.errors().constData());

    Program patient(producerOf(directory.bus(), {u"-v"_s}));
    QVERIFY(patient.begin() && patient.feed("patient\n"));
    patient.closeWriteChannel();
    reader.closeWriteChannel();
    QVERIFY(reader.waitForFinished(patience));
    QCOMPARE(patient.status(), ExitStatus::success);
    QVERIFY(publish(directory.bus(), "retried\n"));
    Program consumer(consumerOf(directory.bus(), {u"--from"_s, u"all"_s, u"--count"_s, u"3"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "before\npatient\nretried\n");
}

void TestUsers::whoPublishedIsTheOwnerOfTheFile()
{
    BusDirectory directory;
    QVERIFY(directory.shell(sharedDirectory()));
    QVERIFY(publishAs(anna, directory, "one\n") && publishAs(bert, directory, "two\n"));
    const QJsonObject status = statusOf(directory.bus());
    QCOMPARE(status["userId"_L1].toInteger(), bert);
    const QJsonObject producer = status["producers"_L1].toArray().first().toObject();
    QCOMPARE(producer["userId"_L1].toInteger(), bert);
    QVERIFY(producer["claimedByUserId"_L1].isNull());

    Program consumer(
        consumerOf(directory.bus(), {u"-v"_s, u"--from"_s, u"all"_s, u"--count"_s, u"2"_s})); // one of them from the history
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QVERIFY2(consumer.errors().contains("user 61001 publishes: filebus, PID "), consumer.errors().constData());
    QVERIFY2(consumer.errors().contains("user 61002 publishes: filebus, PID "), consumer.errors().constData());
}

void TestUsers::whoPublishesInTheNameOfAnotherIsMarked()
{
    BusDirectory directory;
    QVERIFY(directory.shell(sharedDirectory()));
    Program producer(producerOf(directory.bus()));
    producer.setUser(anna, staff);
    QVERIFY(producer.begin() && producer.feed("mine\n"));
    EVENTUALLY(QFile::exists(directory.bus()));
    QVERIFY(statusOf(directory.bus())["producers"_L1][0]["claimedByUserId"_L1].isNull());
    Program consumer(consumerOf(directory.bus(), {u"-v"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "mine\n");

    QVERIFY(directory.shell(
        u"sed 's/mine/fake/; s/\"sequence\":                   1/\"sequence\":                   2/' bus >forged; "
        "chown %1 forged; mv forged bus"_s.arg(bert)));
    EVENTUALLY_EQUAL(consumer.output(), "mine\nfake\n");
    EVENTUALLY(consumer.errors().contains("user 61002 publishes in the name of filebus, PID "));
    const QJsonObject claimed = statusOf(directory.bus())["producers"_L1].toArray().first().toObject();
    QVERIFY(claimed["alive"_L1].toBool());
    QCOMPARE(claimed["userId"_L1].toInteger(), anna);
    QCOMPARE(claimed["claimedByUserId"_L1].toInteger(), bert);
    Program status({u"status"_s, directory.bus()});
    QVERIFY(status.begin());
    QCOMPARE(status.status(), ExitStatus::success);
    QVERIFY2(status.output().contains("user 61001, alive; but the newest chunk in its name belongs to user 61002"),
             status.output().constData());
}

QTEST_GUILESS_MAIN(TestUsers)
#include "tst_users.moc"
