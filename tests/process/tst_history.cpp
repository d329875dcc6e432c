// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "onbus.h"
#include "processfigures.h"
#include "program.h"

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;

/// How much a bus keeps, where a consumer begins, and how it reports what is gone.
class TestHistory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepsAsManyChunksAsTheLastProducerWants_data();
    void keepsAsManyChunksAsTheLastProducerWants();
    void keepsNoMoreBytesThanAllowed();
    void aConsumerBeginsWhereItIsTold_data();
    void aConsumerBeginsWhereItIsTold();
    void aConsumerWaitsForANewChunk();
    void aConsumerOfAnEmptyBusMissesNothing_data();
    void aConsumerOfAnEmptyBusMissesNothing();
    void aNumberThatIsGoneIsReportedLost();
    void endsAfterAsManyChunks();
    void endsWhenNothingComes();
    void aConsumerStoppedForLessThanTheHistoryLosesNothing();
    void aConsumerStoppedForLongerCountsWhatItLost();
    void endsAtALossIfToldTo();
    void goesOnWhenTheHistoryIsRemoved();
    void goesOnWithoutTheRightToReadTheHistory();
    void manyConsumersSeeTheSame();
};

namespace
{

// One chunk per line.
bool publishLines(const QString &bus, int first, int last, const QStringList &options = {})
{
    Program producer(producerOf(bus, QStringList{u"--block-size"_s, u"9"_s} + options));
    QByteArray lines;
    for (int i = first; i <= last; ++i)
        lines += QByteArray::number(i).rightJustified(8, '0') + '\n';
    if (!producer.begin() || !producer.feed(lines))
        return false;
    producer.closeWriteChannel();
    return producer.status() == 0 && producer.errors().isEmpty();
}

QByteArray lines(int first, int last)
{
    QByteArray text;
    for (int i = first; i <= last; ++i)
        text += QByteArray::number(i).rightJustified(8, '0') + '\n';
    return text;
}

void stopFor(Program &consumer, const std::function<bool()> &what)
{
    consumer.send(SIGSTOP);
    QVERIFY(what());
    consumer.send(SIGCONT);
}

} // namespace

void TestHistory::keepsAsManyChunksAsTheLastProducerWants_data()
{
    QTest::addColumn<QString>("history");
    QTest::addColumn<int>("kept");
    QTest::newRow("unless told otherwise") << QString() << 64;
    QTest::newRow("none") << u"0"_s << 0;
    QTest::newRow("one") << u"1"_s << 1;
    QTest::newRow("more than there are") << u"1024"_s << 201;
}

void TestHistory::keepsAsManyChunksAsTheLastProducerWants()
{
    QFETCH(QString, history);
    QFETCH(int, kept);
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 200, {u"--history"_s, u"1000"_s}));
    QVERIFY(publishLines(directory.bus(), 201, 201, history.isEmpty() ? QStringList() : QStringList{u"--history"_s, history}));
    QCOMPARE(OnBus::payloads(directory.bus()).join(), lines(202 - kept, 201));
}

void TestHistory::keepsNoMoreBytesThanAllowed()
{
    BusDirectory directory;
    const QStringList tenFiles{u"--history-bytes"_s, QString::number(10 * 3072)}; // the size of a small chunk on disk
    QVERIFY(publishLines(directory.bus(), 1, 50, tenFiles));
    QCOMPARE(OnBus::payloads(directory.bus()).join(), lines(41, 50));
    QVERIFY(publishLines(directory.bus(), 51, 51, {u"--history-bytes"_s, u"100"_s}));
    QCOMPARE(OnBus::payloads(directory.bus()).join(), QByteArray());
}

