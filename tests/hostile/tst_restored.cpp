// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QElapsedTimer>

#include <algorithm>
#include <csignal>

using namespace Qt::StringLiterals;

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
    void aLosslessConsumerGetsWhatIsRestored_data();
    void aLosslessConsumerGetsWhatIsRestored();
    void aLosslessConsumerTakesItsInboxAgain_data();
    void aLosslessConsumerTakesItsInboxAgain();
    void aNameThatSomebodyTookMeanwhile();
    void anInboxThatDoesNotComeBack_data();
    void anInboxThatDoesNotComeBack();
    void theSameFileAgainIsNothingNew_data();
    void theSameFileAgainIsNothingNew();
    void noNumberIsGivenTwiceOnDisk_data();
    void noNumberIsGivenTwiceOnDisk();
    void aBackupOfThisMoment_data();
    void aBackupOfThisMoment();
};

namespace
{

const QStringList soon{u"--sleep-interval"_s, u"0.02"_s};

// One line per chunk.
QByteArray lines(char past, int first, int last)
{
    QByteArray text;
    for (int i = first; i <= last; ++i)
        text += past + QByteArray::number(i).rightJustified(6, '0') + '\n';
    return text;
}

const QStringList perLine{u"--block-size"_s, u"8"_s};

bool publishLines(const BusDirectory &directory, char past, int first, int last, const QStringList &options = {})
{
    return publish(directory.bus(), lines(past, first, last), perLine + options);
}

bool isOnBus(const BusDirectory &directory, const QByteArray &payload)
{
    const auto chunk = OnBus::chunkAt(directory.bus());
    return chunk && chunk->payload() == payload;
}

bool backUp(const BusDirectory &directory, const QString &to = u"aside"_s)
{
    return directory.shell(u"mkdir -p %1 && cp -a bus bus.d %1/"_s.arg(to));
}

const QString restoreBoth = u"rm -rf bus bus.d; cp -a aside/bus.d aside/bus ."_s;
const QString restoreOver = u"cp -a --remove-destination aside/. ."_s; // like rsync(1) without --delete
const QString restoreFile = u"cp -a aside/bus new && mv new bus"_s;
const QString restoreSide = u"rm -rf bus.d; cp -a aside/bus.d ."_s;

bool saysPutBack(const QByteArray &errors)
{
    return errors.contains("was put back to an earlier state");
}

} // namespace

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

void TestRestored::aLosslessConsumerGetsWhatIsRestored_data()
{
    QTest::addColumn<QString>("restore");
    QTest::addColumn<bool>("running"); // whether the consumer runs all the time
    QTest::newRow("both, to a running consumer") << restoreBoth << true;
    QTest::newRow("both, to the next one of that name") << restoreBoth << false;
    QTest::newRow("the file, without a history") << u"rm bus.d/history/*; "_s + restoreFile << true;
}

// This includes what waited for it when the backup was made, if the process has not seen it.
void TestRestored::aLosslessConsumerGetsWhatIsRestored()
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

void TestRestored::aLosslessConsumerTakesItsInboxAgain_data()
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
void TestRestored::aLosslessConsumerTakesItsInboxAgain()
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
void TestRestored::aNameThatSomebodyTookMeanwhile()
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

void TestRestored::anInboxThatDoesNotComeBack_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<bool>("isAwaited");
    QTest::newRow("of a name") << QStringList{u"--name"_s, u"log"_s} << true;
    QTest::newRow("of a consumer without a name") << QStringList{} << false;
}

void TestRestored::anInboxThatDoesNotComeBack()
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
