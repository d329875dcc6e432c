// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSysInfo>

#include <csignal>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// Subscriptions: those with a name outlive their consumer, others do not.
class TestLosslessNames : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aNamedOneGoesOnWhereItStopped_data();
    void aNamedOneGoesOnWhereItStopped();
    void meanwhileTheProducerWaitsAtTheWindow();
    void aNameInUseIsRefusedAndItsHolderNamed();
    void anUnnamedOneThatDiesIsDropped();
    void statusListsThem();
    void statusIsReadableByPeople();
    void unsubscribeRemovesWhatNobodyHolds();
    void unsubscribeRefusesWhatIsHeldOrUnknown();
    void namesThatCannotBe_data();
    void namesThatCannotBe();
};

namespace
{

const QStringList byLine{u"--block-size"_s, u"16"_s, u"--gather"_s, u"0"_s};

QStringList named(const QString &bus, const QString &name, const QStringList &options = {})
{
    return losslessConsumerOf(bus, QStringList{u"--name"_s, name} + options);
}

bool unsubscribe(const QString &bus, const QString &name, int expectedStatus, QByteArray *errors = nullptr)
{
    Program program({u"--filename"_s, bus, u"unsubscribe"_s, name});
    if (!program.begin() || program.status() != expectedStatus)
        return false;
    if (errors)
        *errors = program.errors();
    return errors || program.errors().isEmpty();
}

QJsonArray subscribersOf(const QString &bus)
{
    Program program({u"status"_s, u"--json"_s, bus});
    program.begin();
    program.status();
    return QJsonDocument::fromJson(program.output()).object()["subscribers"_L1].toArray();
}

} // namespace

void TestLosslessNames::aNamedOneGoesOnWhereItStopped_data()
{
    QTest::addColumn<int>("signalNumber");
    QTest::newRow("killed") << SIGKILL;
    QTest::newRow("told to end") << SIGTERM;
}

void TestLosslessNames::aNamedOneGoesOnWhereItStopped()
{
    QFETCH(int, signalNumber);
    BusDirectory directory;
    Program producer(losslessProducerOf(directory.bus(), byLine));
    Program former(named(directory.bus(), u"name"_s));
    QVERIFY(producer.begin() && former.begin());
    QVERIFY(producer.feed(numberedLines(10)));
    EVENTUALLY_EQUAL(former.output(), numberedLines(10));
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"name"_s), 0);
    former.send(signalNumber);
    QCOMPARE(former.status(), 128 + signalNumber);
    QVERIFY(producer.feed(numberedLines(10, 10)));
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"name"_s), 10);
    Program successor(named(directory.bus(), u"name"_s));
    QVERIFY(successor.begin() && producer.feed(numberedLines(10, 20)));
    producer.closeWriteChannel();
    QCOMPARE(successor.status(), ExitStatus::success);
    QCOMPARE(successor.output(), numberedLines(20, 10));
    QCOMPARE(successor.errors(), QByteArray());
    QCOMPARE(producer.status(), ExitStatus::success);
}

void TestLosslessNames::meanwhileTheProducerWaitsAtTheWindow()
{
    BusDirectory directory;
    Program former(named(directory.bus(), u"name"_s));
    QVERIFY(former.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"name"_s), 0);
    former.send(SIGKILL);
    former.status();
    Program producer(losslessProducerOf(directory.bus(), byLine + QStringList{u"--window"_s, u"7"_s, u"-v"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(100)));
    producer.closeWriteChannel();
    EVENTUALLY(producer.errors().contains("waiting for room in"));
    QVERIFY(producer.looksAgain()); // also for dead consumers
    QCOMPARE(waitingIn(directory.bus(), u"name"_s), 7);
    Program successor(named(directory.bus(), u"name"_s));
    QVERIFY(successor.begin());
    QCOMPARE(successor.status(), ExitStatus::success);
    QCOMPARE(successor.output(), numberedLines(100));
}

void TestLosslessNames::aNameInUseIsRefusedAndItsHolderNamed()
{
    BusDirectory directory;
    Program holder(named(directory.bus(), u"name"_s));
    QVERIFY(holder.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"name"_s), 0);
    Program second(named(directory.bus(), u"name"_s));
    QVERIFY(second.begin());
    QCOMPARE(second.status(), ExitStatus::temporaryFailure);
    VERIFY_ONE_LINE_ABOUT(second.errors(),
                          u"PID %1 (filebus) on %2"_s.arg(QString::number(holder.processId()), QSysInfo::machineHostName()));
    Program other(named(directory.bus(), u"other"_s));
    QVERIFY(other.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"other"_s), 0);
}

