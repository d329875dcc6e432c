// SPDX-License-Identifier: Apache-2.0
#include "exitstatus.h"
#include "losslessbus.h"
#include "restoring.h"

#include <algorithm>
#include <csignal>

/// A backup of a bus is restored, as cp(1) and rsync(1) do it, while consumers follow it and producers publish.
class TestRestored : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aConsumerFollowsWhatWasRestored_data();
    void aConsumerFollowsWhatWasRestored();
    void aConsumerThatLooksLateNoticesIt_data();
    void aConsumerThatLooksLateNoticesIt();
    void restoredTwice();
    void theSameFileAgainIsNothingNew_data();
    void theSameFileAgainIsNothingNew();
    void noNumberIsGivenTwiceOnDisk_data();
    void noNumberIsGivenTwiceOnDisk();
    void aBackupOfThisMoment_data();
    void aBackupOfThisMoment();
};

void TestRestored::aConsumerFollowsWhatWasRestored_data()
{
    QTest::addColumn<QString>("restore");
    QTest::addColumn<bool>("running"); // whether the producer runs all the time
    QTest::addColumn<bool>("repeats"); // whether numbers are reused
    for (const bool running : {false, true}) {
        const char *const producer = running ? "a running producer" : "another producer";
        QTest::addRow("both, %s", producer) << restoreBoth << running << true;
        QTest::addRow("over what is there, %s", producer) << restoreOver << running << false;
        QTest::addRow("the file alone, %s", producer) << restoreFile << running << false;
        QTest::addRow("the file, and no history, %s", producer) << u"rm -rf bus.d; "_s + restoreFile << running << true;
        QTest::addRow("the side directory alone, %s", producer) << restoreSide << running << false;
    }
}

void TestRestored::aConsumerFollowsWhatWasRestored()
{
    QFETCH(QString, restore);
    QFETCH(bool, running);
    QFETCH(bool, repeats);
    BusDirectory directory;
    Program producer(producerOf(directory.bus(), perLine));
    const auto publishMore = [&](char past, int first, int last) {
        return running ? producer.feed(lines(past, first, last)) : publishLines(directory, past, first, last);
    };
    QVERIFY(!running || producer.begin());
    QVERIFY(publishMore('a', 1, 10));
    EVENTUALLY(isOnBus(directory, lines('a', 10, 10)));
    QVERIFY(backUp(directory));
    Program consumer(consumerOf(directory.bus(), soon));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 10, 10));
    QVERIFY(publishMore('a', 11, 60));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 10, 60));

    const bool fileGoesBack = restore != restoreSide;
    QVERIFY(directory.shell(restore));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 10, 60) + (fileGoesBack ? lines('a', 10, 10) : QByteArray()));
    QCOMPARE(saysPutBack(consumer.errors()), fileGoesBack);
    const QByteArray before = consumer.output();
    QVERIFY(publishMore('b', 1, 20));
    EVENTUALLY_EQUAL(consumer.output(), before + lines('b', 1, 20));
    QCOMPARE(OnBus::chunkAt(directory.bus())->sequence(), repeats ? 30u : 80u);
    QVERIFY2(!consumer.errors().contains("lost"), consumer.errors().constData());
    QCOMPARE(producer.errors(), QByteArray());
}

void TestRestored::aConsumerThatLooksLateNoticesIt_data()
{
    QTest::addColumn<int>("published"); // after the restore of number 10, when the consumer had seen 40
    QTest::addColumn<int>("first");     // the first of these that is still available
    QTest::addColumn<bool>("exact");
    QTest::newRow("behind what was seen") << 20 << 1 << true;
    QTest::newRow("as far as what was seen") << 30 << 1 << true;
    QTest::newRow("one farther") << 31 << 1 << true;
    QTest::newRow("beyond what was seen") << 50 << 1 << true;
    QTest::newRow("farther than the history") << 80 << 17 << false;
}

void TestRestored::aConsumerThatLooksLateNoticesIt()
{
    QFETCH(int, published);
    QFETCH(int, first);
    QFETCH(bool, exact);
    BusDirectory directory;
    QVERIFY(publishLines(directory, 'a', 1, 10) && backUp(directory));
    Program consumer(consumerOf(directory.bus(), soon));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 10, 10));
    QVERIFY(publishLines(directory, 'a', 11, 40));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 10, 40));
    suspend(consumer);
    QVERIFY(directory.shell(restoreBoth) && publishLines(directory, 'b', 1, published));
    consumer.send(SIGCONT);
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 10, 40) + lines('b', first, published));
    QVERIFY(saysPutBack(consumer.errors()));
    consumer.send(SIGTERM);
    QCOMPARE(consumer.status(), ExitStatus::signalled + SIGTERM);
    QVERIFY2(exact || !consumer.errors().contains(" 0 chunks"), consumer.errors().constData());
}

void TestRestored::restoredTwice()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory, 'a', 1, 10) && backUp(directory));
    Program consumer(consumerOf(directory.bus(), soon));
    QVERIFY(consumer.begin());
    QByteArray expected = lines('a', 10, 10);
    EVENTUALLY_EQUAL(consumer.output(), expected);
    for (const char past : {'b', 'c', 'd'}) {
        QVERIFY(publishLines(directory, past, 1, 5));
        expected += lines(past, 1, 5);
        EVENTUALLY_EQUAL(consumer.output(), expected);
        QVERIFY(directory.shell(restoreBoth));
        expected += lines('a', 10, 10);
        EVENTUALLY_EQUAL(consumer.output(), expected);
    }
    QCOMPARE(consumer.errors().count("was put back"), 3);
}

