// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;

/// A FUSE mount whose kernel caches names, attributes, and the absence of names for longer than a test waits. One program works
/// above the mount, in "far", the other one beneath it, in "near".
class TestCachingMounts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void everythingComesInOrder_data() { addSidesAndCaches(); }
    void everythingComesInOrder();
    void eachLineComesAtOnce_data() { addSidesAndCaches(); }
    void eachLineComesAtOnce();
    void aFullInboxHoldsTheProducerUp_data() { addSides(); }
    void aFullInboxHoldsTheProducerUp();
    void subscribersComeAndGo_data() { addSides(); }
    void subscribersComeAndGo();
    void aNameIsTakenOnBothSides_data() { addSides(); }
    void aNameIsTakenOnBothSides();
    void aKilledSubscriberIsSucceeded_data() { addSides(); }
    void aKilledSubscriberIsSucceeded();
    void producersInTurns_data() { addSides(); }
    void producersInTurns();
    void aStreamGoesBothWays_data() { addSidesAndCaches(); }
    void aStreamGoesBothWays();
    void anEndOfAStreamIsSucceeded_data() { addSides(); }
    void anEndOfAStreamIsSucceeded();
    void aRemovedInboxIsMissed_data() { addSides(); }
    void aRemovedInboxIsMissed();
    void copiesOfOwnerFilesAreReplaced_data() { addSides(); }
    void copiesOfOwnerFilesAreReplaced();
    void statusShowsWhatIsThere();

private:
    static void addSides();
    static void addSidesAndCaches();
    bool prepare();
    QString bus(const QString &side) const { return m_directory->file(side + u"/bus"_s); }
    QString onOneSide() const { return bus(m_isFar ? u"far"_s : u"near"_s); }
    QString onTheOther() const { return bus(m_isFar ? u"near"_s : u"far"_s); }
    void remember(const QString &name) const;

    std::unique_ptr<BusDirectory> m_directory;
    bool m_isFar = false; ///< the consumer, or whatever the test calls the one side
};

namespace
{

const QString everything = u"attr_timeout=300,entry_timeout=300,negative_timeout=300"_s;

const QByteArray pollsOnFuse = "polling: on a FUSE file system, events do not";

const QStringList perLine{u"--block-size"_s, u"16"_s};

QStringList streamOf(const QString &bus, const QStringList &options = {})
{
    return QStringList{u"--filename"_s, bus, u"stream"_s} + options;
}

} // namespace

void TestCachingMounts::initTestCase()
{
    if (!enterMountNamespace() || !QFile::exists(u"/dev/fuse"_s))
        QSKIP("there is no FUSE here, or we are not root");
}

void TestCachingMounts::cleanup()
{
    if (m_directory)
        m_directory->shell(u"umount -l far 2>/dev/null || true"_s);
    m_directory.reset();
}

void TestCachingMounts::addSides()
{
    QTest::addColumn<bool>("isFar");
    QTest::addColumn<QString>("cache");
    QTest::newRow("above") << true << everything;
    QTest::newRow("beneath") << false << everything;
}

void TestCachingMounts::addSidesAndCaches()
{
    addSides();
    const QStringList caches{
        u"attr_timeout=300,entry_timeout=0,negative_timeout=0"_s, u"attr_timeout=0,entry_timeout=300,negative_timeout=0"_s,
        u"attr_timeout=0,entry_timeout=0,negative_timeout=300"_s, u"attr_timeout=1,entry_timeout=1,negative_timeout=0"_s};
    for (const QString &cache : caches) {
        QTest::addRow("above, %s", qPrintable(cache)) << true << cache;
        QTest::addRow("beneath, %s", qPrintable(cache)) << false << cache;
    }
}

bool TestCachingMounts::prepare()
{
    QFETCH(const bool, isFar);
    QFETCH(const QString, cache);
    m_isFar = isFar;
    m_directory = std::make_unique<BusDirectory>();
    return m_directory->shell(u"mkdir near far && bindfs -o %1 near far"_s.arg(cache));
}

