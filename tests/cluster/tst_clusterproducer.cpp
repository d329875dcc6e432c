// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "natsserver.h"
#include "storedchunks.h"

#include <filebus/error.h>

#include <QtCore/QThread>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>
#include <map>
#include <thread>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using FileBus::Error;
using FileBus::Producer;
using FileBus::ReceivedChunk;

namespace
{

constexpr int patience = 30000; // ms

QByteArrayList payloads(const QList<ReceivedChunk> &chunks)
{
    QByteArrayList result;
    for (const ReceivedChunk &chunk : chunks)
        result.append(chunk.chunk.payload());
    return result;
}

QList<quint64> numbers(const QSignalSpy &spy)
{
    QList<quint64> result;
    for (const QVariantList &arguments : spy)
        result.append(arguments.first().toULongLong());
    return result;
}

void useBus(Producer &producer, const QByteArray &address)
{
    producer.setNativeFileName(address);
    producer.setHistory(100000, 100 << 20);
}

// Publishes 0, 1, 2 … in its own thread, and records the sequence of each.
class CountingProducer
{
public:
    CountingProducer(const QByteArray &address, int count, std::chrono::microseconds pace)
        : m_thread([=, this] { run(address, count, pace); })
    { }
    ~CountingProducer() { join(); }
    void join()
    {
        if (m_thread.joinable())
            m_thread.join();
    }

    QUuid id;
    QByteArray why;
    std::map<quint64, int> published; ///< sequence to payload

private:
    void run(const QByteArray &address, int count, std::chrono::microseconds pace)
    {
        Producer producer;
        useBus(producer, address);
        producer.setLockTimeout(60s);
        id = producer.info().id;
        int next = 0;
        QObject::connect(&producer, &Producer::published, &producer, [&](quint64 sequence) { published[sequence] = next++; });
        for (int i = 0; i < count; ++i) {
            if (!producer.publish(QByteArray::number(i)))
                why = producer.errorString().toUtf8();
            if (producer.pendingChunks() > 50 && !producer.waitForPublished(60s))
                why = producer.errorString().toUtf8();
            if (pace.count() > 0)
                std::this_thread::sleep_for(pace);
        }
        if (!producer.close(60s))
            why = producer.errorString().toUtf8();
    }

    std::thread m_thread;
};

} // namespace

class TestClusterProducer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void chunksAreNumberedFromOneOn();
    void theEventLoopTellsOfChunks();
    void aChunkSaysWhoPublishedIt();
    void anEmptyChunk();
    void largeChunks();
    void theHistoryHasItsBounds_data();
    void theHistoryHasItsBounds();
    void theLastProducerSetsTheHistory();
    void aBusThatExistsKeepsItsId();
    void endsAndIsDrained();
    void severalProducersInThreads();
    void aServerThatIsKilled();
    void aServerThatComesLater();
    void aServerThatIsGoneIsReportedAgainAndAgain();
    void aServerThatIsSuspended();
    void ownChunksThatLeftTheHistory();
    void aBusThatIsPurged();
    void aBusThatIsRemoved();
    void aServerThatForgotEverything();
    void aServerThatNoLongerAcceptsThePassword();
    void abortDropsWhatIsPending();
    void publishingAfterAbortGoesOn();
    void isDeletedWhileTheServerIsGone();
    void aSlotMayGiveItAnotherBus();
    void aSlotMayWaitForTheRest();
    void movesToAThread();
    void twoProducersMakeTheBusAtOnce();

private:
    QByteArray address(const QByteArray &user = {}) const { return m_server->address("x", user); }
    QList<ReceivedChunk> stored() const { return StoredChunks(m_server->host()).of("x"); }
    void compareStored(const std::vector<std::unique_ptr<CountingProducer>> &producers, int count) const;

    std::unique_ptr<NatsServer> m_server;
};

void TestClusterProducer::init()
{
    m_server = std::make_unique<NatsServer>();
    QVERIFY2(m_server->start(), m_server->log().constData());
}

void TestClusterProducer::cleanup()
{
    m_server.reset();
}

void TestClusterProducer::chunksAreNumberedFromOneOn()
{
    Producer producer;
    useBus(producer, address());
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY2(producer.open(), qPrintable(producer.errorString()));
    QVERIFY(producer.streamId().isNull());
    for (const char *payload : {"one", "two", "three"})
        QVERIFY(producer.publish(payload));
    QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    QCOMPARE(numbers(published), (QList<quint64>{1, 2, 3}));
    QCOMPARE(producer.pendingChunks(), 0);
    QCOMPARE(payloads(stored()), (QByteArrayList{"one", "two", "three"}));
    QCOMPARE(producer.streamId(), StoredChunks(m_server->host()).streamId("x"));
    QVERIFY(producer.close());
}

