// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QFile>
#include <QtCore/QHash>
#include <QtTest/QTest>

#include <algorithm>
#include <memory>
#include <thread>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What a producer reads arrives, whole and in order.
class TestDelivery : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aLineArrivesWhileTheInputStaysOpen_data() { BusDirectory::addPlaces(); }
    void aLineArrivesWhileTheInputStaysOpen();
    void aPipeIsPublishedWholeAndInOrder_data();
    void aPipeIsPublishedWholeAndInOrder();
    void aFileIsPublishedInBlocks_data() { aPipeIsPublishedWholeAndInOrder_data(); }
    void aFileIsPublishedInBlocks();
    void emptyInputPublishesNothing_data();
    void emptyInputPublishesNothing();
    void severalProducersShareABus_data() { BusDirectory::addPlaces(); }
    void severalProducersShareABus();
};

namespace
{

constexpr qsizetype mebibyte = 1 << 20;

// Words of eight bytes, each of which holds its own position.
QByteArray countedWords(qsizetype size)
{
    QByteArray words;
    words.reserve(size + 8);
    for (qsizetype word = 0; words.size() < size; ++word)
        words += QByteArray::number(word, 16).rightJustified(7, '0') + '\n';
    words.truncate(size);
    return words;
}

// Appends to @p all the chunks that entered the history after the chunk @p last, until @p size bytes are complete.
bool collect(const QString &bus, qsizetype size, QByteArray &all, quint64 &last)
{
    const QDeadlineTimer end(patience);
    while (all.size() < size && !end.hasExpired()) {
        for (const FileBus::Chunk &chunk : OnBus::historyAfter(bus, last)) {
            if (chunk.sequence() != ++last)
                return false;
            all += chunk.payload();
        }
        std::this_thread::sleep_for(200us);
    }
    return all.size() == size;
}

// How much of @p printed consists of blocks of @p data, each at most once and in order: all of it, if nothing is wrong.
qsizetype lengthInOrder(const QByteArray &printed, const QByteArray &data, qsizetype blockSize)
{
    qsizetype matched = 0;
    for (qsizetype at = 0; at < data.size() && matched < printed.size(); at += blockSize) {
        const QByteArrayView block = QByteArrayView(data).sliced(at, std::min(blockSize, data.size() - at));
        if (QByteArrayView(printed).sliced(matched).startsWith(block))
            matched += block.size();
    }
    return matched;
}

} // namespace

void TestDelivery::aLineArrivesWhileTheInputStaysOpen()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    Program consumer(consumerOf(directory.bus()));
    Program producer(producerOf(directory.bus()));
    QVERIFY(consumer.begin() && producer.begin());
    QVERIFY(producer.feed("a\n"));
    EVENTUALLY_EQUAL(consumer.output(), "a\n");
    QVERIFY(producer.feed("no end of line"));
    EVENTUALLY_EQUAL(consumer.output(), "a\nno end of line");
    QCOMPARE(producer.state(), QProcess::Running);
}

void TestDelivery::aPipeIsPublishedWholeAndInOrder_data()
{
    QTest::addColumn<BusDirectory::Place>("place");
    QTest::addColumn<qsizetype>("blockSize");
    QTest::addColumn<qsizetype>("size");
    for (const auto place : {BusDirectory::Memory, BusDirectory::Disk}) {
        const char *name = place == BusDirectory::Memory ? "tmpfs" : "disk";
        QTest::addRow("%s, 1 byte", name) << place << qsizetype(1) << qsizetype(1000);
        QTest::addRow("%s, 7 bytes", name) << place << qsizetype(7) << qsizetype(10'000);
        QTest::addRow("%s, 4 KiB", name) << place << qsizetype(4096) << 4 * mebibyte;
        QTest::addRow("%s, 64 KiB", name) << place << qsizetype(65536) << 64 * mebibyte;
        QTest::addRow("%s, 1 MiB", name) << place << mebibyte << 64 * mebibyte;
    }
}

void TestDelivery::aPipeIsPublishedWholeAndInOrder()
{
    QFETCH(BusDirectory::Place, place);
    QFETCH(qsizetype, blockSize);
    QFETCH(qsizetype, size);
    size = std::min(size, 16 * mebibyte); // collecting is slow
    BusDirectory directory(place);
    Program producer(producerOf(directory.bus(), {u"--block-size"_s, QString::number(blockSize)}));
    QVERIFY(producer.begin());

    // At most as much at a time as the history holds, even if each page of the pipe becomes a chunk.
    const qsizetype atATime = 32 * std::min<qsizetype>(blockSize, 4096);
    const QByteArray data = countedWords(size);
    QByteArray published;
    quint64 last = 0;
    for (qsizetype at = 0; at < size; at += atATime) {
        QVERIFY(producer.feed(data.sliced(at, std::min(atATime, size - at))));
        QVERIFY(collect(directory.bus(), std::min(at + atATime, size), published, last));
    }
    QVERIFY(published == data);
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), 0);
    QCOMPARE(OnBus::chunkAt(directory.bus())->sequence(), last);
}

