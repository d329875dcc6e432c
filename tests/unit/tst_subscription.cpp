// SPDX-License-Identifier: Apache-2.0
#include "file/consume/subscription.h"
#include "file/disk/inbox.h"
#include "file/disk/ownerfile.h"
#include "file/publish/tarpublisher.h"
#include "format/chunkformat.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <filebus/consumer.h>

#include <QtTest/QSignalSpy>

using namespace FileBus;
using namespace Qt::StringLiterals;

/// The subscription of a lossless consumer, with producers in the same process.
class TestSubscription : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void theEndIsNotDecidedWhileSomebodyHoldsTheLock();
    void aProducerThatLivesHoldsTheEndUp();
    void atTheEndAnUnnamedSubscriptionIsOver();
    void atTheEndANamedSubscriptionStays();
    void aConsumerGoesOnAfterTheEnd();
    void whatARestoredInboxHoldsIsHandedOn();
    void aStreamComesFromItsFirstChunk();

private:
    std::unique_ptr<TarPublisher> makePublisher() const;
    void publishAndEnd(const QByteArray &payload) const;
    static Obstacle::Kind resultOf(const Result<Obstacle> &committed);
    static bool isEnd(Subscription &subscription);
    QByteArray nextPayload(Subscription &subscription) const;

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
};

void TestSubscription::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
}

std::unique_ptr<TarPublisher> TestSubscription::makePublisher() const
{
    auto publisher = std::make_unique<TarPublisher>(m_path, ProducerInfo{QUuid::createUuid(), 1, u"host"_s, u"test"_s});
    PublishSettings settings;
    settings.lossless = true;
    settings.awaitedConsumers = 1;
    publisher->configure(settings);
    return publisher->open() ? std::move(publisher) : nullptr;
}

void TestSubscription::publishAndEnd(const QByteArray &payload) const
{
    const std::unique_ptr<TarPublisher> publisher = makePublisher();
    QVERIFY(publisher);
    QVERIFY(publisher->stage(payload));
    QCOMPARE(resultOf(publisher->commit()), Obstacle::None);
    QCOMPARE(resultOf(publisher->end()), Obstacle::None);
}

Obstacle::Kind TestSubscription::resultOf(const Result<Obstacle> &committed)
{
    if (!committed)
        qFatal("%s", qPrintable(committed.failure().text));
    return committed->kind;
}

bool TestSubscription::isEnd(Subscription &subscription)
{
    return std::holds_alternative<EndOfStream>(subscription.next(Subscription::Search));
}

QByteArray TestSubscription::nextPayload(Subscription &subscription) const
{
    const Step step = subscription.next(Subscription::Search);
    const auto *chunk = std::get_if<Chunk>(&step);
    if (!chunk)
        return {};
    subscription.acknowledge();
    return chunk->payload();
}

void TestSubscription::theEndIsNotDecidedWhileSomebodyHoldsTheLock()
{
    Subscription consumer(BusFile(m_path), {});
    QVERIFY(consumer.open() && consumer.isOpen());
    publishAndEnd("chunk");
    QCOMPARE(nextPayload(consumer), "chunk");
    BusLock producer(m_path + ".lock");
    BusLock::Attempt held = producer.tryLock(*BusFile(m_path).accessRules());
    QVERIFY(held && *held);
    QVERIFY(!isEnd(consumer));
    QVERIFY(consumer.inbox().exists());
    held->reset();
    QVERIFY(isEnd(consumer));
}

void TestSubscription::aProducerThatLivesHoldsTheEndUp()
{
    Subscription consumer(BusFile(m_path), {});
    QVERIFY(consumer.open() && consumer.isOpen());
    publishAndEnd("first");
    std::unique_ptr<TarPublisher> late = makePublisher();
    QVERIFY(late && late->stage("second"));
    QCOMPARE(nextPayload(consumer), "first");
    QVERIFY(!isEnd(consumer));
    QCOMPARE(resultOf(late->commit()), Obstacle::None);
    QCOMPARE(resultOf(late->end()), Obstacle::None);
    late.reset();
    QCOMPARE(nextPayload(consumer), "second");
    QVERIFY(isEnd(consumer));
}

