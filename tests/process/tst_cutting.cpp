// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "onbus.h"
#include "program.h"

#include <QtTest/QTest>

#include <csignal>
#include <memory>
#include <utility>

using namespace Qt::StringLiterals;

/// Where a producer cuts its input into chunks: at the end of a line, of a block, and of the time in which it gathers.
class TestCutting : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatGathersWhileTheLockIsHeldBecomesOneChunk();
    void whatComesInAShortTimeBecomesOneChunk_data();
    void whatComesInAShortTimeBecomesOneChunk();
    void linesAreNeverCutForAConsumerThatMissesChunks();
    void aLineLongerThanTheBlockIsCutThere();
    void anUnfinishedLineIsPublishedAtTheEnd();
};

void TestCutting::whatGathersWhileTheLockIsHeldBecomesOneChunk()
{
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    auto lock = std::make_unique<HeldLock>(directory.bus());
    QVERIFY(producer.begin());
    QVERIFY(producer.feed("first\n"));
    EVENTUALLY(!namesIn(directory.bus() + u".d/staging"_s).isEmpty());
    for (int i = 0; i < 100; ++i)
        QVERIFY(producer.feed("more\n"));
    producer.closeWriteChannel();
    lock.reset();
    QCOMPARE(producer.status(), 0);
    QCOMPARE(OnBus::payloads(directory.bus()), QByteArrayList({"first\n", QByteArray("more\n").repeated(100)}));
}

void TestCutting::whatComesInAShortTimeBecomesOneChunk_data()
{
    QTest::addColumn<QString>("gather");
    QTest::addColumn<QByteArrayList>("chunks");
    QTest::newRow("what was read") << u"0"_s << QByteArrayList({"a\n", "b\n", "c\n", "d\n", "e\n"});
    QTest::newRow("what comes in a minute, unless the block is full") << u"60"_s << QByteArrayList({"a\n", "b\nc\n", "d\ne\n"});
}

// The first chunk does not wait, because nothing came before it.
void TestCutting::whatComesInAShortTimeBecomesOneChunk()
{
    QFETCH(const QString, gather);
    QFETCH(const QByteArrayList, chunks);
    BusDirectory directory;
    const PacketPipe pipe;
    for (const char *packet : {"a\n", "b\n", "c\n", "d\n", "e\n"})
        QVERIFY(pipe.feed(packet));
    Program producer(producerOf(directory.bus(), {u"--gather"_s, gather, u"--block-size"_s, u"4"_s}));
    producer.setInput(pipe.readEnd());
    QVERIFY(producer.begin());
    EVENTUALLY_EQUAL(OnBus::payloads(directory.bus()), chunks);
}

void TestCutting::linesAreNeverCutForAConsumerThatMissesChunks()
{
    constexpr int lines = 50'000;
    BusDirectory directory;
    QByteArray text;
    for (int line = 0; line < lines; ++line)
        text += QByteArray::number(line) + QByteArray(line % 40, '.') + '\n';
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(publish(directory.bus(), "before\n"));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "before\n");

    const QStringList options{u"--lines"_s, u"--block-size"_s, u"200"_s};
    const qsizetype half = text.indexOf('\n', text.size() / 2) + 1;
    consumer.send(SIGSTOP);
    QVERIFY(publish(directory.bus(), text.first(half), options));
    consumer.send(SIGCONT);
    QVERIFY(publish(directory.bus(), text.sliced(half), options));

    const QByteArray lastLine = text.sliced(text.lastIndexOf('\n', -2) + 1);
    EVENTUALLY(consumer.output().endsWith(lastLine));
    int printed = 0;
    qint64 previous = -1;
    for (const QByteArray &line : consumer.output().chopped(1).split('\n').sliced(1)) {
        const QByteArray number = line.split('.').constFirst();
        QCOMPARE(line, number + QByteArray(number.toInt() % 40, '.'));
        QVERIFY(number.toInt() > std::exchange(previous, number.toInt()));
        ++printed;
    }
    QVERIFY2(printed < lines, "the consumer missed nothing, so this test showed nothing");
}

void TestCutting::aLineLongerThanTheBlockIsCutThere()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "ab\ncdefghijklmnop\nqr\n", {u"--lines"_s, u"--block-size"_s, u"4"_s}));
    QCOMPARE(OnBus::payloads(directory.bus()), QByteArrayList({"ab\n", "cdef", "ghij", "klmn", "op\n", "qr\n"}));
}

void TestCutting::anUnfinishedLineIsPublishedAtTheEnd()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "whole\nhalf", {u"--lines"_s}));
    QCOMPARE(OnBus::payloads(directory.bus()), QByteArrayList({"whole\n", "half"}));
}

QTEST_GUILESS_MAIN(TestCutting)
#include "tst_cutting.moc"