void TestClusterProducer::theEventLoopTellsOfChunks()
{
    Producer producer;
    useBus(producer, address());
    QSignalSpy published(&producer, &Producer::published);
    for (int i = 0; i < 100; ++i)
        QVERIFY(producer.publish("x"));
    QCOMPARE(published.size(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(published.size(), 100, patience);
    QVERIFY(std::is_sorted(published.begin(), published.end(), [](const auto &left, const auto &right) {
        return left.first().toULongLong() < right.first().toULongLong();
    }));
}

void TestClusterProducer::aChunkSaysWhoPublishedIt()
{
    Producer producer;
    useBus(producer, address());
    const qint64 before = QDateTime::currentMSecsSinceEpoch();
    QVERIFY(producer.publish("x"));
    QVERIFY(producer.close());
    const QList<ReceivedChunk> chunks = stored();
    QCOMPARE(chunks.size(), 1);
    QVERIFY(chunks.first().chunk.producer() == producer.info());
    QCOMPARE(chunks.first().producer, producer.info().id.toByteArray(QUuid::WithoutBraces));
    QCOMPARE(chunks.first().number, 1u);
    QVERIFY(chunks.first().chunk.time() / 1'000'000 >= before);
}

void TestClusterProducer::anEmptyChunk()
{
    Producer producer;
    useBus(producer, address());
    QVERIFY(producer.publish({}));
    QVERIFY(producer.publish("x"));
    QVERIFY(producer.close());
    QCOMPARE(payloads(stored()), (QByteArrayList{"", "x"}));
}

void TestClusterProducer::largeChunks()
{
    Producer producer;
    useBus(producer, address());
    for (int i = 0; i < 20; ++i)
        QVERIFY(producer.publish(QByteArray(1'000'000, char('a' + i))));
    QVERIFY2(producer.close(), qPrintable(producer.errorString()));
    const QList<ReceivedChunk> chunks = stored();
    QCOMPARE(chunks.size(), 20);
    for (int i = 0; i < 20; ++i)
        QVERIFY(chunks[i].chunk.payload() == QByteArray(1'000'000, char('a' + i)));
}

void TestClusterProducer::theHistoryHasItsBounds_data()
{
    QTest::addColumn<quint64>("chunks");
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QByteArrayList>("kept");
    QTest::newRow("three") << quint64(3) << qint64(1 << 20) << QByteArrayList{"3", "4", "5"};
    QTest::newRow("none") << quint64(0) << qint64(1 << 20) << QByteArrayList{"5"};
    QTest::newRow("no bytes") << quint64(64) << qint64(0) << QByteArrayList{"5"};
    QTest::newRow("all") << std::numeric_limits<quint64>::max() << std::numeric_limits<qint64>::max()
                         << QByteArrayList{"1", "2", "3", "4", "5"};
}

void TestClusterProducer::theHistoryHasItsBounds()
{
    QFETCH(const quint64, chunks);
    QFETCH(const qint64, bytes);
    Producer producer;
    producer.setNativeFileName(address());
    producer.setHistory(chunks, bytes);
    for (int i = 1; i <= 5; ++i)
        QVERIFY(producer.publish(QByteArray::number(i)));
    QVERIFY2(producer.close(), qPrintable(producer.errorString()));
    QTEST(payloads(stored()), "kept");
}

void TestClusterProducer::theLastProducerSetsTheHistory()
{
    Producer first;
    useBus(first, address());
    for (int i = 1; i <= 5; ++i)
        QVERIFY(first.publish(QByteArray::number(i)));
    QVERIFY(first.waitForPublished());
    Producer second;
    second.setNativeFileName(address());
    second.setHistory(2);
    QVERIFY2(second.open(), qPrintable(second.errorString()));
    QCOMPARE(payloads(stored()), (QByteArrayList{"4", "5"}));
    second.setHistory(3);
    QVERIFY(second.publish("6"));
    QVERIFY(second.close());
    QCOMPARE(payloads(stored()), (QByteArrayList{"4", "5", "6"}));
    QVERIFY(first.close());
}

void TestClusterProducer::aBusThatExistsKeepsItsId()
{
    QUuid id;
    for (int i = 0; i < 2; ++i) {
        Producer producer;
        useBus(producer, address());
        QVERIFY(producer.publish("x"));
        QVERIFY(producer.close());
        QVERIFY(id.isNull() || id == producer.streamId());
        id = producer.streamId();
    }
    QCOMPARE(stored().size(), 2);
}

void TestClusterProducer::endsAndIsDrained()
{
    Producer producer;
    useBus(producer, address());
    QSignalSpy published(&producer, &Producer::published);
    QSignalSpy ended(&producer, &Producer::ended);
    QSignalSpy drained(&producer, &Producer::drained);
    QVERIFY(producer.publish("x"));
    producer.end();
    QCOMPARE(ended.size(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(drained.size(), 1, patience);
    QCOMPARE(ended.size(), 1);
    QCOMPARE(published.size(), 1);
    producer.end(); // with nothing pending
    QTRY_COMPARE_WITH_TIMEOUT(drained.size(), 2, patience);
    producer.end();
    QVERIFY(producer.waitForDrained());
    QCOMPARE(drained.size(), 3);
}

// Every confirmed chunk is stored at the confirmed sequence, none is stored twice, and each producer's chunks are in order.
void TestClusterProducer::compareStored(const std::vector<std::unique_ptr<CountingProducer>> &producers, int count) const
{
    std::map<QByteArray, int> next;
    std::map<quint64, ReceivedChunk> bySequence;
    for (const ReceivedChunk &chunk : stored()) {
        QCOMPARE(chunk.chunk.payload().toInt(), next[chunk.producer]);
        QCOMPARE(int(chunk.number), ++next[chunk.producer]);
        bySequence[chunk.sequence] = chunk;
    }
    for (const auto &producer : producers) {
        QVERIFY2(producer->why.isEmpty(), producer->why.constData());
        QCOMPARE(int(producer->published.size()), count);
        QCOMPARE(next[producer->id.toByteArray(QUuid::WithoutBraces)], count);
        for (const auto &[sequence, payload] : producer->published) {
            QVERIFY(bySequence.contains(sequence));
            QCOMPARE(bySequence[sequence].chunk.payload().toInt(), payload);
            QVERIFY(bySequence[sequence].chunk.producer().id == producer->id);
        }
    }
}

void TestClusterProducer::severalProducersInThreads()
{
    std::vector<std::unique_ptr<CountingProducer>> producers;
    for (int i = 0; i < 4; ++i)
        producers.push_back(std::make_unique<CountingProducer>(address(), 500, 0us));
    for (const auto &producer : producers)
        producer->join();
    compareStored(producers, 500);
}

void TestClusterProducer::aServerThatIsKilled()
{
    constexpr int count = 3000;
    std::vector<std::unique_ptr<CountingProducer>> producers;
    for (int i = 0; i < 3; ++i)
        producers.push_back(std::make_unique<CountingProducer>(address(), count, 300us));
    for (int kills = 0; kills < 5; ++kills) {
        StoredChunks looking(m_server->host());
        QVERIFY(looking.isConnected());
        const auto info = looking.info("x");
        const quint64 before = info ? info->State.LastSeq : 0;
        QVERIFY(QTest::qWaitFor(
            [&] {
                const auto now = looking.info("x");
                return now && (now->State.LastSeq > before + 200 || now->State.LastSeq >= 3 * count);
            },
            patience));
        m_server->kill();
        QVERIFY2(m_server->start(), m_server->log().constData());
    }
    for (const auto &producer : producers)
        producer->join();
    compareStored(producers, count);
}

void TestClusterProducer::aServerThatComesLater()
{
    m_server->kill();
    Producer producer;
    useBus(producer, address());
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(producer.publish("one"));
    QVERIFY(producer.publish("two"));
    QVERIFY(!producer.waitForPublished(300ms));
    QVERIFY2(producer.error() == Error::Unreachable, qPrintable(producer.errorString()));
    QCOMPARE(producer.pendingChunks(), 2);
    QVERIFY(m_server->start());
    QTRY_COMPARE_WITH_TIMEOUT(published.size(), 2, patience);
    QCOMPARE(producer.error(), Error::NoError);
    QCOMPARE(payloads(stored()), (QByteArrayList{"one", "two"}));
}

void TestClusterProducer::aServerThatIsGoneIsReportedAgainAndAgain()
{
    Producer producer;
    useBus(producer, address());
    producer.setLockTimeout(200ms);
    QVERIFY(producer.publish("one"));
    QVERIFY(producer.waitForPublished());
    m_server->kill();
    QSignalSpy errors(&producer, &Producer::errorOccurred);
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(producer.publish("two"));
    QTRY_VERIFY_WITH_TIMEOUT(errors.size() >= 3, patience);
    QCOMPARE(errors.first().first().value<Error>(), Error::Unreachable);
    QCOMPARE(producer.pendingChunks(), 1);
    QVERIFY(m_server->start());
    QTRY_COMPARE_WITH_TIMEOUT(published.size(), 1, patience);
    QCOMPARE(payloads(stored()), (QByteArrayList{"one", "two"}));
}

// As if there were no leader: the server does not answer, but the connection stays.
void TestClusterProducer::aServerThatIsSuspended()
{
    Producer producer;
    useBus(producer, address());
    producer.setLockTimeout(1500ms);
    QVERIFY(producer.publish("one"));
    QVERIFY(producer.waitForPublished());
    QSignalSpy errors(&producer, &Producer::errorOccurred);
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(m_server->suspend());
    QVERIFY(producer.publish("two"));
    QVERIFY(producer.publish("three"));
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, patience);
    QVERIFY2(errors.first().first().value<Error>() == Error::LockTimeout, qPrintable(producer.errorString()));
    m_server->resume();
    QTRY_COMPARE_WITH_TIMEOUT(published.size(), 2, patience);
    QCOMPARE(payloads(stored()), (QByteArrayList{"one", "two", "three"}));
    QCOMPARE(numbers(published), (QList<quint64>{2, 3}));
}

void TestClusterProducer::ownChunksThatLeftTheHistory()
{
    Producer first;
    first.setNativeFileName(address());
    first.setHistory(2);
    Producer second;
    second.setNativeFileName(address());
    second.setHistory(2);
    QVERIFY(first.publish("a"));
    QVERIFY(first.waitForPublished());
    for (int i = 0; i < 5; ++i)
        QVERIFY(second.publish(QByteArray::number(i)));
    QVERIFY(second.close());
    QVERIFY(first.publish("b"));
    QVERIFY2(first.close(), qPrintable(first.errorString()));
    QCOMPARE(payloads(stored()), (QByteArrayList{"4", "b"}));
}

void TestClusterProducer::aBusThatIsPurged()
{
    Producer producer;
    useBus(producer, address());
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(producer.publish("one"));
    QVERIFY(producer.waitForPublished());
    QVERIFY(StoredChunks(m_server->host()).purge("x"));
    QVERIFY(producer.publish("two"));
    QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    QCOMPARE(numbers(published), (QList<quint64>{1, 2}));
    QCOMPARE(payloads(stored()), QByteArrayList{"two"});
}

void TestClusterProducer::aBusThatIsRemoved()
{
    Producer producer;
    useBus(producer, address());
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(producer.publish("one"));
    QVERIFY(producer.waitForPublished());
    const QUuid before = producer.streamId();
    QVERIFY(StoredChunks(m_server->host()).remove("x"));
    QVERIFY(producer.publish("two"));
    QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    QCOMPARE(numbers(published), (QList<quint64>{1, 1}));
    QVERIFY(producer.streamId() != before);
    QCOMPARE(producer.streamId(), StoredChunks(m_server->host()).streamId("x"));
    QCOMPARE(payloads(stored()), QByteArrayList{"two"});
}

void TestClusterProducer::aServerThatForgotEverything()
{
    Producer producer;
    useBus(producer, address());
    QVERIFY(producer.publish("one"));
    QVERIFY(producer.waitForPublished());
    m_server->kill();
    m_server->wipe();
    QVERIFY(m_server->start());
    QVERIFY(producer.publish("two"));
    QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    QCOMPARE(payloads(stored()), QByteArrayList{"two"});
    QCOMPARE(stored().first().number, 2u);
}

void TestClusterProducer::aServerThatNoLongerAcceptsThePassword()
{
    const QByteArray user = QByteArray(NatsServer::usualConfiguration) + "authorization { user: bus, password: PASSWORD }\n";
    m_server->kill();
    m_server->setConfiguration(QByteArray(user).replace("PASSWORD", "old"));
    QVERIFY(m_server->start());
    Producer producer;
    useBus(producer, address("bus:old@"));
    producer.setLockTimeout(60s);
    QVERIFY(producer.publish("one"));
    QVERIFY(producer.waitForPublished());
    m_server->kill();
    m_server->setConfiguration(QByteArray(user).replace("PASSWORD", "new"));
    QVERIFY(m_server->start());
    QSignalSpy errors(&producer, &Producer::errorOccurred);
    QVERIFY(producer.publish("two"));
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, patience);
    QVERIFY2(producer.error() == Error::PermissionDenied, qPrintable(producer.errorString()));
    m_server->kill();
    m_server->setConfiguration(QByteArray(user).replace("PASSWORD", "old"));
    QVERIFY(m_server->start());
    QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    QCOMPARE(payloads(StoredChunks(m_server->host(), "bus:old@").of("x")), (QByteArrayList{"one", "two"}));
}

void TestClusterProducer::abortDropsWhatIsPending()
{
    m_server->kill();
    Producer producer;
    useBus(producer, address());
    QVERIFY(producer.publish("one"));
    QVERIFY(producer.publish("two"));
    QCOMPARE(producer.pendingChunks(), 2);
    producer.abort();
    QCOMPARE(producer.pendingChunks(), 0);
    QVERIFY(producer.close(0ms));
    QVERIFY(m_server->start());
    QVERIFY(producer.publish("three"));
    QVERIFY2(producer.close(), qPrintable(producer.errorString()));
    QCOMPARE(payloads(stored()), QByteArrayList{"three"});
}

// The number of a chunk that was given up is not used again: it may have been stored.
void TestClusterProducer::publishingAfterAbortGoesOn()
{
    Producer producer;
    useBus(producer, address());
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 5; ++i)
            QVERIFY(producer.publish(QByteArray::number(round)));
        producer.abort();
    }
    QVERIFY(producer.publish("last"));
    QVERIFY2(producer.close(), qPrintable(producer.errorString()));
    quint64 last = 0;
    const QList<ReceivedChunk> chunks = stored();
    for (const ReceivedChunk &chunk : chunks) {
        QVERIFY(chunk.number > last);
        last = chunk.number;
    }
    QCOMPARE(chunks.last().chunk.payload(), "last");
    QCOMPARE(last, 101u);
}

