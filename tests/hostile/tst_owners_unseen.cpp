// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;

/// Owners that cannot be seen from here: they are not named, on another host, in a container, or on the other side of a mount
/// that locks do not cross.
class TestOwnersUnseen : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void anEmptyOwnerFile();
    void ofAnotherHost();
    void inAContainer();
    void onBothSidesOfAMount_data();
    void onBothSidesOfAMount();
    void aSubscriberBeyondAMount();

private:
    void plantOwner(const QString &path) const;
    bool mountFuse() const;
    QString bus() const { return m_directory->bus(); }

    std::unique_ptr<BusDirectory> m_directory;
    bool m_isRoot = false;
};

namespace
{

// Each of the following arguments is run with the "$@" of the shell.
const QString inContainer = u"exec unshare --pid --fork --kill-child --uts --mount-proc \"$@\""_s;

QByteArray statusOf(const QString &bus, const QStringList &options = {})
{
    Program status(QStringList{u"--filename"_s, bus, u"status"_s} + options);
    return status.begin() && status.status() == ExitStatus::success ? status.output() : status.errors();
}

} // namespace

void TestOwnersUnseen::initTestCase()
{
    m_isRoot = enterMountNamespace();
}

void TestOwnersUnseen::cleanup()
{
    if (m_directory)
        m_directory->shell(u"umount -l far 2>/dev/null || true"_s);
    m_directory.reset();
}

void TestOwnersUnseen::plantOwner(const QString &path) const
{
    writeFile(path, "12\nprogram\notherhost\n\n5b3c2f5e-8c62-4a4e-9d53-0f5a7f2f6a10\n");
}

bool TestOwnersUnseen::mountFuse() const
{
    return m_directory->shell(u"mkdir near far && bindfs -o attr_timeout=0,entry_timeout=0,negative_timeout=0 near far"_s);
}

void TestOwnersUnseen::anEmptyOwnerFile()
{
    m_directory = std::make_unique<BusDirectory>();
    QVERIFY(publish(bus(), "first\n"));
    QVERIFY(m_directory->shell(u"mkdir -p bus.d/inbox/me && : >bus.d/inbox/me.owner && : >bus.d/producers/x.owner"_s));
    const QByteArray text = statusOf(bus());
    QVERIFY2(text.contains("owner unknown") && !text.contains("PID 0"), text.constData());
    QVERIFY2(!text.contains("1970"), text.constData());
    const QByteArray json = statusOf(bus(), {u"--json"_s});
    QVERIFY2(json.contains("\"pid\":null") && !json.contains("\"pid\":0"), json.constData());
}

// Its lock is invisible here. It is neither removed nor taken over, and is reported by name until a person decides.
void TestOwnersUnseen::ofAnotherHost()
{
    m_directory = std::make_unique<BusDirectory>();
    QVERIFY(publish(bus(), "first\n"));
    const QString producer = bus() + u".d/producers/0f9b6a52-3c1e-4d7a-9b84-2a6d5e8c7f10.owner"_s;
    const QString staged = bus() + u".d/staging/0f9b6a52-3c1e-4d7a-9b84-2a6d5e8c7f10.1"_s;
    plantOwner(producer);
    writeFile(staged, "half a chunk");
    Program second(producerOf(bus()));
    QVERIFY(second.begin() && second.feed("second\n"));
    QCOMPARE(second.status(), ExitStatus::inputOutput);
    const QByteArray errors = second.errors();
    QVERIFY2(errors.contains("PID 12 (program) on otherhost") && errors.contains(producer.toUtf8()), errors.constData());
    QVERIFY(QFile::exists(producer) && QFile::exists(staged));
    QVERIFY(statusOf(bus()).contains("cannot be determined from here"));
    QVERIFY(statusOf(bus(), {u"--json"_s}).contains("\"alive\":null"));

    QVERIFY(m_directory->shell(u"mkdir -p bus.d/inbox/me"_s));
    plantOwner(bus() + u".d/inbox/me.owner"_s);
    Program consumer(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::temporaryFailure);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), u"me.owner"_s);

    QVERIFY(m_directory->shell(u"rm bus.d/producers/*.owner"_s));
    QVERIFY(publish(bus(), "third\n"));
    QCOMPARE(OnBus::payloads(bus()), (QByteArrayList{"first\n", "third\n"}));
}

