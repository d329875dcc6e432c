// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtTest/QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;

/// A disk, or its inode table, that is full of data kept by the bus itself.
class TestFullDisk : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { m_directory = std::make_unique<BusDirectory>(); }
    void cleanup();
    void theHistoryGivesWay_data();
    void theHistoryGivesWay();
    void whatConsumersHaveNotTakenStays();
    void whatElseFillsTheDiskIsTold_data();
    void whatElseFillsTheDiskIsTold();

private:
    QString bus() const { return m_directory->file(u"small/bus"_s); }
    bool mount(const QString &options) const
    {
        return m_directory->shell(u"mkdir small; mount -t tmpfs -o %1 none small"_s.arg(options));
    }

    std::unique_ptr<BusDirectory> m_directory;
};

namespace
{
constexpr int largeSize = 50'000;

QByteArray large(int number)
{
    return QByteArray::number(number).rightJustified(largeSize - 1, '.') + '\n';
}

QByteArray small(int number)
{
    return QByteArray::number(number) + '\n';
}

QStringList byLine()
{
    return {u"-v"_s, u"--lines"_s, u"--gather"_s, u"0"_s, u"--block-size"_s, u"65536"_s};
}
} // namespace

void TestFullDisk::initTestCase()
{
    if (!enterMountNamespace())
        QSKIP("only root can mount something here");
}

void TestFullDisk::cleanup()
{
    m_directory->shell(u"umount small"_s);
    m_directory.reset();
}

void TestFullDisk::theHistoryGivesWay_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<bool>("isLarge");
    QTest::addColumn<bool>("isOneProducer");
    QTest::newRow("space, one producer") << u"size=1m"_s << true << true;
    QTest::newRow("space, a producer each time") << u"size=1m"_s << true << false;
    QTest::newRow("inodes, one producer") << u"nr_inodes=40"_s << false << true;
    QTest::newRow("inodes, a producer each time") << u"nr_inodes=40"_s << false << false;
}

void TestFullDisk::theHistoryGivesWay()
{
    QFETCH(QString, options);
    QFETCH(bool, isLarge);
    QFETCH(bool, isOneProducer);
    QVERIFY(mount(options));
    constexpr int chunks = 45;
    std::unique_ptr<Program> producer;
    QByteArray errors;
    for (int number = 1; number <= chunks; ++number) {
        if (!producer) {
            producer = std::make_unique<Program>(producerOf(bus(), byLine()));
            QVERIFY(producer->begin());
        }
        const QByteArray chunk = isLarge ? large(number) : small(number);
        QVERIFY(producer->feed(chunk));
        EVENTUALLY_EQUAL(OnBus::chunkAt(bus()).value_or(FileBus::Chunk()).payload(), chunk);
        if (isOneProducer && number < chunks)
            continue;
        producer->closeWriteChannel();
        QCOMPARE(producer->status(), ExitStatus::success);
        errors += producer->errors();
        producer.reset();
    }
    QVERIFY2(errors.contains("the disk is full: removed"), errors.constData());
    const QList<FileBus::Chunk> history = OnBus::historyAfter(bus(), 0);
    QVERIFY(history.size() > 5); // no more was removed than needed
    QCOMPARE(history.last().sequence(), quint64(chunks));
    QCOMPARE(history.first().sequence(), quint64(chunks) + 1 - quint64(history.size()));
}

void TestFullDisk::whatConsumersHaveNotTakenStays()
{
    QVERIFY(mount(u"size=1m"_s));
    {
        Program subscriber(losslessConsumerOf(bus(), {u"--name"_s, u"late"_s}));
        QVERIFY(subscriber.begin());
        EVENTUALLY_EQUAL(inboxes(bus()).size(), 1);
        subscriber.send(SIGTERM);
        QVERIFY(subscriber.status() >= 0);
    }
    QByteArray input, later;
    for (int number = 1; number <= 8; ++number)
        input += large(number);
    for (int number = 9; number <= 30; ++number)
        later += large(number);
    QVERIFY(publish(bus(), input, {u"--lines"_s, u"--gather"_s, u"0"_s, u"--block-size"_s, u"65536"_s}));
    QVERIFY(m_directory->shell(u"[ $(ls small/bus.d/inbox/late | wc -l) -ge 4 ]"_s));
    // The window keeps all further chunks out of the inbox.
    Program producer(producerOf(bus(), byLine() + QStringList{u"--window"_s, u"1"_s}));
    QVERIFY(producer.begin() && producer.feed(later));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QVERIFY2(producer.errors().contains("the disk is full: removed"), producer.errors().constData());
    Program consumer(losslessConsumerOf(bus(), {u"--name"_s, u"late"_s, u"--timeout"_s, u"0.5"_s}));
    QVERIFY(consumer.begin());
    QVERIFY(consumer.status() >= 0);
    QVERIFY(consumer.output().startsWith(input));
}

void TestFullDisk::whatElseFillsTheDiskIsTold_data()
{
    QTest::addColumn<bool>("hasBus");
    QTest::newRow("with a bus") << true;
    QTest::newRow("before there is one") << false;
}

void TestFullDisk::whatElseFillsTheDiskIsTold()
{
    QFETCH(bool, hasBus);
    QVERIFY(mount(u"size=256k"_s));
    QVERIFY(!hasBus || publish(bus(), "newest\n"));
    QVERIFY(!m_directory->shell(u"cat /dev/zero >small/other 2>/dev/null"_s));
    Program producer(producerOf(bus()));
    QVERIFY(producer.begin());
    producer.write("more\n");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), bus());
    QVERIFY2(producer.errors().contains("No space left"), producer.errors().constData());
    QCOMPARE(OnBus::payloads(bus()), hasBus ? QByteArrayList{"newest\n"} : QByteArrayList());
}

QTEST_GUILESS_MAIN(TestFullDisk)
#include "tst_full_disk.moc"