void TestClusterProducer::isDeletedWhileTheServerIsGone()
{
    auto producer = std::make_unique<Producer>();
    useBus(*producer, address());
    QVERIFY(producer->publish("one"));
    QVERIFY(producer->waitForPublished());
    QVERIFY(m_server->suspend());
    QVERIFY(producer->publish("two"));
    QVERIFY(!producer->waitForPublished(100ms)); // it is being published
    producer->abort();
    QElapsedTimer timer;
    timer.start();
    producer.reset();
    QVERIFY(timer.elapsed() < 1000);
    m_server->resume();
}

void TestClusterProducer::aSlotMayGiveItAnotherBus()
{
    Producer producer;
    useBus(producer, address());
    QSignalSpy published(&producer, &Producer::published);
    connect(&producer, &Producer::published, &producer, [&] {
        if (published.size() == 1)
            producer.setNativeFileName(m_server->address("y"));
    });
    for (int i = 0; i < 3; ++i)
        QVERIFY(producer.publish("x"));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"drops"_s));
    QTRY_COMPARE_WITH_TIMEOUT(published.size(), 1, patience);
    QCOMPARE(producer.pendingChunks(), 0);
    QVERIFY(producer.publish("y"));
    QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    QCOMPARE(payloads(StoredChunks(m_server->host()).of("y")), QByteArrayList{"y"});
}