void TestHistory::aConsumerBeginsWhereItIsTold_data()
{
    QTest::addColumn<QStringList>("from");
    QTest::addColumn<int>("first");
    QTest::newRow("unless told otherwise") << QStringList() << 100;
    QTest::newRow("last") << QStringList{u"--from"_s, u"last"_s} << 100;
    QTest::newRow("all") << QStringList{u"--from"_s, u"all"_s} << 37;
    QTest::newRow("a number that is kept") << QStringList{u"--from"_s, u"90"_s} << 90;
    QTest::newRow("the newest number") << QStringList{u"--from=100"_s} << 100;
    QTest::newRow("a number to come") << QStringList{u"--from"_s, u"103"_s} << 103;
}

void TestHistory::aConsumerBeginsWhereItIsTold()
{
    QFETCH(QStringList, from);
    QFETCH(int, first);
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 100));
    Program consumer(consumerOf(directory.bus(), from));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), lines(first, 100));
    QVERIFY(publishLines(directory.bus(), 101, 105));
    EVENTUALLY_EQUAL(consumer.output(), lines(first, 105));
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestHistory::aConsumerWaitsForANewChunk()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 100));
    Program consumer(consumerOf(directory.bus(), {u"--from"_s, u"new"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY(ProcessFigures::watches(consumer.processId(), directory.path()));
    const qint64 sleeps = ProcessFigures::sleeps(consumer.processId());
    EVENTUALLY(ProcessFigures::sleeps(consumer.processId()) > sleeps + 1); // it has looked at the bus by then
    QVERIFY(publishLines(directory.bus(), 101, 102));
    EVENTUALLY_EQUAL(consumer.output(), lines(101, 102));
}

void TestHistory::aConsumerOfAnEmptyBusMissesNothing_data()
{
    QTest::addColumn<QString>("before"); // sets up the bus
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QStringList>("history");
    QTest::addColumn<QByteArray>("expected");
    const QStringList none, fromNew{u"--from"_s, u"new"_s}, two{u"--history"_s, u"2"_s};
    QTest::newRow("last") << QString() << none << none << lines(1, 5);
    QTest::newRow("new") << QString() << fromNew << none << lines(1, 5);
    QTest::newRow("the first one") << QString() << fromNew + QStringList{u"--once"_s} << none << lines(1, 1);
    QTest::newRow("some are gone") << QString() << none << two << lines(4, 5);
    QTest::newRow("an empty file") << u"> bus"_s << fromNew << none << lines(1, 5);
    QTest::newRow("the file was removed") << u"rm bus"_s << fromNew << none << lines(1, 5);
}

// Chunks that arrive while the consumer does not run are not printed.
void TestHistory::aConsumerOfAnEmptyBusMissesNothing()
{
    QFETCH(QString, before);
    QFETCH(QStringList, options);
    QFETCH(QStringList, history);
    QFETCH(QByteArray, expected);
    BusDirectory directory;
    QVERIFY(!before.startsWith(u"rm") || publishLines(directory.bus(), 101, 110)); // the history stays
    QVERIFY(directory.shell(before));
    Program consumer(consumerOf(directory.bus(), options + QStringList{u"--sleep-interval"_s, u"0.02"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY(ProcessFigures::watches(consumer.processId(), directory.path()));
    const qint64 sleeps = ProcessFigures::sleeps(consumer.processId());
    EVENTUALLY(ProcessFigures::sleeps(consumer.processId()) > sleeps + 1); // it has looked at the bus by then
    stopFor(consumer, [&] { return publishLines(directory.bus(), 1, 5, history); });
    EVENTUALLY_EQUAL(consumer.output(), expected);
    EVENTUALLY_EQUAL(consumer.errors(), QByteArray(history.isEmpty() ? "" : "filebus: 3 chunks lost, numbers 1 to 3\n"));
}

void TestHistory::aNumberThatIsGoneIsReportedLost()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 100));
    Program consumer(consumerOf(directory.bus(), {u"--from"_s, u"11"_s, u"-n"_s, u"64"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), lines(37, 100));
    QCOMPARE(consumer.errors(), "filebus: 26 chunks lost, numbers 11 to 36\nfilebus: received 64 chunks, 576 bytes; lost: 26\n");
}

void TestHistory::endsAfterAsManyChunks()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 10));
    for (const QStringList &options : {QStringList{u"--once"_s}, QStringList{u"-n"_s, u"1"_s}, QStringList{u"-n1"_s}}) {
        Program consumer(consumerOf(directory.bus(), options));
        QVERIFY(consumer.begin());
        QCOMPARE(consumer.status(), ExitStatus::success);
        QCOMPARE(consumer.output(), lines(10, 10));
    }
}