void TestDelivery::aFileIsPublishedInBlocks()
{
    QFETCH(BusDirectory::Place, place);
    QFETCH(qsizetype, blockSize);
    QFETCH(qsizetype, size);
    BusDirectory directory(place);
    const QByteArray data = countedWords(size);
    writeFile(directory.file(u"input"_s), data);
    Program consumer(consumerOf(directory.bus()));
    consumer.setStandardOutputFile(directory.file(u"output"_s));
    Program producer(producerOf(directory.bus(), {u"--block-size"_s, QString::number(blockSize)}));
    producer.setStandardInputFile(directory.file(u"input"_s));
    QVERIFY(consumer.begin() && producer.begin());
    QCOMPARE(producer.status(), 0);

    const auto newest = OnBus::chunkAt(directory.bus());
    QVERIFY(newest);
    QCOMPARE(newest->sequence(), quint64((size + blockSize - 1) / blockSize));
    for (const FileBus::Chunk &chunk : OnBus::historyAfter(directory.bus(), 0))
        QVERIFY(chunk.payload() == data.mid((qsizetype(chunk.sequence()) - 1) * blockSize, blockSize));

    EVENTUALLY(contentOf(directory.file(u"output"_s)).endsWith(newest->payload()));
    const QByteArray printed = contentOf(directory.file(u"output"_s));
    QCOMPARE(lengthInOrder(printed, data, blockSize), printed.size());
    QVERIFY2(tellsOnlyOfLosses(consumer.errors()), consumer.errors());
}

void TestDelivery::emptyInputPublishesNothing_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("/dev/null") << u"exec \"$@\" </dev/null"_s;
    QTest::newRow("pipe") << u": | \"$@\""_s;
    QTest::newRow("file") << u"exec \"$@\" < <(:)"_s;
    QTest::newRow("lines") << u"exec \"$@\" --lines </dev/null"_s;
}

void TestDelivery::emptyInputPublishesNothing()
{
    QFETCH(QString, script);
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    producer.setShell(script);
    QVERIFY(producer.begin());
    QCOMPARE(producer.status(), 0);
    QCOMPARE(producer.errors(), QByteArray());
    QVERIFY(!QFile::exists(directory.bus()));
    QCOMPARE(OnBus::payloads(directory.bus()), QByteArrayList());
}

void TestDelivery::severalProducersShareABus()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    constexpr int producers = 4;
    constexpr int chunks = 500;
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    std::vector<std::unique_ptr<Program>> running;
    for (char name = 'a'; name < 'a' + producers; ++name) {
        QByteArray input;
        for (int i = 0; i < chunks; ++i)
            input += name + QByteArray::number(i).rightJustified(6, '0') + '\n';
        writeFile(directory.file(QChar::fromLatin1(name)), input);
        running.push_back(std::make_unique<Program>(producerOf(directory.bus(), {u"--block-size"_s, u"8"_s})));
        running.back()->setStandardInputFile(directory.file(QChar::fromLatin1(name)));
        QVERIFY(running.back()->begin());
    }
    for (const auto &producer : running) {
        QCOMPARE(producer->status(), 0);
        QCOMPARE(producer->errors(), QByteArray());
    }
    QCOMPARE(OnBus::chunkAt(directory.bus())->sequence(), quint64(producers * chunks));
    EVENTUALLY(consumer.output().endsWith(OnBus::chunkAt(directory.bus())->payload()));
    QHash<char, QByteArray> previous;
    for (const QByteArray &line : consumer.output().chopped(1).split('\n')) {
        QCOMPARE(line.size(), 7);
        QVERIFY(line > std::exchange(previous[line[0]], line));
    }
}

QTEST_GUILESS_MAIN(TestDelivery)
#include "tst_delivery.moc"
