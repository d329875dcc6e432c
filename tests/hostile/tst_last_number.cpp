// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "format/chunkformat.h"
#include "losslessbus.h"
#include "onbus.h"
#include "program.h"

#include <csignal>

using namespace Qt::StringLiterals;
using FileBus::Chunk;
using FileBus::ChunkFormat;

/// The numbers of a stream are exhausted, or somebody puts a number on the bus that no chunk can have. A new stream begins, or
/// the old one continues, and no unreadable chunk is published.
class TestLastNumber : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRunningProducerMeetsIt_data();
    void aRunningProducerMeetsIt();
    void aProducerComesToIt_data();
    void aProducerComesToIt();
    void aLosslessPairComesToIt();
};

namespace
{

constexpr quint64 last = ChunkFormat::maximumSequence;
const QStringList perLine{u"--block-size"_s, u"2"_s};
const QUuid stream = QUuid::createUuid();

QByteArray archive(quint64 sequence, const QByteArray &payload, const QUuid &streamId = stream)
{
    Chunk chunk(payload);
    chunk.setStreamId(streamId);
    chunk.setSequence(sequence);
    return ChunkFormat::encode(chunk);
}

// As somebody who is not a producer might do.
bool put(const BusDirectory &directory, const QByteArray &archive)
{
    writeFile(directory.file(u"new"_s), archive);
    return directory.shell(u"mv new bus"_s);
}

QString entryPath(const BusDirectory &directory, const QString &spool, quint64 sequence)
{
    return directory.bus() + u".d/"_s + spool + u'/' + QString::number(sequence).rightJustified(20, u'0');
}

bool isOnBus(const BusDirectory &directory, quint64 sequence, const QByteArray &payload)
{
    const auto chunk = OnBus::chunkAt(directory.bus());
    return chunk && chunk->isNumbered() && chunk->sequence() == sequence && chunk->payload() == payload;
}

} // namespace

void TestLastNumber::aRunningProducerMeetsIt_data()
{
    QTest::addColumn<bool>("ofItsStream");
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<quint64>("next");
    const QByteArray largest = QByteArray::number(last);
    QTest::newRow("the last number of its stream") << true << largest << largest << quint64(1);
    QTest::newRow("the last number of another stream") << false << largest << largest << quint64(1);
    QTest::newRow("the next one") << true << largest << QByteArray("9223372036854775808") << quint64(2);
    QTest::newRow("the largest with 20 digits") << true << ' ' + largest << QByteArray("99999999999999999999") << quint64(2);
}

void TestLastNumber::aRunningProducerMeetsIt()
{
    QFETCH(bool, ofItsStream);
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(quint64, next);
    BusDirectory directory;
    Program producer(producerOf(directory.bus(), perLine));
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(producer.begin() && consumer.begin() && producer.feed("a\n"));
    EVENTUALLY_EQUAL(consumer.output(), "a\n");
    const QUuid before = OnBus::chunkAt(directory.bus())->streamId();
    QVERIFY(put(directory, archive(last, "planted\n", ofItsStream ? before : stream).replace(from, to)));
    EVENTUALLY(consumer.output() == "a\nplanted\n" || consumer.errors().contains("no chunk"));
    const QByteArray seen = consumer.output();
    QVERIFY(producer.feed("b\n"));
    EVENTUALLY(isOnBus(directory, next, "b\n"));
    QCOMPARE(OnBus::chunkAt(directory.bus())->streamId() == before, next != 1);
    QVERIFY(producer.feed("c\n"));
    EVENTUALLY_EQUAL(consumer.output(), seen + "b\nc\n");
    QVERIFY(isOnBus(directory, next + 1, "c\n"));
    const bool skipsNumbers = ofItsStream && next == 1; // all those in between
    QVERIFY2(skipsNumbers || !consumer.errors().contains("lost"), consumer.errors().constData());
}

void TestLastNumber::aProducerComesToIt_data()
{
    QTest::addColumn<bool>("taken");
    QTest::addColumn<bool>("meantime");
    QTest::newRow("by itself") << false << false;
    QTest::newRow("which one that was killed has taken") << true << false;
    QTest::newRow("which one took that was killed while this one ran") << true << true;
}

void TestLastNumber::aProducerComesToIt()
{
    QFETCH(bool, taken);
    QFETCH(bool, meantime);
    BusDirectory directory;
    QVERIFY(put(directory, archive(last - 2, "1\n")) && directory.shell(u"mkdir -p bus.d/history"_s));
    const auto take = [&] { writeFile(entryPath(directory, u"history"_s, last), archive(last, "k\n")); };
    if (taken && !meantime)
        take();
    Program producer(producerOf(directory.bus(), perLine));
    QVERIFY(producer.begin() && producer.feed("2\n"));
    if (!taken || meantime)
        EVENTUALLY(isOnBus(directory, last - 1, "2\n"));
    if (meantime)
        take();
    QVERIFY(producer.feed("3\n4\n5\n"));
    EVENTUALLY(OnBus::chunkAt(directory.bus())->payload() == "5\n");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors(), QByteArray());
    const auto newest = OnBus::chunkAt(directory.bus());
    QVERIFY(newest->isNumbered() && newest->streamId() != stream);
    QCOMPARE(OnBus::payloads(directory.bus()).join(), taken ? meantime ? "3\n4\n5\n" : "2\n3\n4\n5\n" : "4\n5\n");
}

// Chunks of the old stream in an inbox come first, although their numbers are larger.
void TestLastNumber::aLosslessPairComesToIt()
{
    BusDirectory directory;
    QVERIFY(put(directory, archive(last - 2, "1\n")));
    Program consumer(losslessConsumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY(inboxes(directory.bus()).size() == 1);
    suspend(consumer);
    Program producer(losslessProducerOf(directory.bus(), perLine));
    QVERIFY(producer.begin() && producer.feed("2\n3\n4\n5\n"));
    EVENTUALLY(waitingIn(directory.bus(), inboxes(directory.bus()).constFirst()) == 2);
    consumer.send(SIGCONT);
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "2\n3\n4\n5\n");
    QCOMPARE(consumer.errors() + producer.errors(), QByteArray());
}

QTEST_GUILESS_MAIN(TestLastNumber)
#include "tst_last_number.moc"
