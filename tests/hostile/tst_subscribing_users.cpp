// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtTest/QTest>

#include <csignal>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// Anna publishes for Bert, who has subscribed. By default, both have umask 077.
class TestSubscribingUsers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void theSubscriberCanRead_data();
    void theSubscriberCanRead();
    void aSubscriberWhoCannotReadIsNamed_data();
    void aSubscriberWhoCannotReadIsNamed();
    void aSubscriberWhoCannotReadComesLater();
    void whoDoesNotWaitGoesOn();
    void withoutListsItIsToldAtOnce();
    void aChunkThatCannotBeLinkedIsCopied_data();
    void aChunkThatCannotBeLinkedIsCopied();
    void nobodyWritesIntoAChunkOfAnother_data();
    void nobodyWritesIntoAChunkOfAnother();

private:
    QString bus() const { return m_directory->bus(); }
    std::unique_ptr<Program> run(uid_t user, const QStringList &arguments) const;
    bool subscribe(uid_t user, const QString &name) const;
    bool publishAs(uid_t user, const QByteArray &line, const QString &environment = {}) const;

    std::unique_ptr<BusDirectory> m_directory;
    mode_t m_umask = 077;
};

namespace
{

constexpr uid_t anna = 61'001;
constexpr uid_t bert = 61'002;
constexpr gid_t staff = 61'100;

const QString shared = u"chgrp 61100 .; chmod 2770 ."_s;

// In the history.
QByteArray newestOn(const QString &bus)
{
    const QByteArrayList payloads = OnBus::payloads(bus);
    return payloads.isEmpty() ? QByteArray() : payloads.last();
}

} // namespace

void TestSubscribingUsers::initTestCase()
{
    if (::geteuid() != 0 || !enterMountNamespace())
        QSKIP("only root can run filebus as other users");
}

void TestSubscribingUsers::init()
{
    m_directory = std::make_unique<BusDirectory>();
    m_umask = 077;
}

void TestSubscribingUsers::cleanup()
{
    m_directory->shell(u"umount plain 2>/dev/null"_s);
    m_directory.reset();
}

std::unique_ptr<Program> TestSubscribingUsers::run(uid_t user, const QStringList &arguments) const
{
    auto program = std::make_unique<Program>(arguments);
    program->setUser(user, staff);
    program->setChildProcessModifier([mask = m_umask] { ::umask(mask); });
    if (!program->begin())
        program.reset();
    return program;
}

// A subscription with that name, without a process that takes its chunks.
bool TestSubscribingUsers::subscribe(uid_t user, const QString &name) const
{
    const auto consumer = run(user, losslessConsumerOf(bus(), {u"--name"_s, name}));
    const bool came = consumer && QTest::qWaitFor([&] { return inboxes(bus()).contains(name); }, patience);
    consumer->send(SIGTERM);
    return came && consumer->status() >= 0;
}

bool TestSubscribingUsers::publishAs(uid_t user, const QByteArray &line, const QString &variable) const
{
    Program producer(losslessProducerOf(bus(), {u"--no-drain"_s}));
    producer.setUser(user, staff);
    producer.setChildProcessModifier([mask = m_umask] { ::umask(mask); });
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!variable.isEmpty()) {
        environment.insert(u"LD_PRELOAD"_s, m_directory->file(u"shim.so"_s));
        environment.insert(variable, u"2"_s);
    }
    producer.setProcessEnvironment(environment);
    if (!producer.begin())
        return false;
    producer.write(line);
    producer.closeWriteChannel();
    const int status = producer.status();
    if (status != 0 && !variable.contains(u"KILL"_s))
        qWarning("%s", producer.errors().constData());
    return status == (variable.contains(u"KILL"_s) ? 128 + SIGKILL : 0);
}

void TestSubscribingUsers::theSubscriberCanRead_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("everybody's directory") << u"chmod 777 ."_s;
    QTest::newRow("a group's directory") << shared;
    QTest::newRow("a default list") << u"chmod 777 .; setfacl -d -m u:61002:r,o::- ."_s;
}

void TestSubscribingUsers::theSubscriberCanRead()
{
    QFETCH(QString, script);
    QVERIFY(m_directory->shell(script));
    const auto consumer = run(bert, losslessConsumerOf(bus(), {u"--name"_s, u"bert"_s}));
    EVENTUALLY_EQUAL(inboxes(bus()).size(), 1);
    const auto producer = run(anna, losslessProducerOf(bus(), {u"--block-size"_s, u"16"_s}));
    QVERIFY(producer->feed(numberedLines(20)));
    producer->closeWriteChannel();
    QCOMPARE(producer->status(), ExitStatus::success);
    QCOMPARE(consumer->status(), ExitStatus::success);
    QCOMPARE(consumer->output(), numberedLines(20));
    QCOMPARE(consumer->errors(), QByteArray());
    QVERIFY(m_directory->shell(u"[ $(stat -c %a bus | tail -c 2) = 0 ]"_s)); // and nobody else
}