void TestHistory::endsWhenNothingComes()
{
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), {u"--timeout"_s, u"0.2"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::temporaryFailure);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), directory.bus());
}

void TestHistory::aConsumerStoppedForLessThanTheHistoryLosesNothing()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 1));
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), lines(1, 1));
    stopFor(consumer, [&] { return publishLines(directory.bus(), 2, 65); });
    EVENTUALLY_EQUAL(consumer.output(), lines(1, 65));
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestHistory::aConsumerStoppedForLongerCountsWhatItLost()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 1));
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), lines(1, 1));
    stopFor(consumer, [&] { return publishLines(directory.bus(), 2, 200); });
    EVENTUALLY_EQUAL(consumer.output(), lines(1, 1) + lines(137, 200));
    consumer.send(SIGTERM);
    QCOMPARE(consumer.status(), 128 + SIGTERM);
    QCOMPARE(consumer.errors(),
             "filebus: 135 chunks lost, numbers 2 to 136\nfilebus: received 65 chunks, 585 bytes; lost: 135\n");
}

void TestHistory::endsAtALossIfToldTo()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 100));
    Program consumer(consumerOf(directory.bus(), {u"--from"_s, u"30"_s, u"--fail-on-loss"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::dataLost);
    QCOMPARE(consumer.output(), QByteArray());
}

void TestHistory::goesOnWhenTheHistoryIsRemoved()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 1));
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), lines(1, 1));
    stopFor(consumer, [&] {
        return publishLines(directory.bus(), 2, 10) && directory.shell(u"rm -r bus.d/history"_s)
            && publishLines(directory.bus(), 11, 12);
    });
    EVENTUALLY_EQUAL(consumer.output(), lines(1, 1) + lines(11, 12));
    QCOMPARE(consumer.errors(), "filebus: 9 chunks lost, numbers 2 to 10\n");
}

void TestHistory::goesOnWithoutTheRightToReadTheHistory()
{
    if (::geteuid() != 0)
        QSKIP("only root can run a consumer as another user");
    BusDirectory directory;
    directory.setMode(0755);
    QVERIFY(publishLines(directory.bus(), 1, 1));
    QVERIFY(directory.shell(u"chmod 700 bus.d"_s));
    Program consumer(consumerOf(directory.bus(), {u"-v"_s}));
    consumer.setUser(65534);
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), lines(1, 1));
    stopFor(consumer, [&] { return publishLines(directory.bus(), 2, 10); });
    EVENTUALLY_EQUAL(consumer.output(), lines(1, 1) + lines(10, 10));
    EVENTUALLY(consumer.errors().contains("the history cannot be read"));
    EVENTUALLY(consumer.errors().contains("8 chunks lost, numbers 2 to 9"));
}

void TestHistory::manyConsumersSeeTheSame()
{
    BusDirectory directory;
    QVERIFY(publishLines(directory.bus(), 1, 1));
    std::vector<std::unique_ptr<Program>> consumers;
    for (int i = 0; i < 20; ++i) {
        consumers.push_back(std::make_unique<Program>(consumerOf(directory.bus())));
        QVERIFY(consumers.back()->begin());
        EVENTUALLY_EQUAL(consumers.back()->output(), lines(1, 1));
    }
    for (int i = 2; i <= 402; i += 40) {
        QVERIFY(publishLines(directory.bus(), i, i + 39));
        for (const auto &consumer : consumers)
            EVENTUALLY_EQUAL(consumer->output(), lines(1, i + 39));
    }
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