// Otherwise a producer that starts now would publish its chunks to a consumer that no longer reads.
void TestSubscription::atTheEndAnUnnamedSubscriptionIsOver()
{
    Subscription consumer(BusFile(m_path), {});
    QVERIFY(consumer.open() && consumer.isOpen());
    publishAndEnd("chunk");
    QCOMPARE(nextPayload(consumer), "chunk");
    QVERIFY(isEnd(consumer));
    QVERIFY(!consumer.isOpen());
    QVERIFY(!consumer.inbox().exists());
    const std::unique_ptr<TarPublisher> late = makePublisher();
    QVERIFY(late && late->stage("late"));
    QCOMPARE(resultOf(late->commit()), Obstacle::TooFewConsumers);
}

void TestSubscription::atTheEndANamedSubscriptionStays()
{
    Subscription consumer(BusFile(m_path), "name");
    QVERIFY(consumer.open() && consumer.isOpen());
    publishAndEnd("chunk");
    QCOMPARE(nextPayload(consumer), "chunk");
    QVERIFY(isEnd(consumer));
    consumer.acknowledgeEnd();
    publishAndEnd("next");
    QCOMPARE(nextPayload(consumer), "next");
    QVERIFY(isEnd(consumer));
}

void TestSubscription::aConsumerGoesOnAfterTheEnd()
{
    Consumer consumer(QFile::decodeName(m_path));
    consumer.setLossless(true);
    QSignalSpy subscribed(&consumer, &Consumer::subscribed), ended(&consumer, &Consumer::ended);
    consumer.start();
    for (int run = 1; run <= 3; ++run) {
        QTRY_COMPARE(subscribed.size(), run);
        publishAndEnd("chunk " + QByteArray::number(run));
        QTRY_COMPARE(ended.size(), run);
        QCOMPARE(consumer.receivedChunks(), quint64(run));
        QVERIFY(consumer.isRunning());
    }
    QCOMPARE(consumer.lostChunks(), 0U);
}

void TestSubscription::whatARestoredInboxHoldsIsHandedOn()
{
    Subscription subscription(BusFile(m_path), "log");
    QVERIFY(subscription.open() && subscription.isOpen());
    const QUuid stream = QUuid::createUuid();
    const auto put = [&](quint64 sequence, const QByteArray &payload) {
        const QByteArray archive = ChunkFormat::encode(numberedChunk(stream, sequence, payload));
        QVERIFY(Files::write(subscription.inbox().spool().entryPath(sequence), archive));
    };
    const auto take = [&] {
        QByteArrayList taken;
        while (true) {
            const Step step = subscription.next(Subscription::Search);
            if (const auto *failure = std::get_if<Failure>(&step))
                taken += failure->error == Error::PutBack ? "back" : failure->text.toUtf8();
            else if (const auto *chunk = std::get_if<Chunk>(&step))
                taken += chunk->payload();
            else
                return taken.join(' ');
            if (std::holds_alternative<Chunk>(step))
                subscription.acknowledge();
        }
    };
    for (quint64 sequence = 1; sequence <= 5; ++sequence)
        put(sequence, "a" + QByteArray::number(sequence));
    QCOMPARE(take(), "a1 a2 a3 a4 a5");
    put(5, "a5"); // by a producer that rolls forward
    put(4, "a4");
    QCOMPARE(take(), "");
    put(2, "a2"); // restored, and already processed
    put(3, "b3");
    put(4, "b4");
    QCOMPARE(take(), "back b3 b4");
    put(5, "b5");
    put(6, "b6");
    QCOMPARE(take(), "b5 b6");
    put(6, "c6");
    QCOMPARE(take(), "back c6");
    QVERIFY(subscription.inbox().content()->sequences.isEmpty());
}

// Also if the new stream has reached the number that would continue the old one.
void TestSubscription::aStreamComesFromItsFirstChunk()
{
    Subscription consumer(BusFile(m_path), "name");
    QVERIFY(consumer.open() && consumer.isOpen());
    const QUuid before = QUuid::createUuid(), stream = QUuid::createUuid();
    const auto put = [&](const Chunk &chunk) {
        return Files::write(consumer.inbox().spool().entryPath(chunk.sequence()), ChunkFormat::encode(chunk));
    };
    QVERIFY(put(numberedChunk(before, 1, "before")));
    QCOMPARE(nextPayload(consumer), "before");
    for (quint64 sequence = 1; sequence <= 3; ++sequence)
        QVERIFY(put(numberedChunk(stream, sequence, QByteArray::number(sequence))));
    for (const char *payload : {"1", "2", "3"})
        QCOMPARE(nextPayload(consumer), payload);
}

QTEST_GUILESS_MAIN(TestSubscription)
#include "tst_subscription.moc"
