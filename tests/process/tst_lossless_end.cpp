// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"

#include <QtCore/QFile>

#include <csignal>

using namespace Qt::StringLiterals;

/// The end of a lossless channel: nobody exits before the others have received their chunks.
class TestLosslessEnd : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aProducerDrains();
    void aProducerNeedNotDrain();
    void aConsumerWaitsForTheEndOfBothProducers();
    void emptyInputIsAnEndAsWell();
    void aKilledProducerHasNotEnded();
    void aSuspendedNameDoesNotHoldTheEndUp();
};

namespace
{
const QStringList often{u"--sleep-interval"_s, u"0.1"_s}; // where events are certain, a consumer looks without them once a second
} // namespace

void TestLosslessEnd::aProducerDrains()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1);
    suspend(consumer);
    Program producer(losslessProducerOf(directory.bus()));
    QVERIFY(producer.begin() && producer.feed("not taken\n"));
    producer.closeWriteChannel();
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), inboxes(directory.bus()).value(0)), 1);
    QVERIFY(producer.looksAgain());
    consumer.send(SIGCONT);
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "not taken\n");
}

void TestLosslessEnd::aProducerNeedNotDrain()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1);
    suspend(consumer);
    Program producer(losslessProducerOf(directory.bus(), {u"--no-drain"_s}));
    QVERIFY(producer.begin() && producer.feed("not taken\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    consumer.send(SIGCONT);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "not taken\n");
}

void TestLosslessEnd::aConsumerWaitsForTheEndOfBothProducers()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), often));
    Program one(losslessProducerOf(directory.bus())), two(losslessProducerOf(directory.bus()));
    QVERIFY(consumer.begin() && one.begin() && two.begin());
    QVERIFY(one.feed("one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    QVERIFY(two.feed("two\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\n");
    one.closeWriteChannel();
    QCOMPARE(one.status(), ExitStatus::success);
    QVERIFY(consumer.looksAgain());
    QVERIFY(two.feed("more\n"));
    two.closeWriteChannel();
    QCOMPARE(two.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "one\ntwo\nmore\n");
}

void TestLosslessEnd::emptyInputIsAnEndAsWell()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus())), producer(losslessProducerOf(directory.bus()));
    QVERIFY(producer.begin() && consumer.begin());
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), QByteArray());
    QVERIFY(!QFile::exists(directory.bus()));
}

void TestLosslessEnd::aKilledProducerHasNotEnded()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), often));
    Program killed(losslessProducerOf(directory.bus()));
    QVERIFY(consumer.begin() && killed.begin() && killed.feed("of the killed\n"));
    EVENTUALLY_EQUAL(consumer.output(), "of the killed\n");
    killed.send(SIGKILL);
    QCOMPARE(killed.status(), 128 + SIGKILL);
    QVERIFY(consumer.looksAgain());
    Program successor(losslessProducerOf(directory.bus()));
    QVERIFY(successor.begin() && successor.feed("of the successor\n"));
    successor.closeWriteChannel();
    QCOMPARE(successor.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "of the killed\nof the successor\n");
}

// A producer waits for running consumers only. A durable subscription without a process gets its chunks later.
void TestLosslessEnd::aSuspendedNameDoesNotHoldTheEndUp()
{
    BusDirectory directory;
    Program former(losslessConsumerOf(directory.bus(), {u"--name"_s, u"sleeper"_s}));
    QVERIFY(former.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"sleeper"_s), 0);
    former.send(SIGTERM);
    QCOMPARE(former.status(), 128 + SIGTERM);
    Program producer(losslessProducerOf(directory.bus()));
    QVERIFY(producer.begin() && producer.feed("for later\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    Program consumer(losslessConsumerOf(directory.bus(), {u"--name"_s, u"sleeper"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "for later\n");
}

QTEST_GUILESS_MAIN(TestLosslessEnd)
#include "tst_lossless_end.moc"
