// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "processfigures.h"
#include "program.h"
#include "tarbytes.h"

#include <QtCore/QFile>
#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

#include <csignal>

using namespace Qt::StringLiterals;

/// The bus is a regular file, but does not hold a chunk.
class TestBadChunk : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aConsumerSaysSoOnceAndGoesOn_data();
    void aConsumerSaysSoOnceAndGoesOn();
    void aProducerReplacesIt_data() { aConsumerSaysSoOnceAndGoesOn_data(); }
    void aProducerReplacesIt();
    void eachNewFaultIsSaid();
    void anEmptyBusIsNoFault();
};

namespace
{

const QStringList onlyTar{u"--format"_s, u"tar"_s};
const QStringList quickTimer{u"--sleep-interval"_s, u"0.01"_s};
constexpr qint64 mostMemory = 262'144; // KiB; AddressSanitizer itself takes far less

QByteArray random(qsizetype size)
{
    QRandomGenerator generator(20);
    QByteArray bytes(size, Qt::Uninitialized);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(generator.generate()); });
    return bytes;
}

} // namespace

void TestBadChunk::aConsumerSaysSoOnceAndGoesOn_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<qint64>("size");        // if it is not the size of the content: the rest is a hole
    QTest::addColumn<QStringList>("format"); // for content without a mark of an archive, which would otherwise be raw
    const QByteArray good = TarBytes::entry("from_server", "good\n");
    constexpr quint64 eightGibibytes = quint64(8) << 30;

    QTest::newRow("cut in the header") << good.first(100) << qint64(100) << QStringList();
    QTest::newRow("cut in the payload") << TarBytes::entry("from_server", QByteArray(5000, 'x')).first(3000) << qint64(3000)
                                        << QStringList();
    QTest::newRow("cut to its header") << good.first(512) << qint64(512) << QStringList();
    QTest::newRow("random bytes") << random(4096) << qint64(4096) << onlyTar;
    QTest::newRow("text") << QByteArray("hello\n") << qint64(6) << onlyTar;
    QTest::newRow("zeros") << QByteArray() << qint64(10240) << onlyTar;
    QTest::newRow("declares 8 GiB") << TarBytes::entry("from_server", "x", '0', eightGibibytes - 1) << qint64(1024)
                                    << QStringList();
    QTest::newRow("declares more than 8 GiB")
        << TarBytes::entry("from_server", "x", '0', eightGibibytes) << qint64(1024) << QStringList();
    QTest::newRow("has 8 GiB") << good << qint64(eightGibibytes) << QStringList();
    QTest::newRow("payload twice") << good + good + TarBytes::end() << qint64(3072) << QStringList();
    QTest::newRow("payload is a link") << TarBytes::entry("from_server", "", '2', 0) + TarBytes::end() << qint64(1536)
                                       << QStringList();
    QTest::newRow("payload is missing") << TarBytes::entry("from_client", "x") + TarBytes::end() << qint64(2048) << QStringList();
    QTest::newRow("metadata is no JSON") << good + TarBytes::entry("filebus.json", "{{") + TarBytes::end() << qint64(3072)
                                         << QStringList();
}

void TestBadChunk::aConsumerSaysSoOnceAndGoesOn()
{
    QFETCH(QByteArray, content);
    QFETCH(qint64, size);
    QFETCH(QStringList, format);
    BusDirectory directory;
    writeFile(directory.bus(), content);
    QVERIFY(QFile::resize(directory.bus(), size));
    Program consumer(consumerOf(directory.bus(), quickTimer + format));
    QVERIFY(consumer.begin());
    EVENTUALLY(isOneLineAbout(consumer.errors(), directory.bus()));

    const qint64 sleeps = ProcessFigures::sleeps(consumer.processId());
    const qint64 cpu = ProcessFigures::cpuTime(consumer.processId());
    EVENTUALLY(ProcessFigures::sleeps(consumer.processId()) >= sleeps + 20);
    QCOMPARE_LE(ProcessFigures::cpuTime(consumer.processId()) - cpu, 100);
    QCOMPARE_LE(ProcessFigures::peakMemory(consumer.processId()), mostMemory);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), directory.bus());
    QCOMPARE(consumer.output(), QByteArray());

    QVERIFY(publish(directory.bus(), "next\n"));
    EVENTUALLY_EQUAL(consumer.output(), "next\n");
    consumer.send(SIGTERM);
    QCOMPARE(consumer.status(), 128 + SIGTERM);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), directory.bus());
}

void TestBadChunk::aProducerReplacesIt()
{
    QFETCH(QByteArray, content);
    QFETCH(qint64, size);
    BusDirectory directory;
    writeFile(directory.bus(), content);
    QVERIFY(QFile::resize(directory.bus(), size));
    QVERIFY(publish(directory.bus(), "next\n"));
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "next\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestBadChunk::eachNewFaultIsSaid()
{
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), quickTimer + onlyTar));
    QVERIFY(consumer.begin());
    for (int faults = 1; faults <= 3; ++faults) {
        writeFile(directory.file(u"new"_s), random(4096));
        QVERIFY(directory.shell(u"mv new bus"_s));
        EVENTUALLY_EQUAL(consumer.errors().count('\n'), faults);
        QVERIFY(publish(directory.bus(), "good\n"));
        EVENTUALLY_EQUAL(consumer.output(), QByteArray("good\n").repeated(faults));
    }
}

// The original creates it before its first chunk.
void TestBadChunk::anEmptyBusIsNoFault()
{
    BusDirectory directory;
    writeFile(directory.bus(), {});
    Program consumer(consumerOf(directory.bus(), quickTimer));
    QVERIFY(consumer.begin());
    EVENTUALLY(ProcessFigures::watches(consumer.processId(), directory.path()));
    QVERIFY(publish(directory.bus(), "first\n"));
    EVENTUALLY_EQUAL(consumer.output(), "first\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

QTEST_GUILESS_MAIN(TestBadChunk)
#include "tst_bad_chunk.moc"