// Other PIDs, another /proc, perhaps another host name, but one kernel, whose locks reach all.
void TestOwnersUnseen::inAContainer()
{
    if (!m_isRoot)
        QSKIP("only root can make a container");
    m_directory = std::make_unique<BusDirectory>();
    Program inside(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    inside.setShell(inContainer);
    QVERIFY(inside.begin());
    EVENTUALLY_EQUAL(waitingIn(bus(), u"me"_s), 0);
    Program refused(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    QVERIFY(refused.begin());
    QCOMPARE(refused.status(), ExitStatus::temporaryFailure);
    inside.send(SIGKILL);
    inside.status();
    EVENTUALLY(m_directory->shell(u"flock -n -x bus.d/inbox/me.owner true"_s));
    Program outside(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    QVERIFY(outside.begin());
    EVENTUALLY(contentOf(bus() + u".d/inbox/me.owner"_s).startsWith(QByteArray::number(outside.processId()) + '\n'));
    Program stillRefused(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    stillRefused.setShell(inContainer);
    QVERIFY(stillRefused.begin());
    QCOMPARE(stillRefused.status(), ExitStatus::temporaryFailure);
    Program producer(losslessProducerOf(bus()));
    producer.setShell(inContainer);
    QVERIFY(producer.begin() && producer.feed("line\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(outside.status(), ExitStatus::success);
    QCOMPARE(outside.output(), "line\n");
}

void TestOwnersUnseen::onBothSidesOfAMount_data()
{
    QTest::addColumn<QString>("firstSide");
    QTest::addColumn<QString>("secondSide");
    QTest::addColumn<bool>("firstIsInContainer");
    for (const bool contained : {false, true}) {
        QTest::addRow("far, then near%s", contained ? ", in a container" : "") << u"far/bus"_s << u"near/bus"_s << contained;
        QTest::addRow("near, then far%s", contained ? ", in a container" : "") << u"near/bus"_s << u"far/bus"_s << contained;
    }
}

// As on a mount whose flock(2) is local to a host: both would use the same numbers.
void TestOwnersUnseen::onBothSidesOfAMount()
{
    QFETCH(const QString, firstSide);
    QFETCH(const QString, secondSide);
    QFETCH(const bool, firstIsInContainer);
    m_directory = std::make_unique<BusDirectory>();
    if (!m_isRoot || !QFile::exists(u"/dev/fuse"_s) || !mountFuse())
        QSKIP("there is no FUSE here, or we are not root");
    Program first(producerOf(m_directory->file(firstSide)));
    if (firstIsInContainer)
        first.setShell(inContainer);
    QVERIFY(first.begin() && first.feed("one\n"));
    const QString near = m_directory->file(u"near/bus"_s);
    EVENTUALLY_EQUAL(OnBus::payloads(near), QByteArrayList{"one\n"});
    EVENTUALLY(OnBus::chunkAt(near) && OnBus::leftovers(near).size() == 2); // an owner file, and a file for the next chunk
    const QStringList before = OnBus::leftovers(near);
    Program second(producerOf(m_directory->file(secondSide)));
    QVERIFY(second.begin() && second.feed("lost\n"));
    QCOMPARE(second.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(second.errors(), u"locks do not reach across"_s);
    QCOMPARE(OnBus::leftovers(near), before);
    QVERIFY(first.feed("two\n"));
    EVENTUALLY_EQUAL(OnBus::payloads(near), (QByteArrayList{"one\n", "two\n"}));
    first.closeWriteChannel();
    QCOMPARE(first.status(), ExitStatus::success);
    QVERIFY(publish(m_directory->file(secondSide), "three\n"));
    QCOMPARE(OnBus::payloads(near), (QByteArrayList{"one\n", "two\n", "three\n"}));
}

// Its lock is invisible on this side, but it is alive.
void TestOwnersUnseen::aSubscriberBeyondAMount()
{
    m_directory = std::make_unique<BusDirectory>();
    if (!m_isRoot || !QFile::exists(u"/dev/fuse"_s) || !mountFuse())
        QSKIP("there is no FUSE here, or we are not root");
    const QString near = m_directory->file(u"near/bus"_s);
    Program consumer(losslessConsumerOf(m_directory->file(u"far/bus"_s)));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(inboxes(near).size(), 1);
    Program lossy(producerOf(near));
    QVERIFY(lossy.begin() && lossy.feed("first\n"));
    EVENTUALLY_EQUAL(consumer.output(), "first\n");
    Program producer(losslessProducerOf(near, {u"--block-size"_s, u"16"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(100)));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    EVENTUALLY_EQUAL(consumer.output(), "first\n" + numberedLines(100));
}

QTEST_GUILESS_MAIN(TestOwnersUnseen)
#include "tst_owners_unseen.moc"