void TestSubscribingUsers::aSubscriberWhoCannotReadIsNamed_data()
{
    QTest::addColumn<QString>("remedy");
    QTest::newRow("list") << u"setfacl -m u:61002:r bus"_s;
    QTest::newRow("mode") << u"chmod 644 bus"_s;
}

// The owner of the bus has decided that nobody else can read it.
void TestSubscribingUsers::aSubscriberWhoCannotReadIsNamed()
{
    QFETCH(QString, remedy);
    m_directory->setMode(0777);
    const auto lossy = run(anna, producerOf(bus()));
    QVERIFY(lossy->feed("before\n"));
    lossy->closeWriteChannel();
    QCOMPARE(lossy->status(), ExitStatus::success);
    QVERIFY(subscribe(bert, u"bert"_s));
    const auto refused = run(anna, losslessProducerOf(bus())); // it has nothing to publish yet
    QCOMPARE(refused->status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(refused->errors(), bus());
    QVERIFY2(refused->errors().contains("the user with ID 61002"), refused->errors().constData());
    QCOMPARE(waitingIn(bus(), u"bert"_s), 0);
    QVERIFY(m_directory->shell(u"[ $(stat -c %a bus) = 600 ]"_s));

    QVERIFY(m_directory->shell(remedy));
    QVERIFY(publishAs(anna, "after\n"));
    const auto consumer = run(bert, losslessConsumerOf(bus(), {u"--name"_s, u"bert"_s}));
    QCOMPARE(consumer->status(), ExitStatus::success);
    QCOMPARE(consumer->output(), "after\n");
}

void TestSubscribingUsers::aSubscriberWhoCannotReadComesLater()
{
    m_directory->setMode(0777);
    const auto own = run(anna, losslessConsumerOf(bus(), {u"--name"_s, u"own"_s}));
    EVENTUALLY_EQUAL(inboxes(bus()).size(), 1);
    const auto producer = run(anna, losslessProducerOf(bus(), {u"--gather"_s, u"0"_s}));
    QVERIFY(producer->feed("one\n"));
    EVENTUALLY_EQUAL(own->output(), "one\n");
    QVERIFY(subscribe(bert, u"bert"_s));
    producer->write("two\n");
    QCOMPARE(producer->status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(producer->errors(), bus());
    QVERIFY2(producer->errors().contains("the user with ID 61002"), producer->errors().constData());
    QCOMPARE(waitingIn(bus(), u"bert"_s), 0);
    QCOMPARE(own->output(), "one\n");
}

void TestSubscribingUsers::whoDoesNotWaitGoesOn()
{
    m_directory->setMode(0777);
    const auto producer = run(anna, producerOf(bus(), {u"--gather"_s, u"0"_s}));
    QVERIFY(producer->feed("one\n"));
    EVENTUALLY_EQUAL(OnBus::payloads(bus()).size(), 1);
    QVERIFY(subscribe(bert, u"bert"_s));
    for (const QByteArray line : {"two\n", "three\n"}) {
        QVERIFY(producer->feed(line));
        EVENTUALLY_EQUAL(newestOn(bus()), line);
    }
    producer->closeWriteChannel();
    QCOMPARE(producer->status(), ExitStatus::success);
    QCOMPARE(producer->errors().count('\n'), 1);
    QVERIFY2(producer->errors().contains("the user with ID 61002"), producer->errors().constData());
    QCOMPARE(waitingIn(bus(), u"bert"_s), 0);
}

void TestSubscribingUsers::withoutListsItIsToldAtOnce()
{
    m_directory->setMode(0755);
    QVERIFY(m_directory->shell(u"mkdir plain; mount -t ramfs none plain; chmod 777 plain"_s));
    const QString plain = m_directory->file(u"plain/bus"_s);
    const auto consumer = run(bert, losslessConsumerOf(plain));
    EVENTUALLY_EQUAL(inboxes(plain).size(), 1);
    const auto producer = run(anna, losslessProducerOf(plain));
    producer->write("one\n");
    QCOMPARE(producer->status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(producer->errors(), plain);
    QVERIFY2(producer->errors().contains("the user with ID 61002"), producer->errors().constData());
    QVERIFY(m_directory->shell(u"[ ! -e plain/bus ]"_s));
}

void TestSubscribingUsers::aChunkThatCannotBeLinkedIsCopied_data()
{
    QTest::addColumn<bool>("busStays");
    QTest::newRow("the bus is there") << true;
    QTest::newRow("the bus is gone") << false;
}

// Anna's producer is killed between history and inboxes. Bert's producer completes what it had begun.
void TestSubscribingUsers::aChunkThatCannotBeLinkedIsCopied()
{
    QFETCH(bool, busStays);
    QVERIFY(m_directory->shell(shared));
    QVERIFY(m_directory->shell(u"cp '%1' shim.so; chmod 755 shim.so"_s.arg(QStringLiteral(REFUSAL_SHIM))));
    QVERIFY(subscribe(bert, u"bert"_s));
    QVERIFY(publishAs(anna, "one\n"));
    QVERIFY(m_directory->shell(u"setfacl -m u:61003:r,g::r,m::r bus"_s)); // Bert has no write permission
    QVERIFY(publishAs(anna, "two\n", u"FILEBUS_KILL_AT_LINK"_s));
    QVERIFY(busStays || m_directory->shell(u"rm bus"_s));
    QCOMPARE(waitingIn(bus(), u"bert"_s), 1);
    QVERIFY(publishAs(bert, "three\n", u"FILEBUS_REFUSE_FOREIGN_LINK"_s));
    QVERIFY(m_directory->shell(u"cd bus.d; set -- */*2 inbox/bert/*2; [ $(stat -c %u $1 $2 | xargs | tr ' ' :) = 61001:61002 ]; "
                               "getfacl -cp $1 >../a; getfacl -cp $2 | diff ../a - && [ $(stat -c %g $2) = 61100 ]"_s));
    QVERIFY(m_directory->shell(u"[ -z \"$(ls bus.d/staging)\" ]"_s));
    const auto consumer = run(bert, losslessConsumerOf(bus(), {u"--name"_s, u"bert"_s}));
    QCOMPARE(consumer->status(), ExitStatus::success);
    QCOMPARE(consumer->output(), "one\ntwo\nthree\n");
}

void TestSubscribingUsers::nobodyWritesIntoAChunkOfAnother_data()
{
    QTest::addColumn<QString>("directory");
    QTest::addColumn<int>("umask");
    QTest::newRow("narrow umask") << shared << 077;
    QTest::newRow("a group's umask") << shared << 002;
    QTest::newRow("wide umask, everybody's directory") << u"chmod 777 ."_s << 0;
    QTest::newRow("default list") << shared + u"; setfacl -d -m u:61001:rwx,u:61002:rwx,g::rwx,m::rwx ."_s << 077;
}

// On the bus, in the history and in the inbox, including the copies that the kill made necessary.
void TestSubscribingUsers::nobodyWritesIntoAChunkOfAnother()
{
    QFETCH(QString, directory);
    QFETCH(int, umask);
    m_umask = static_cast<mode_t>(umask);
    const QString asBert = u"setpriv --reuid=61002 --regid=61100 --clear-groups "_s;
    const QString nobodyCan =
        u"for user in 61001 61002; do [ -z \"$(setpriv --reuid=$user --regid=61100 --clear-groups "
        "find bus bus.d/history bus.d/inbox -type f -size +0 ! -name '*.owner' ! -name mark ! -user $user -writable)\" ] "
        "|| exit 1; done"_s;
    QVERIFY(m_directory->shell(directory));
    QVERIFY(m_directory->shell(u"cp '%1' shim.so; chmod 755 shim.so"_s.arg(QStringLiteral(REFUSAL_SHIM))));
    QVERIFY(subscribe(bert, u"bert"_s));
    QVERIFY(publishAs(anna, "one\n"));
    QVERIFY(m_directory->shell(u"[ $(stat -c %u bus) = 61001 ]"_s));
    QVERIFY(!m_directory->shell(asBert + u"sh -c 'echo >>bus' 2>/dev/null"_s));
    QVERIFY(publishAs(anna, "two\n", u"FILEBUS_KILL_AT_LINK"_s));
    QVERIFY(publishAs(bert, "three\n", u"FILEBUS_REFUSE_FOREIGN_LINK"_s));
    QVERIFY(m_directory->shell(nobodyCan));
    // Whatever permissions he sets apply to his own chunks.
    QVERIFY(m_directory->shell(asBert + u"sh -c 'chmod 666 bus; setfacl -m u:61002:rw,m::rw bus'"_s));
    QVERIFY(publishAs(bert, "four\n"));
    QVERIFY(m_directory->shell(u"[ $(stat -c %a bus) = 666 ]"_s));
    QVERIFY(publishAs(anna, "five\n"));
    QVERIFY(m_directory->shell(u"[ $(stat -c %u:%a bus) = 61001:644 ]; getfacl -cpn bus | grep -qx user:61002:r--"_s));
    QVERIFY(m_directory->shell(u"[ -z \"$(find bus bus.d/history -type f -user 61001 -perm /022)\" ]"_s));
    const auto consumer = run(bert, losslessConsumerOf(bus(), {u"--name"_s, u"bert"_s}));
    QCOMPARE(consumer->status(), ExitStatus::success);
    QCOMPARE(consumer->output(), "one\ntwo\nthree\nfour\nfive\n");
}

QTEST_GUILESS_MAIN(TestSubscribingUsers)
#include "tst_subscribing_users.moc"
