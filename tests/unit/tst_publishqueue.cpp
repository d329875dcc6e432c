// SPDX-License-Identifier: Apache-2.0
#include "bus/thisproducer.h"
#include "file/consume/subscription.h"
#include "file/disk/chunkfile.h"
#include "file/publish/publishqueue.h"

#include "support/files.h"
#include "support/lockholder.h"
#include "support/scratchdirectory.h"

#include <QtTest/QSignalSpy>

#include <filesystem>
#include <memory>

using namespace FileBus;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

/// The chunks of a producer on their way to the bus, while publishing is blocked.
class TestPublishQueue : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();
    void cleanup() { m_queue.reset(); }

    void chunksKeepTheirOrderBehindTheLock();
    void aLockTimeoutIsReportedOnceForEachTimeout();
    void whatIsRemovedBetweenTwoChunksIsNoFailure_data();
    void whatIsRemovedBetweenTwoChunksIsNoFailure();
    void roomWakesTheQueue();
    void theEndComesBehindTheChunks();
    void aDrainThatTakesTooLongNamesTheInbox();
    void tooFewConsumersAreNamed();
    void abortDropsWhatIsPending();

private:
    std::unique_ptr<Subscription> subscribe() const;
    std::optional<Chunk> newest() const { return readChunkFile(m_bus.path(), Freshness::AsKnown).valueOr({}); }

    std::unique_ptr<ScratchDirectory> m_scratch;
    BusFile m_bus;
    std::unique_ptr<PublishQueue> m_queue;
};

void TestPublishQueue::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_bus = BusFile(m_scratch->path("bus"));
    m_queue = std::make_unique<PublishQueue>(m_bus.path(), describeThisProducer());
}

std::unique_ptr<Subscription> TestPublishQueue::subscribe() const
{
    auto subscription = std::make_unique<Subscription>(m_bus, "name");
    [[maybe_unused]] const auto opened = subscription->open();
    return subscription->isOpen() ? std::move(subscription) : nullptr;
}

void TestPublishQueue::chunksKeepTheirOrderBehindTheLock()
{
    QSignalSpy published(m_queue.get(), &PublishQueue::published);
    LockHolder holder(m_bus.lockPath());
    QVERIFY(holder.holds());
    for (const char *payload : {"one", "two", "three"})
        QVERIFY(m_queue->publish(payload));
    QCOMPARE(m_queue->pendingChunks(), 3);
    QVERIFY(published.isEmpty());
    holder.letGo();
    QTRY_COMPARE(m_queue->pendingChunks(), 0);
    QCOMPARE(QList<QVariantList>(published), (QList<QVariantList>{{quint64(1)}, {quint64(2)}, {quint64(3)}}));
    QCOMPARE(newest().value_or(Chunk()).payload(), "three");
}

void TestPublishQueue::aLockTimeoutIsReportedOnceForEachTimeout()
{
    PublishSettings settings;
    settings.lockTimeout = 20ms;
    m_queue->configure(settings);
    QSignalSpy failed(m_queue.get(), &PublishQueue::errorOccurred);
    LockHolder holder(m_bus.lockPath());
    QVERIFY(holder.holds());
    QElapsedTimer elapsed;
    elapsed.start();
    QVERIFY(m_queue->publish("chunk"));
    QTRY_VERIFY(failed.size() >= 3);
    QVERIFY(elapsed.durationElapsed() >= failed.size() * 20ms);
    QCOMPARE(failed.constFirst().constFirst().value<Error>(), Error::LockTimeout);
    QCOMPARE(m_queue->failure().error, Error::LockTimeout);
    QCOMPARE(m_queue->pendingChunks(), 1);
    holder.letGo();
    QTRY_COMPARE(m_queue->pendingChunks(), 0);
    QCOMPARE(m_queue->failure().error, Error::NoError);
}

void TestPublishQueue::whatIsRemovedBetweenTwoChunksIsNoFailure_data()
{
    QTest::addColumn<QByteArray>("removed");
    for (const char *removed : {".d", ".d/staging", ".d/history", ".d/producers", ".lock"})
        QTest::newRow(removed) << QByteArray(removed);
}

