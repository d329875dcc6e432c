// SPDX-License-Identifier: Apache-2.0
#include "exitstatus.h"
#include "losslessbus.h"
#include "restoring.h"

#include <QtCore/QElapsedTimer>

#include <csignal>

/// A backup of a bus is restored while a lossless consumer has its inbox there.
class TestRestoredInbox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aLosslessConsumerGetsWhatIsRestored_data();
    void aLosslessConsumerGetsWhatIsRestored();
    void aLosslessConsumerTakesItsInboxAgain_data();
    void aLosslessConsumerTakesItsInboxAgain();
    void aNameThatSomebodyTookMeanwhile();
    void anInboxThatDoesNotComeBack_data();
    void anInboxThatDoesNotComeBack();
};

void TestRestoredInbox::aLosslessConsumerGetsWhatIsRestored_data()
{
    QTest::addColumn<QString>("restore");
    QTest::addColumn<bool>("running"); // whether the consumer runs all the time
    QTest::newRow("both, to a running consumer") << restoreBoth << true;
    QTest::newRow("both, to the next one of that name") << restoreBoth << false;
    QTest::newRow("the file, without a history") << u"rm bus.d/history/*; "_s + restoreFile << true;
}

// This includes what waited for it when the backup was made, if the process has not seen it.
void TestRestoredInbox::aLosslessConsumerGetsWhatIsRestored()
{
    QFETCH(QString, restore);
    QFETCH(bool, running);
    const QStringList byName = soon + QStringList{u"--name"_s, u"log"_s};
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), byName)), next(losslessConsumerOf(directory.bus(), byName));
    QVERIFY(consumer.begin());
    EVENTUALLY(inboxes(directory.bus()).size() == 1);
    suspend(consumer);
    Program producer(losslessProducerOf(directory.bus(), perLine)); // keeps running, so that the consumer does, too
    QVERIFY(producer.begin() && producer.feed(lines('a', 1, 10)));
    EVENTUALLY(isOnBus(directory, lines('a', 10, 10)));
    QVERIFY(backUp(directory));
    consumer.send(SIGCONT);
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 10));
    QVERIFY(producer.feed(lines('a', 11, 20)));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 20));
    suspend(consumer);
    QVERIFY(directory.shell(restore) && producer.feed(lines('b', 1, 5)));
    EVENTUALLY(isOnBus(directory, lines('b', 5, 5)));
    if (!running) {
        consumer.send(SIGKILL);
        QVERIFY(next.begin());
        EVENTUALLY_EQUAL(next.output(), lines('a', 1, 10) + lines('b', 1, 5));
        QCOMPARE(next.errors(), QByteArray());
        return;
    }
    consumer.send(SIGCONT);
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 20) + lines('b', 1, 5));
    QCOMPARE(consumer.errors().count("was put back"), 1);
    QCOMPARE(consumer.errors().count("lost"), 0);
    EVENTUALLY(waitingIn(directory.bus(), u"log"_s) == 0);
}

void TestRestoredInbox::aLosslessConsumerTakesItsInboxAgain_data()
{
    QTest::addColumn<QString>("remove"); // and it waits until the consumer has noticed, if there is anything to notice
    QTest::addColumn<QString>("restore");
    QTest::addColumn<bool>("repeats"); // whether numbers are reused
    QTest::newRow("both, after a while") << u"rm -rf bus bus.d"_s << u"cp -a aside/bus.d aside/bus ."_s << true;
    QTest::newRow("both, at once") << QString() << restoreBoth << true;
    QTest::newRow("the side directory, after a while") << u"rm -rf bus.d"_s << u"cp -a aside/bus.d ."_s << false;
    QTest::newRow("the inboxes, after a while") << u"rm -rf bus.d/inbox"_s << u"cp -a aside/bus.d/inbox bus.d"_s << false;
    QTest::newRow("over what is there") << QString() << restoreOver << false;
    QTest::newRow("the owner file alone") << QString() << u"cp -a --remove-destination aside/bus.d/inbox/log.owner bus.d/inbox"_s
                                          << false;
    QTest::newRow("the owner file is removed") << QString() << u"rm bus.d/inbox/log.owner"_s << false;
}

