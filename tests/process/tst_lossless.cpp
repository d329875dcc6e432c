// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "onbus.h"
#include "processfigures.h"

#include <QtCore/QFile>

#include <csignal>

using namespace Qt::StringLiterals;

/// Lossless channels: every chunk arrives, and the faster side waits.
class TestLossless : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void allComesOnceAndInOrder_data() { BusDirectory::addPlaces(); }
    void allComesOnceAndInOrder();
    void backPressureIsTheSameOption();
    void theWindowHoldsTheProducerUp();
    void theSlowestPaces();
    void aProducerWaitsForItsFirstConsumer();
    void aProducerWaitsForAsManyConsumersAsItIsTold();
    void twoProducersTogether_data() { BusDirectory::addPlaces(); }
    void twoProducersTogether();
    void aPlainProducerDoesNotWait();
    void lossyConsumersSlowNobody();
};

namespace
{

const QStringList byLine{u"--block-size"_s, u"16"_s, u"--gather"_s, u"0"_s};

/// The part of one producer in all that arrived.
QByteArray linesOf(const QByteArray &all, char mark)
{
    QByteArray lines;
    for (const QByteArray &line : all.split('\n')) {
        if (line.endsWith(mark))
            lines += line + '\n';
    }
    return lines;
}

QByteArray markedLines(int count, char mark)
{
    QByteArray lines;
    for (int number = 0; number < count; ++number)
        lines += QByteArray::number(number).rightJustified(14, '.') + mark + '\n';
    return lines;
}

} // namespace

void TestLossless::allComesOnceAndInOrder()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    const QByteArray input = numberedLines(5'000);
    Program first(losslessConsumerOf(directory.bus()));
    Program second(losslessConsumerOf(directory.bus(), {u"--name"_s, u"second"_s}));
    Program producer(losslessProducerOf(directory.bus(), byLine + QStringList{u"--wait-consumers"_s, u"2"_s}));
    first.setStandardOutputFile(directory.file(u"first"_s));
    second.setStandardOutputFile(directory.file(u"second"_s));
    QVERIFY(first.begin() && second.begin() && producer.begin());
    QVERIFY(producer.feed(input));
    producer.closeWriteChannel();
    for (Program *program : {&producer, &first, &second}) {
        QCOMPARE(program->status(), ExitStatus::success);
        QCOMPARE(program->errors(), QByteArray());
    }
    QVERIFY(contentOf(directory.file(u"first"_s)) == input);
    QVERIFY(contentOf(directory.file(u"second"_s)) == input);
    QCOMPARE(inboxes(directory.bus()), QStringList{u"second"_s});
}

void TestLossless::backPressureIsTheSameOption()
{
    BusDirectory directory;
    Program producer({u"--back-pressure"_s, u"--filename"_s, directory.bus(), u"producer"_s});
    Program consumer({u"--filename"_s, directory.bus(), u"consumer"_s, u"--back-pressure"_s});
    QVERIFY(producer.begin() && producer.feed("before any consumer\n"));
    producer.closeWriteChannel();
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "before any consumer\n");
    QCOMPARE(producer.status(), ExitStatus::success);
}

void TestLossless::theWindowHoldsTheProducerUp()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), {u"--name"_s, u"slow"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"slow"_s), 0);
    suspend(consumer);
    Program producer(losslessProducerOf(directory.bus(), byLine + QStringList{u"--window"_s, u"5"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(100)));
    producer.closeWriteChannel();
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"slow"_s), 5);
    QVERIFY(producer.looksAgain());
    QCOMPARE(waitingIn(directory.bus(), u"slow"_s), 5);
    QCOMPARE(OnBus::chunkAt(directory.bus())->sequence(), 5u);
    consumer.send(SIGCONT);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QVERIFY(consumer.output() == numberedLines(100));
    QCOMPARE(producer.status(), ExitStatus::success);
}