void TestPublishQueue::whatIsRemovedBetweenTwoChunksIsNoFailure()
{
    QFETCH(const QByteArray, removed);
    QVERIFY(m_queue->publish("one"));
    std::filesystem::remove_all((m_bus.path() + removed).toStdString());
    for (const char *payload : {"two", "three"}) {
        QVERIFY2(m_queue->publish(payload), qPrintable(m_queue->failure().text));
        QCOMPARE(m_queue->pendingChunks(), 0);
        QCOMPARE(m_queue->failure().error, Error::NoError);
    }
    QCOMPARE(newest().value_or(Chunk()).sequence(), 3u);
    QCOMPARE(newest().value_or(Chunk()).payload(), "three");
    QVERIFY(Files::exists(Spool(m_bus.historyDirectory()).entryPath(3)));
    QVERIFY(Files::exists(m_bus.lockPath()));
}

void TestPublishQueue::roomWakesTheQueue()
{
    PublishSettings settings;
    settings.lossless = true;
    settings.window = 1;
    settings.sleepInterval = 1h; // only an event can wake it
    m_queue->configure(settings);
    const std::unique_ptr<Subscription> consumer = subscribe();
    QVERIFY(consumer);
    QVERIFY(m_queue->publish("one") && m_queue->publish("two"));
    QCOMPARE(m_queue->pendingChunks(), 1);
    QVERIFY(std::holds_alternative<Chunk>(consumer->next(Subscription::Search)));
    consumer->acknowledge();
    QTRY_COMPARE(m_queue->pendingChunks(), 0);
    QCOMPARE(newest().value_or(Chunk()).payload(), "two");
}

void TestPublishQueue::theEndComesBehindTheChunks()
{
    QByteArrayList signalled;
    connect(m_queue.get(), &PublishQueue::published, this, [&](quint64 sequence) { signalled += QByteArray::number(sequence); });
    connect(m_queue.get(), &PublishQueue::ended, this, [&] { signalled += "ended"; });
    connect(m_queue.get(), &PublishQueue::drained, this, [&] { signalled += "drained"; });
    const std::unique_ptr<Subscription> consumer = subscribe();
    QVERIFY(consumer);
    LockHolder holder(m_bus.lockPath());
    QVERIFY(holder.holds());
    QVERIFY(m_queue->publish("one") && m_queue->publish("two"));
    m_queue->end();
    QVERIFY(m_queue->isEndPending());
    holder.letGo();
    QTRY_VERIFY(!m_queue->isEndPending());
    QCOMPARE(signalled, QByteArrayList({"1", "2", "ended"}));
    for (int taken = 0; taken < 2; ++taken) {
        QVERIFY(std::holds_alternative<Chunk>(consumer->next(Subscription::Search)));
        QVERIFY(!signalled.contains("drained"));
        consumer->acknowledge();
    }
    QTRY_COMPARE(signalled, QByteArrayList({"1", "2", "ended", "drained"}));
}

void TestPublishQueue::aDrainThatTakesTooLongNamesTheInbox()
{
    const std::unique_ptr<Subscription> consumer = subscribe();
    QVERIFY(consumer);
    QVERIFY(m_queue->publish("chunk"));
    m_queue->end();
    QVERIFY(!m_queue->waitForDrained(10ms));
    QCOMPARE(m_queue->failure().error, Error::ConsumerTimeout);
    const QString what = u" has taken nothing from "_s + QFile::decodeName(consumer->inbox().path());
    QVERIFY2(m_queue->failure().text.contains(what), qPrintable(m_queue->failure().text));
}

void TestPublishQueue::tooFewConsumersAreNamed()
{
    PublishSettings settings;
    settings.lossless = true;
    m_queue->configure(settings);
    QVERIFY(m_queue->publish("chunk"));
    QVERIFY(!m_queue->waitForPublished(10ms));
    QCOMPARE(m_queue->failure().error, Error::ConsumerTimeout);
    QVERIFY2(m_queue->failure().text.startsWith(u"too few consumers "_s), qPrintable(m_queue->failure().text));
    QVERIFY(!Files::exists(m_bus.path()));
    const std::unique_ptr<Subscription> consumer = subscribe();
    QVERIFY(consumer);
    QVERIFY(m_queue->waitForPublished(10s));
}

void TestPublishQueue::abortDropsWhatIsPending()
{
    LockHolder holder(m_bus.lockPath());
    QVERIFY(holder.holds());
    QVERIFY(m_queue->publish("dropped"));
    m_queue->abort();
    QCOMPARE(m_queue->pendingChunks(), 0);
    holder.release();
    QVERIFY(m_queue->publish("kept"));
    QCOMPARE(newest().value_or(Chunk()).payload(), "kept");
    QCOMPARE(newest().value_or(Chunk()).sequence(), 1u);
}

QTEST_GUILESS_MAIN(TestPublishQueue)
#include "tst_publishqueue.moc"
