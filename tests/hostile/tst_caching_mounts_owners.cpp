// SPDX-License-Identifier: Apache-2.0
#include "cachingmount.h"
#include "exitstatus.h"
#include "onbus.h"

#include <csignal>

/// Who holds a name or an end of a stream is seen across a mount whose kernel caches, and so is that it changes.
class TestCachingMountsOwners : public CachingMountTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { requireFuse(); }
    void cleanup() { unmount(); }

    void subscribersComeAndGo_data() { addSides(); }
    void subscribersComeAndGo();
    void aNameIsTakenOnBothSides_data() { addSides(); }
    void aNameIsTakenOnBothSides();
    void aKilledSubscriberIsSucceeded_data() { addSides(); }
    void aKilledSubscriberIsSucceeded();
    void anEndOfAStreamIsSucceeded_data() { addSides(); }
    void anEndOfAStreamIsSucceeded();
    void aRemovedInboxIsMissed_data() { addSides(); }
    void aRemovedInboxIsMissed();
    void copiesOfOwnerFilesAreReplaced_data() { addSides(); }
    void copiesOfOwnerFilesAreReplaced();
};

// While the producer runs on the other side.
void TestCachingMountsOwners::subscribersComeAndGo()
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
void TestCachingMountsOwners::aNameIsTakenOnBothSides()
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
void TestCachingMountsOwners::aKilledSubscriberIsSucceeded()
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

// By a process on the other side, while the kernel above still caches its predecessor.
void TestCachingMountsOwners::anEndOfAStreamIsSucceeded()
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

void TestCachingMountsOwners::aRemovedInboxIsMissed()
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
void TestCachingMountsOwners::copiesOfOwnerFilesAreReplaced()
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

QTEST_GUILESS_MAIN(TestCachingMountsOwners)
#include "tst_caching_mounts_owners.moc"