// Makes the kernel cache a name above the mount, or its absence, as any lookup by a program there may do.
void TestCachingMounts::remember(const QString &name) const
{
    m_directory->shell(u"stat far/%1 >/dev/null 2>&1 || true"_s.arg(name));
}

void TestCachingMounts::everythingComesInOrder()
{
    QVERIFY(prepare());
    for (const QStringList &name : {QStringList(), QStringList{u"--name"_s, u"log"_s}}) {
        Program consumer(losslessConsumerOf(onOneSide(), name));
        Program producer(losslessProducerOf(onTheOther(), perLine + QStringList{u"--window"_s, u"4"_s}));
        QVERIFY(producer.begin() && producer.feed(numberedLines(100)));
        QVERIFY(consumer.begin());
        producer.closeWriteChannel();
        QCOMPARE(producer.status(), ExitStatus::success);
        QCOMPARE(consumer.status(), ExitStatus::success);
        QCOMPARE(consumer.output(), numberedLines(100));
        QCOMPARE(producer.errors() + consumer.errors(), QByteArray());
    }
}

// Where there are no events, the consumer polls ten times per second; so does a producer that waits for room.
void TestCachingMounts::eachLineComesAtOnce()
{
    QVERIFY(prepare());
    Program consumer(losslessConsumerOf(onOneSide(), {u"-v"_s}));
    Program producer(losslessProducerOf(onTheOther(), perLine + QStringList{u"-v"_s, u"--window"_s, u"1"_s}));
    QVERIFY(producer.begin() && consumer.begin() && producer.feed(numberedLines(1)));
    EVENTUALLY_EQUAL(consumer.output(), numberedLines(1));
    QElapsedTimer timer;
    timer.start();
    for (int count = 2; count <= 11; ++count) {
        QVERIFY(producer.feed(numberedLines(1, count - 1)));
        EVENTUALLY_EQUAL(consumer.output(), numberedLines(count));
    }
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(!m_isFar || consumer.errors().contains(pollsOnFuse), consumer.errors().constData());
}

