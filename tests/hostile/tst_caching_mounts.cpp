// SPDX-License-Identifier: Apache-2.0
#include "cachingmount.h"
#include "exitstatus.h"
#include "onbus.h"

#include <QtCore/QElapsedTimer>

#include <csignal>

/// Chunks and bytes pass a mount whose kernel caches, in both directions.
class TestCachingMounts : public CachingMountTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { requireFuse(); }
    void cleanup() { unmount(); }

    void everythingComesInOrder_data() { addSidesAndCaches(); }
    void everythingComesInOrder();
    void eachLineComesAtOnce_data() { addSidesAndCaches(); }
    void eachLineComesAtOnce();
    void aFullInboxHoldsTheProducerUp_data() { addSides(); }
    void aFullInboxHoldsTheProducerUp();
    void producersInTurns_data() { addSides(); }
    void producersInTurns();
    void aStreamGoesBothWays_data() { addSidesAndCaches(); }
    void aStreamGoesBothWays();
    void statusShowsWhatIsThere();
};

namespace
{
const QByteArray pollsOnFuse = "polling: on a FUSE file system, events do not";
} // namespace

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