// It continues, and keeps its name. It has already seen the chunks in the backup.
void TestRestoredInbox::aLosslessConsumerTakesItsInboxAgain()
{
    QFETCH(QString, remove);
    QFETCH(QString, restore);
    QFETCH(bool, repeats);
    const QStringList byName = soon + QStringList{u"--name"_s, u"log"_s};
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), byName + QStringList{u"-v"_s}));
    Program producer(losslessProducerOf(directory.bus(), perLine));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed(lines('a', 1, 10)));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 10));
    suspend(consumer);
    QVERIFY(producer.feed(lines('a', 11, 12)));
    EVENTUALLY(isOnBus(directory, lines('a', 12, 12)));
    QVERIFY(backUp(directory));
    consumer.send(SIGCONT);
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 12));
    QVERIFY(producer.feed(lines('a', 13, 20)));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 20));

    QVERIFY(directory.shell(remove));
    EVENTUALLY(remove.isEmpty() || consumer.errors().contains("trying again: "));
    QVERIFY(directory.shell(restore));
    EVENTUALLY(consumer.errors().contains("took again, as it was replaced: "));
    Program another(losslessConsumerOf(directory.bus(), byName));
    QVERIFY(another.begin());
    QCOMPARE(another.status(), ExitStatus::temporaryFailure);
    VERIFY_ONE_LINE_ABOUT(another.errors(), u"PID %1 "_s.arg(consumer.processId()));
    QVERIFY(producer.feed(lines('b', 1, 5)));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 20) + lines('b', 1, 5));
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"log"_s), 0);
    QCOMPARE(OnBus::chunkAt(directory.bus())->sequence(), repeats ? 17u : 25u);
    QCOMPARE(saysPutBack(consumer.errors()), repeats);
    QVERIFY2(!consumer.errors().contains(" lost, "), consumer.errors().constData());

    consumer.send(SIGTERM);
    QCOMPARE(consumer.status(), ExitStatus::signalled + SIGTERM);
    QVERIFY(producer.feed(lines('b', 6, 8)));
    Program next(losslessConsumerOf(directory.bus(), byName));
    QVERIFY(next.begin());
    EVENTUALLY_EQUAL(next.output(), lines('b', 6, 8));
    producer.closeWriteChannel();
    QCOMPARE(next.status(), ExitStatus::success);
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors() + next.errors(), QByteArray());
}

// A consumer that was stopped for so long that another one could take the restored inbox no longer owns it.
void TestRestoredInbox::aNameThatSomebodyTookMeanwhile()
{
    const QStringList byName = soon + QStringList{u"--name"_s, u"log"_s};
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), byName));
    Program producer(losslessProducerOf(directory.bus(), perLine));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed(lines('a', 1, 10)));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 10));
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"log"_s), 0);
    QVERIFY(backUp(directory));
    suspend(consumer);
    QVERIFY(directory.shell(restoreBoth));
    Program another(losslessConsumerOf(directory.bus(), byName));
    QVERIFY(another.begin());
    const QString ownerFile = directory.bus() + u".d/inbox/log.owner"_s;
    EVENTUALLY(contentOf(ownerFile).startsWith(QByteArray::number(another.processId()) + '\n'));
    consumer.send(SIGCONT);
    QCOMPARE(consumer.status(), ExitStatus::temporaryFailure);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), u"PID %1 "_s.arg(another.processId()));
    QVERIFY(contentOf(ownerFile).startsWith(QByteArray::number(another.processId()) + '\n'));
    QVERIFY(producer.feed(lines('b', 1, 5)));
    EVENTUALLY_EQUAL(another.output(), lines('b', 1, 5));
}

void TestRestoredInbox::anInboxThatDoesNotComeBack_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<bool>("isAwaited");
    QTest::newRow("of a name") << QStringList{u"--name"_s, u"log"_s} << true;
    QTest::newRow("of a consumer without a name") << QStringList{} << false;
}

void TestRestoredInbox::anInboxThatDoesNotComeBack()
{
    QFETCH(QStringList, options);
    QFETCH(bool, isAwaited);
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), soon + options));
    Program producer(losslessProducerOf(directory.bus(), perLine));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed(lines('a', 1, 10)));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 1, 10));
    EVENTUALLY(isOnBus(directory, lines('a', 10, 10)));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(directory.shell(u"rm -rf bus.d"_s));
    QCOMPARE(consumer.status(), ExitStatus::notABus);
    QCOMPARE(timer.elapsed() > 9000, isAwaited);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), directory.bus() + u".d/inbox/"_s);
    QVERIFY2(consumer.errors().contains("subscribe again"), consumer.errors().constData());
}

QTEST_GUILESS_MAIN(TestRestoredInbox)
#include "tst_restored_inbox.moc"