void TestLossless::theSlowestPaces()
{
    BusDirectory directory;
    Program slow(losslessConsumerOf(directory.bus(), {u"--name"_s, u"slow"_s}));
    Program quick(losslessConsumerOf(directory.bus()));
    QVERIFY(slow.begin() && quick.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 2);
    suspend(slow);
    Program producer(losslessProducerOf(directory.bus(), byLine + QStringList{u"--window"_s, u"5"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(100)));
    producer.closeWriteChannel();
    EVENTUALLY(quick.output() == numberedLines(5));
    QVERIFY(producer.looksAgain());
    QVERIFY(quick.output() == numberedLines(5));
    slow.send(SIGCONT);
    QCOMPARE(quick.status(), ExitStatus::success);
    QCOMPARE(slow.status(), ExitStatus::success);
    QVERIFY(quick.output() == numberedLines(100));
    QVERIFY(slow.output() == numberedLines(100));
}

void TestLossless::aProducerWaitsForItsFirstConsumer()
{
    BusDirectory directory;
    Program producer(losslessProducerOf(directory.bus(), {u"-v"_s}));
    QVERIFY(producer.begin() && producer.feed("first\n"));
    EVENTUALLY(producer.errors().contains("waiting for lossless consumers"));
    QVERIFY(!QFile::exists(directory.bus()));
    Program plain(consumerOf(directory.bus()));
    QVERIFY(plain.begin());
    EVENTUALLY(ProcessFigures::watches(plain.processId(), directory.path()));
    QVERIFY(producer.looksAgain());
    QVERIFY(!QFile::exists(directory.bus()));
    Program consumer(losslessConsumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "first\n");
    EVENTUALLY_EQUAL(plain.output(), "first\n");
}

void TestLossless::aProducerWaitsForAsManyConsumersAsItIsTold()
{
    BusDirectory directory;
    Program none(losslessProducerOf(directory.file(u"other"_s), {u"--wait-consumers"_s, u"0"_s}));
    QVERIFY(none.begin() && none.feed("to nobody\n"));
    none.closeWriteChannel();
    QCOMPARE(none.status(), ExitStatus::success);
    QCOMPARE(OnBus::payloads(directory.file(u"other"_s)), QByteArrayList{"to nobody\n"});

    Program producer(losslessProducerOf(directory.bus(), {u"--wait-consumers"_s, u"2"_s}));
    QVERIFY(producer.begin() && producer.feed("first\n"));
    Program one(losslessConsumerOf(directory.bus())), two(losslessConsumerOf(directory.bus()));
    QVERIFY(one.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1);
    QVERIFY(producer.looksAgain());
    QVERIFY(!QFile::exists(directory.bus()));
    QVERIFY(two.begin());
    EVENTUALLY_EQUAL(one.output(), "first\n");
    EVENTUALLY_EQUAL(two.output(), "first\n");
}

void TestLossless::twoProducersTogether()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    Program consumer(losslessConsumerOf(directory.bus()));
    consumer.setStandardOutputFile(directory.file(u"output"_s));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1);
    Program a(losslessProducerOf(directory.bus(), byLine)), b(losslessProducerOf(directory.bus(), byLine));
    QVERIFY(a.begin() && b.begin());
    a.write(markedLines(2000, 'a'));
    b.write(markedLines(2000, 'b'));
    EVENTUALLY_EQUAL(namesIn(directory.bus() + u".d/producers"_s).size(),
                     2); // otherwise one may have exited before the other starts
    a.closeWriteChannel();
    b.closeWriteChannel();
    QCOMPARE(a.status(), ExitStatus::success);
    QCOMPARE(b.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.errors(), QByteArray());
    const QByteArray output = contentOf(directory.file(u"output"_s));
    QVERIFY(linesOf(output, 'a') == markedLines(2000, 'a'));
    QVERIFY(linesOf(output, 'b') == markedLines(2000, 'b'));
    QCOMPARE(output.size(), 4'000 * 16);
}

void TestLossless::aPlainProducerDoesNotWait()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), {u"--name"_s, u"slow"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"slow"_s), 0);
    suspend(consumer);
    QVERIFY(publish(directory.bus(), numberedLines(100), byLine + QStringList{u"--window"_s, u"5"_s}));
    QCOMPARE(waitingIn(directory.bus(), u"slow"_s), 5);
    Program lossless(losslessProducerOf(directory.bus()));
    QVERIFY(lossless.begin() && lossless.feed("after the gap\n"));
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"slow"_s), 6);
    consumer.send(SIGCONT);
    lossless.closeWriteChannel();
    QCOMPARE(lossless.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(5) + "after the gap\n");
    QVERIFY2(consumer.errors().contains("95 chunks lost"), consumer.errors());
}

void TestLossless::lossyConsumersSlowNobody()
{
    BusDirectory directory;
    Program lossy(consumerOf(directory.bus()));
    Program consumer(losslessConsumerOf(directory.bus()));
    QVERIFY(lossy.begin() && consumer.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1);
    suspend(lossy);
    Program producer(losslessProducerOf(directory.bus(), byLine));
    QVERIFY(producer.begin() && producer.feed(numberedLines(1000)));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QVERIFY(consumer.output() == numberedLines(1000));
    lossy.send(SIGCONT);
    EVENTUALLY(lossy.output().endsWith(numberedLines(1, 999)));
}

QTEST_GUILESS_MAIN(TestLossless)
#include "tst_lossless.moc"