void TestRestored::theSameFileAgainIsNothingNew_data()
{
    QTest::addColumn<QString>("change");
    QTest::newRow("touched") << u"touch bus"_s;
    QTest::newRow("copied") << u"cp bus new && mv new bus"_s;
    QTest::newRow("copied with its times") << u"cp -a bus new && mv new bus"_s;
    QTest::newRow("backed up and restored") << u"mkdir aside && cp -a bus bus.d aside && "_s + restoreBoth;
}

void TestRestored::theSameFileAgainIsNothingNew()
{
    QFETCH(QString, change);
    BusDirectory directory;
    QVERIFY(publishLines(directory, 'a', 1, 10));
    Program consumer(consumerOf(directory.bus(), soon));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 10, 10));
    QVERIFY(directory.shell(change));
    QVERIFY(publishLines(directory, 'a', 11, 20));
    EVENTUALLY_EQUAL(consumer.output(), lines('a', 10, 20));
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestRestored::noNumberIsGivenTwiceOnDisk_data()
{
    QTest::addColumn<QString>("restore");
    QTest::addColumn<QString>("history");
    for (const char *const history : {"64", "3", "0"}) {
        QTest::addRow("both, history %s", history) << restoreBoth << QString::fromLatin1(history);
        QTest::addRow("the file alone, history %s", history) << restoreFile << QString::fromLatin1(history);
        QTest::addRow("the side directory alone, history %s", history) << restoreSide << QString::fromLatin1(history);
        QTest::addRow("over what is there, history %s", history) << restoreOver << QString::fromLatin1(history);
    }
}

// With a producer that runs all the time, one that starts, and both in turns.
void TestRestored::noNumberIsGivenTwiceOnDisk()
{
    QFETCH(QString, restore);
    QFETCH(QString, history);
    BusDirectory directory;
    const QStringList options = perLine + QStringList{u"--history"_s, history};
    Program producer(producerOf(directory.bus(), options));
    QVERIFY(producer.begin() && producer.feed(lines('a', 1, 10)));
    EVENTUALLY(isOnBus(directory, lines('a', 10, 10)));
    QVERIFY(backUp(directory));
    QVERIFY(producer.feed(lines('a', 11, 30)));
    EVENTUALLY(isOnBus(directory, lines('a', 30, 30)));
    QVERIFY(directory.shell(restore));
    QVERIFY(producer.feed(lines('b', 1, 2)));
    EVENTUALLY(isOnBus(directory, lines('b', 2, 2)));
    QVERIFY(publishLines(directory, 'b', 3, 4, {u"--history"_s, history}));
    QVERIFY(producer.feed(lines('b', 5, 6)));
    EVENTUALLY(isOnBus(directory, lines('b', 6, 6)));

    const auto newest = OnBus::chunkAt(directory.bus());
    const QList<FileBus::Chunk> kept = OnBus::historyAfter(directory.bus(), 0);
    QByteArray newChunks;
    for (const FileBus::Chunk &chunk : kept) {
        QCOMPARE(chunk.streamId(), newest->streamId());
        QVERIFY(chunk.sequence() <= newest->sequence());
        newChunks += chunk.payload().startsWith('b') ? chunk.payload() : QByteArray();
    }
    const int keptOfThese = std::min(history.toInt(), 6);
    QCOMPARE(newChunks, lines('b', 7 - keptOfThese, 6));
}

void TestRestored::aBackupOfThisMoment_data()
{
    QTest::addColumn<QString>("restore");
    QTest::newRow("both") << restoreBoth;
    QTest::newRow("the side directory alone") << restoreSide;
    QTest::newRow("over what is there") << restoreOver;
    QTest::newRow("staging alone") << u"rm -r bus.d/staging; cp -a aside/bus.d/staging bus.d"_s;
}

// The backup holds the file that a running producer keeps ready for its next chunk, and its owner file, under their current
// names.
void TestRestored::aBackupOfThisMoment()
{
    QFETCH(QString, restore);
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), soon));
    Program producer(producerOf(directory.bus(), perLine));
    QVERIFY(consumer.begin() && producer.begin());
    QByteArray expected;
    for (int round = 1; round <= 3; ++round) {
        QVERIFY(producer.feed(lines('a', round, round)));
        expected += lines('a', round, round);
        EVENTUALLY_EQUAL(consumer.output(), expected);
        EVENTUALLY(OnBus::leftovers(directory.bus()).size() >= 2); // the owner file, and a file for the next chunk
        QVERIFY(directory.shell(u"rm -rf aside"_s) && backUp(directory) && directory.shell(restore));
    }
    QVERIFY(producer.feed(lines('a', 4, 4)));
    EVENTUALLY_EQUAL(consumer.output(), expected + lines('a', 4, 4));
    QCOMPARE(OnBus::chunkAt(directory.bus())->sequence(), 4u);
    QVERIFY2(directory.shell(u"! flock -n -s bus.d/producers/*.owner true"_s), "the producer counts as gone");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors() + consumer.errors(), QByteArray());
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

QTEST_GUILESS_MAIN(TestRestored)
#include "tst_restored.moc"
