// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QFile>
#include <QtCore/QHash>
#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Producers are killed at any instant. Nobody notices, except by counting.
class TestCrash : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void oneProducerAfterTheOther_data() { BusDirectory::addPlaces(); }
    void oneProducerAfterTheOther();
    void oneOfTwoProducers_data() { BusDirectory::addPlaces(); }
    void oneOfTwoProducers();
    void whatItLeftIsRemovedByTheNext();
    void itsLockIsFreeAtOnce();
};

namespace
{

constexpr int recordSize = 16;

/// A quarter of FILEBUS_TEST_SECONDS (default: 10), which the peer tests use as well.
std::chrono::milliseconds killingTime()
{
    return qEnvironmentVariable("FILEBUS_TEST_SECONDS", u"10"_s).toInt() * 250ms;
}

QByteArray records(int count)
{
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes += QByteArray::number(i).rightJustified(recordSize - 1, '.') + '\n';
    return bytes;
}

/// Reads the bus repeatedly and remembers what it has seen.
class Witness
{
public:
    explicit Witness(const QString &bus)
        : m_bus(bus)
    { }

    void look();
    /// The history must hold what was seen, without a gap.
    void lookIntoHistory();

    /// What was seen but must not be; empty if all was well.
    QString complaint() const { return m_complaint; }
    quint64 newest() const { return m_newest; }

private:
    void judge(const FileBus::Chunk &chunk);
    void remember(const FileBus::Chunk &chunk);