void TestClusterProducer::aSlotMayWaitForTheRest()
{
    Producer producer;
    useBus(producer, address());
    QSignalSpy published(&producer, &Producer::published);
    connect(&producer, &Producer::published, &producer, [&] {
        if (published.size() == 1)
            QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    });
    for (int i = 0; i < 20; ++i)
        QVERIFY(producer.publish("x"));
    QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    QCOMPARE(published.size(), 20);
}

void TestClusterProducer::movesToAThread()
{
    m_server->kill();
    QThread thread;
    auto *const producer = new Producer;
    useBus(*producer, address());
    QVERIFY(producer->publish("one"));
    std::atomic<int> published{0};
    connect(producer, &Producer::published, producer, [&] { published += QThread::currentThread() == &thread ? 1 : 100; });
    producer->moveToThread(&thread);
    connect(&thread, &QThread::finished, producer, &QObject::deleteLater);
    thread.start();
    QVERIFY(m_server->start());
    QTRY_COMPARE_WITH_TIMEOUT(published.load(), 1, patience);
    thread.quit();
    QVERIFY(thread.wait());
}

void TestClusterProducer::twoProducersMakeTheBusAtOnce()
{
    for (int round = 0; round < 10; ++round) {
        const QByteArray bus = m_server->address("made" + QByteArray::number(round));
        std::vector<std::unique_ptr<CountingProducer>> producers;
        for (int i = 0; i < 3; ++i)
            producers.push_back(std::make_unique<CountingProducer>(bus, 5, 0us));
        for (const auto &producer : producers) {
            producer->join();
            QVERIFY2(producer->why.isEmpty(), producer->why.constData());
        }
        QCOMPARE(StoredChunks(m_server->host()).of("made" + QByteArray::number(round)).size(), 15);
    }
}

QTEST_GUILESS_MAIN(TestClusterProducer)
#include "tst_clusterproducer.moc"