void TestLosslessNames::anUnnamedOneThatDiesIsDropped()
{
    BusDirectory directory;
    Program unnamed(losslessConsumerOf(directory.bus()));
    Program survivor(losslessConsumerOf(directory.bus()));
    QVERIFY(unnamed.begin() && survivor.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 2);
    suspend(unnamed);
    Program producer(losslessProducerOf(directory.bus(), byLine + QStringList{u"--window"_s, u"2"_s, u"-v"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(10)));
    EVENTUALLY_EQUAL(survivor.output(), numberedLines(2));
    QElapsedTimer timer;
    timer.start();
    const QByteArray pid = QByteArray::number(unnamed.processId());
    unnamed.send(SIGKILL);
    EVENTUALLY_EQUAL(survivor.output(), numberedLines(10));
    qInfo("the producer went on after %lld ms", timer.elapsed());
    QVERIFY2(timer.elapsed() < 5000, "not soon");
    EVENTUALLY(producer.errors().contains("dropping the inbox of a consumer that is gone: PID " + pid));
    QCOMPARE(inboxes(directory.bus()).size(), 1);
}

void TestLosslessNames::statusListsThem()
{
    BusDirectory directory;
    Program living(losslessConsumerOf(directory.bus()));
    Program dead(named(directory.bus(), u"durable"_s));
    QVERIFY(living.begin() && dead.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 2);
    const qint64 pid = dead.processId();
    dead.send(SIGKILL);
    dead.status();
    Program producer(losslessProducerOf(directory.bus(), byLine));
    QVERIFY(producer.begin() && producer.feed(numberedLines(3)));
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"durable"_s), 3);
    EVENTUALLY_EQUAL(living.output(), numberedLines(3));
    const QJsonArray subscribers = subscribersOf(directory.bus());
    QCOMPARE(subscribers.size(), 2);
    const bool durableFirst = subscribers[0].toObject()["name"_L1].isString();
    const QJsonObject durable = subscribers[durableFirst ? 0 : 1].toObject(),
                      other = subscribers[durableFirst ? 1 : 0].toObject();
    QCOMPARE(durable["name"_L1].toString(), u"durable"_s);
    QCOMPARE(durable["pid"_L1].toInteger(), pid);
    QCOMPARE(durable["program"_L1].toString(), u"filebus"_s);
    QCOMPARE(durable["host"_L1].toString(), QSysInfo::machineHostName());
    QCOMPARE(durable["alive"_L1].toBool(true), false);
    QCOMPARE(durable["waiting"_L1].toInteger(), 3);
    const auto since = QDateTime::fromString(durable["since"_L1].toString(), Qt::ISODate);
    QVERIFY2(since.secsTo(QDateTime::currentDateTime()) < 60, qPrintable(durable["since"_L1].toString()));
    QVERIFY(other["name"_L1].isNull() && other["alive"_L1].toBool());
    QCOMPARE(other["pid"_L1].toInteger(), living.processId());
    QCOMPARE(other["waiting"_L1].toInteger(-1), 0);
}

void TestLosslessNames::statusIsReadableByPeople()
{
    BusDirectory directory;
    Program consumer(named(directory.bus(), u"durable"_s));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"durable"_s), 0);
    Program program({u"status"_s, directory.bus()});
    QVERIFY(program.begin());
    program.status();
    const QByteArray line = "durable: filebus, PID " + QByteArray::number(consumer.processId()) + " on "
        + QSysInfo::machineHostName().toUtf8() + ", user " + QByteArray::number(::geteuid()) + ", alive, since ";
    QVERIFY2(program.output().contains(line), program.output().constData());
    QVERIFY2(program.output().contains(", 0 chunks waiting"), program.output().constData());
}

void TestLosslessNames::unsubscribeRemovesWhatNobodyHolds()
{
    BusDirectory directory;
    Program former(named(directory.bus(), u"name"_s));
    QVERIFY(former.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"name"_s), 0);
    former.send(SIGKILL);
    former.status();
    Program producer(losslessProducerOf(directory.bus(), byLine + QStringList{u"--window"_s, u"2"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(10)));
    producer.closeWriteChannel();
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"name"_s), 2);
    QVERIFY(unsubscribe(directory.bus(), u"name"_s, ExitStatus::success));
    QCOMPARE(namesIn(directory.bus() + u".d/inbox"_s), QStringList());
    QCOMPARE(producer.status(), ExitStatus::success);
}

void TestLosslessNames::unsubscribeRefusesWhatIsHeldOrUnknown()
{
    BusDirectory directory;
    Program holder(named(directory.bus(), u"name"_s));
    QVERIFY(holder.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"name"_s), 0);
    QByteArray errors;
    QVERIFY(unsubscribe(directory.bus(), u"name"_s, ExitStatus::temporaryFailure, &errors));
    VERIFY_ONE_LINE_ABOUT(errors, u"PID %1 (filebus)"_s.arg(holder.processId()));
    QVERIFY(unsubscribe(directory.bus(), u"nobody"_s, ExitStatus::notABus, &errors));
    VERIFY_ONE_LINE_ABOUT(errors, u"no subscription named nobody"_s);
    QCOMPARE(waitingIn(directory.bus(), u"name"_s), 0);
}

void TestLosslessNames::namesThatCannotBe_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("a path") << u"../name"_s;
    QTest::newRow("hidden") << u".name"_s;
    QTest::newRow("unnamed") << u"~name"_s;
    QTest::newRow("owner file") << u"name.owner"_s;
    QTest::newRow("too long") << QString(201, u'n');
    QTest::newRow("two lines") << u"a\nb"_s;
}

void TestLosslessNames::namesThatCannotBe()
{
    QFETCH(QString, name);
    BusDirectory directory;
    Program consumer(named(directory.bus(), name));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::usage);
    QVERIFY(consumer.errors().contains("filebus: "));
    QCOMPARE(namesIn(directory.path()), QStringList());
}

QTEST_GUILESS_MAIN(TestLosslessNames)
#include "tst_lossless_names.moc"