    QString m_bus;
    QUuid m_stream;
    quint64 m_newest = 0;
    QHash<quint64, std::pair<QUuid, qint64>> m_seen; // number -> producer and time
    QString m_complaint;
};

void Witness::look()
{
    const auto chunk = OnBus::chunkAt(m_bus);
    if (!chunk)
        m_complaint = u"after chunk %1 there was none, or half of one"_s.arg(m_newest);
    else
        judge(*chunk);
}

void Witness::judge(const FileBus::Chunk &chunk)
{
    if (m_stream.isNull())
        m_stream = chunk.streamId();
    if (chunk.streamId() != m_stream)
        m_complaint = u"after chunk %1 the stream began anew"_s.arg(m_newest);
    if (chunk.sequence() < m_newest)
        m_complaint = u"chunk %1 came after chunk %2"_s.arg(QString::number(chunk.sequence()), QString::number(m_newest));
    m_newest = chunk.sequence();
    remember(chunk);
}

void Witness::remember(const FileBus::Chunk &chunk)
{
    const auto origin = std::pair(chunk.producer().id, chunk.time());
    if (m_seen.value(chunk.sequence(), origin) != origin)
        m_complaint = u"two chunks had the number %1"_s.arg(chunk.sequence());
    if (chunk.payload().size() != recordSize || !chunk.payload().endsWith('\n'))
        m_complaint = u"chunk %1 is not as it was written"_s.arg(chunk.sequence());
    m_seen[chunk.sequence()] = origin;
}

void Witness::lookIntoHistory()
{
    const QList<FileBus::Chunk> history = OnBus::historyAfter(m_bus, 0);
    for (const FileBus::Chunk &chunk : history)
        remember(chunk);
    if (history.isEmpty() || history.constLast().sequence() != m_newest
        || history.constFirst().sequence() + quint64(history.size()) != m_newest + 1)
        m_complaint = u"the history before chunk %1 has a hole"_s.arg(m_newest);
}

std::unique_ptr<Program> startProducer(const BusDirectory &directory)
{
    auto producer = std::make_unique<Program>(producerOf(directory.bus(), {u"--block-size"_s, QString::number(recordSize)}));
    producer->setStandardInputFile(directory.file(u"input"_s));
    return producer->begin() ? std::move(producer) : nullptr;
}

// From the start of the program to the middle of its work.
void watchForAWhile(Witness &witness)
{
    const QDeadlineTimer end(std::chrono::microseconds(QRandomGenerator::global()->bounded(30'000)), Qt::PreciseTimer);
    do
        witness.look();
    while (!end.hasExpired());
}

} // namespace

void TestCrash::oneProducerAfterTheOther()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    writeFile(directory.file(u"input"_s), records(100'000));
    QVERIFY(publish(directory.bus(), records(1)));
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    Witness witness(directory.bus());
    int killed = 0;
    for (const QDeadlineTimer end(killingTime()); !end.hasExpired(); ++killed) {
        const auto producer = startProducer(directory);
        QVERIFY(producer);
        watchForAWhile(witness);
        producer->send(SIGKILL);
        QCOMPARE(producer->status(), 128 + SIGKILL);
        witness.look();
        QCOMPARE(witness.complaint(), QString());
    }
    QVERIFY(publish(directory.bus(), "...........last\n"));
    witness.look();
    witness.lookIntoHistory();
    QCOMPARE(witness.complaint(), QString());
    qInfo("killed %d producers of %llu chunks", killed, witness.newest());
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());

    EVENTUALLY(consumer.output().endsWith("...........last\n"));
    for (const QByteArray &record : consumer.output().chopped(1).split('\n'))
        QCOMPARE(record.size(), recordSize - 1);
    QVERIFY2(tellsOnlyOfLosses(consumer.errors()), consumer.errors());
}

void TestCrash::oneOfTwoProducers()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    writeFile(directory.file(u"input"_s), records(1'000'000));
    QVERIFY(publish(directory.bus(), records(1)));
    const auto survivor = startProducer(directory);
    QVERIFY(survivor);
    Witness witness(directory.bus());
    int killed = 0;
    for (const QDeadlineTimer end(killingTime()); !end.hasExpired(); ++killed) {
        const auto producer = startProducer(directory);
        QVERIFY(producer);
        watchForAWhile(witness);
        producer->send(SIGKILL);
        QCOMPARE(producer->status(), 128 + SIGKILL);
        QCOMPARE(witness.complaint(), QString());
    }
    qInfo("killed %d producers beside one that went on, of %llu chunks", killed, witness.newest());
    QCOMPARE(survivor->errors(), QByteArray());
    survivor->terminate();
    survivor->status();
    QVERIFY(publish(directory.bus(), records(1)));
    witness.look();
    witness.lookIntoHistory();
    QCOMPARE(witness.complaint(), QString());
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

void TestCrash::whatItLeftIsRemovedByTheNext()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "before\n"));
    Program producer(producerOf(directory.bus()));
    {
        HeldLock lock(directory.bus());
        QVERIFY(producer.begin() && producer.feed("never seen\n"));
        EVENTUALLY(!namesIn(directory.bus() + u".d/staging"_s).isEmpty());
        producer.send(SIGKILL);
        QCOMPARE(producer.status(), 128 + SIGKILL);
    }
    QCOMPARE(OnBus::leftovers(directory.bus()).size(), 2);
    QVERIFY(publish(directory.bus(), "after\n"));
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
    QCOMPARE(OnBus::payloads(directory.bus()), QByteArrayList({"before\n", "after\n"}));
}

void TestCrash::itsLockIsFreeAtOnce()
{
    BusDirectory directory;
    Program holder({});
    holder.setShell(u"exec flock --no-fork '%1.lock' sleep 3600"_s.arg(directory.bus()));
    QVERIFY(holder.begin());
    Program producer(producerOf(directory.bus()));
    EVENTUALLY(directory.shell(u"test -e bus.lock && ! flock --nonblock bus.lock true"_s));
    QVERIFY(producer.begin() && producer.feed("chunk\n"));
    EVENTUALLY(!namesIn(directory.bus() + u".d/staging"_s).isEmpty());
    QVERIFY(!QFile::exists(directory.bus()));
    holder.send(SIGKILL);
    EVENTUALLY(OnBus::chunkAt(directory.bus()));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), 0);
    QCOMPARE(producer.errors(), QByteArray());
}

QTEST_GUILESS_MAIN(TestCrash)
#include "tst_crash.moc"