void TestCachingMounts::aFullInboxHoldsTheProducerUp()
{
    QVERIFY(prepare());
    const QString near = bus(u"near"_s);
    Program consumer(losslessConsumerOf(onOneSide(), {u"--name"_s, u"log"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(waitingIn(near, u"log"_s), 0);
    suspend(consumer);
    Program producer(losslessProducerOf(onTheOther(), perLine + QStringList{u"-v"_s, u"--window"_s, u"3"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(40)));
    const QByteArray whom = "inbox/log, of PID " + QByteArray::number(consumer.processId());
    EVENTUALLY(producer.errors().contains(whom));
    QVERIFY2(m_isFar || producer.errors().contains(pollsOnFuse), producer.errors().constData());
    QCOMPARE(waitingIn(near, u"log"_s), 3);
    consumer.send(SIGCONT);
    EVENTUALLY_EQUAL(consumer.output(), numberedLines(40));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
}

// While the producer runs on the other side.
void TestCachingMounts::subscribersComeAndGo()
{
    QVERIFY(prepare());
    const QString near = bus(u"near"_s);
    Program producer(losslessProducerOf(onTheOther(), perLine + QStringList{u"--window"_s, u"2"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(1)));
    Program first(losslessConsumerOf(onOneSide(), {u"--name"_s, u"log"_s}));
    QVERIFY(first.begin());
    EVENTUALLY_EQUAL(first.output(), numberedLines(1));
    Program second(losslessConsumerOf(onOneSide()));
    QVERIFY(second.begin());
    EVENTUALLY_EQUAL(inboxes(near).size(), 2);
    QVERIFY(producer.feed(numberedLines(5, 1)));
    EVENTUALLY_EQUAL(second.output(), numberedLines(5, 1));
    EVENTUALLY_EQUAL(first.output(), numberedLines(6));
    second.send(SIGKILL); // its inbox must not get in the way
    second.status();
    QVERIFY(producer.feed(numberedLines(10, 6)));
    EVENTUALLY_EQUAL(first.output(), numberedLines(16));
    EVENTUALLY_EQUAL(inboxes(near), QStringList{u"log"_s});
    first.send(SIGTERM);
    first.status();
    QVERIFY(producer.feed(numberedLines(2, 16)));
    EVENTUALLY_EQUAL(waitingIn(near, u"log"_s), 2);
    Program next(losslessConsumerOf(onTheOther(), {u"--name"_s, u"log"_s})); // even from there
    QVERIFY(next.begin());
    EVENTUALLY_EQUAL(next.output(), numberedLines(2, 16));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(next.status(), ExitStatus::success);
}

// The lock of its holder is invisible from the other side.
void TestCachingMounts::aNameIsTakenOnBothSides()
{
    QVERIFY(prepare());
    remember(u"bus.d/inbox/log.owner"_s);
    const QStringList byName{u"--name"_s, u"log"_s};
    Program holder(losslessConsumerOf(onOneSide(), byName));
    QVERIFY(holder.begin());
    EVENTUALLY_EQUAL(waitingIn(bus(u"near"_s), u"log"_s), 0);
    for (const QString &side : {u"far"_s, u"near"_s}) {
        Program refused(losslessConsumerOf(bus(side), byName));
        QVERIFY(refused.begin());
        QCOMPARE(refused.status(), ExitStatus::temporaryFailure);
        VERIFY_ONE_LINE_ABOUT(refused.errors(), u"PID %1 (filebus)"_s.arg(holder.processId()));
    }
    holder.send(SIGTERM);
    holder.status();
    for (const QString &side : {u"far"_s, u"near"_s}) {
        Program next(losslessConsumerOf(bus(side), byName));
        QVERIFY(next.begin());
        EVENTUALLY(contentOf(bus(u"near"_s) + u".d/inbox/log.owner"_s).startsWith(QByteArray::number(next.processId()) + '\n'));
        next.send(SIGTERM);
        QCOMPARE(next.status(), ExitStatus::signalled + SIGTERM);
    }
}

// The next consumer with that name, on either side, receives what was not processed and what has arrived since.
void TestCachingMounts::aKilledSubscriberIsSucceeded()
{
    QVERIFY(prepare());
    const QString near = bus(u"near"_s);
    const QStringList byName{u"--name"_s, u"log"_s};
    Program producer(losslessProducerOf(onTheOther(), perLine));
    QVERIFY(producer.begin());
    int sent = 0;
    for (const QString &side : {onOneSide(), onTheOther(), onOneSide()}) {
        Program consumer(losslessConsumerOf(side, byName));
        QVERIFY(consumer.begin());
        EVENTUALLY(contentOf(near + u".d/inbox/log.owner"_s).startsWith(QByteArray::number(consumer.processId()) + '\n'));
        const int first = sent == 0 ? 0 : sent - 3;
        QVERIFY(producer.feed(numberedLines(5, sent)));
        sent += 5;
        EVENTUALLY_EQUAL(consumer.output(), numberedLines(sent - first, first));
        EVENTUALLY_EQUAL(waitingIn(near, u"log"_s), 0);
        consumer.send(SIGKILL);
        consumer.status();
        QVERIFY(producer.feed(numberedLines(3, sent)));
        sent += 3;
        EVENTUALLY_EQUAL(waitingIn(near, u"log"_s), 3);
    }
}

// Each continues after the other, however often the kernel was asked about the files of the other.
void TestCachingMounts::producersInTurns()
{
    QVERIFY(prepare());
    const QString near = bus(u"near"_s);
    Program consumer(losslessConsumerOf(onOneSide(), {u"--name"_s, u"log"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(waitingIn(near, u"log"_s), 0);
    consumer.send(SIGTERM); // it would exit with the first of them
    consumer.status();
    QByteArray expected;
    for (int turn = 1; turn <= 6; ++turn) {
        remember(u"bus"_s);
        remember(u"bus.d/history/%1"_s.arg(turn, 20, 10, QLatin1Char('0')));
        const QByteArray line = numberedLines(1, turn);
        Program producer(producerOf(bus(turn % 2 ? u"near"_s : u"far"_s), {u"--history"_s, turn < 4 ? u"64"_s : u"0"_s}));
        QVERIFY(producer.begin() && producer.feed(line));
        producer.closeWriteChannel();
        QCOMPARE(producer.status(), ExitStatus::success);
        QCOMPARE(producer.errors(), QByteArray());
        expected += line;
        QCOMPARE(OnBus::chunkAt(near)->payload(), line);
        QCOMPARE(OnBus::chunkAt(near)->sequence(), static_cast<quint64>(turn));
    }
    Program next(losslessConsumerOf(onOneSide(), {u"--name"_s, u"log"_s}));
    QVERIFY(next.begin());
    QCOMPARE(next.status(), ExitStatus::success);
    QCOMPARE(next.output(), expected);
    QCOMPARE(next.errors(), QByteArray());
}

void TestCachingMounts::aStreamGoesBothWays()
{
    QVERIFY(prepare());
    const QStringList narrow{u"--window"_s, u"2"_s, u"--block-size"_s, u"64"_s};
    Program one(streamOf(onOneSide(), narrow)), other(streamOf(onTheOther(), narrow));
    QVERIFY(one.begin());
    EVENTUALLY(!inboxes(bus(u"near"_s) + u".b"_s).isEmpty());
    QVERIFY(other.begin());
    for (int count = 1; count <= 5; ++count) {
        QVERIFY(one.feed(numberedLines(1, count - 1)));
        EVENTUALLY_EQUAL(other.output(), numberedLines(count));
        QVERIFY(other.feed(numberedLines(1, count - 1)));
        EVENTUALLY_EQUAL(one.output(), numberedLines(count));
    }
    QVERIFY(one.feed(numberedLines(200, 5)) && other.feed(numberedLines(200, 5)));
    one.closeWriteChannel();
    other.closeWriteChannel();
    QCOMPARE(one.status(), ExitStatus::success);
    QCOMPARE(other.status(), ExitStatus::success);
    QCOMPARE(one.output(), numberedLines(205));
    QCOMPARE(other.output(), numberedLines(205));
    QCOMPARE(one.errors() + other.errors(), QByteArray());
    for (const QString &side : {u".a"_s, u".b"_s})
        QCOMPARE(namesIn(bus(u"near"_s) + side + u".d/inbox"_s), QStringList());
}

// By a process on the other side, while the kernel above still caches its predecessor.
void TestCachingMounts::anEndOfAStreamIsSucceeded()
{
    QVERIFY(prepare());
    Program killed(streamOf(onOneSide())), stays(streamOf(onTheOther()));
    QVERIFY(killed.begin() && stays.begin() && killed.feed("first\n") && stays.feed("answer\n"));
    EVENTUALLY_EQUAL(stays.output(), "first\n");
    EVENTUALLY_EQUAL(killed.output(), "answer\n");
    QVERIFY(m_directory->shell(u"ls -lR far >/dev/null 2>&1 || true"_s));
    killed.send(SIGKILL);
    killed.status();
    EVENTUALLY(stays.errors().contains("waiting for a successor"));
    QVERIFY(stays.feed("second\n"));
    Program successor(streamOf(onTheOther()));
    QVERIFY(successor.begin());
    EVENTUALLY(successor.output().endsWith("second\n"));
    QVERIFY(successor.feed("reply\n"));
    EVENTUALLY_EQUAL(stays.output(), "first\nreply\n");
    successor.closeWriteChannel();
    stays.closeWriteChannel();
    QCOMPARE(successor.status(), ExitStatus::success);
    QCOMPARE(stays.status(), ExitStatus::success);
}

void TestCachingMounts::aRemovedInboxIsMissed()
{
    QVERIFY(prepare());
    const QString near = bus(u"near"_s);
    Program consumer(losslessConsumerOf(onOneSide()));
    Program producer(losslessProducerOf(onTheOther()));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed("one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    EVENTUALLY(OnBus::chunkAt(near));
    QVERIFY(m_directory->shell(u"rm -r near/bus.d/inbox/~*[!r]"_s));
    QCOMPARE(consumer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), onOneSide() + u".d/inbox/"_s);
    QVERIFY(producer.feed("two\n")); // it waits for nobody
    EVENTUALLY(OnBus::chunkAt(near)->payload() == "two\n");
    QCOMPARE(producer.errors(), QByteArray());
}

// As a backup restored beneath the mount would do. Above, locks do not distinguish a copy from the file of a living owner.
void TestCachingMounts::copiesOfOwnerFilesAreReplaced()
{
    QVERIFY(prepare());
    const QStringList byName{u"-v"_s, u"--name"_s, u"log"_s};
    Program consumer(losslessConsumerOf(onOneSide(), byName));
    Program producer(losslessProducerOf(onTheOther(), perLine));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed(numberedLines(3)));
    EVENTUALLY_EQUAL(consumer.output(), numberedLines(3));
    EVENTUALLY_EQUAL(waitingIn(bus(u"near"_s), u"log"_s), 0);
    QVERIFY(m_directory->shell(u"cp -a near/bus.d aside && rm -r near/bus.d && mv aside near/bus.d"_s));
    EVENTUALLY(consumer.errors().contains("took again, as it was replaced: "));
    for (const QString &side : {u"far"_s, u"near"_s}) {
        Program refused(losslessConsumerOf(bus(side), byName));
        QVERIFY(refused.begin());
        QCOMPARE(refused.status(), ExitStatus::temporaryFailure);
        QVERIFY2(refused.errors().contains(QByteArray::number(consumer.processId())), refused.errors().constData());
    }
    QVERIFY(producer.feed(numberedLines(5, 3)));
    EVENTUALLY_EQUAL(consumer.output(), numberedLines(8));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(producer.errors(), QByteArray());
}

void TestCachingMounts::statusShowsWhatIsThere()
{
    m_directory = std::make_unique<BusDirectory>();
    QVERIFY(m_directory->shell(u"mkdir near far && bindfs -o %1 near far"_s.arg(everything)));
    QVERIFY(publish(bus(u"near"_s), "first\n"));
    for (const QString &name : {u"bus"_s, u"bus.d/inbox/log"_s, u"bus.d/inbox/log.owner"_s})
        remember(name);
    Program consumer(losslessConsumerOf(bus(u"near"_s), {u"--name"_s, u"log"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(waitingIn(bus(u"near"_s), u"log"_s), 0);
    suspend(consumer);
    Program producer(producerOf(bus(u"near"_s)));
    QVERIFY(producer.begin() && producer.feed("second\n"));
    EVENTUALLY(OnBus::chunkAt(bus(u"near"_s))->payload() == "second\n");
    Program status({u"--filename"_s, bus(u"far"_s), u"status"_s});
    QVERIFY(status.begin());
    QCOMPARE(status.status(), ExitStatus::success);
    const QByteArray text = status.output();
    QVERIFY2(text.contains("chunk 2,"), text.constData());
    QVERIFY2(text.contains("PID " + QByteArray::number(consumer.processId())), text.constData());
    QVERIFY2(text.contains("1 chunk waiting"), text.constData());
}

QTEST_GUILESS_MAIN(TestCachingMounts)
#include "tst_caching_mounts.moc"
