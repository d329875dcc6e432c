// SPDX-License-Identifier: Apache-2.0
#include "file/consume/subscription.h"
#include "file/disk/inbox.h"
#include "file/publish/subscribers.h"
#include "file/publish/tarpublisher.h"

#include "support/chunks.h"
#include "support/nobus.h"
#include "support/scratchdirectory.h"

#include "format/chunkformat.h"

using namespace FileBus;
using namespace Qt::StringLiterals;

/// The content of X.d/inbox, whoever put it there.
class TestSubscribers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();
    void cleanup() { m_publisher.reset(); }

    void aChunkThatWasHalfDeliveredIsCompleted();
    void aWindowIsFullOfAsManyChunksAsItSays();
    void anInboxWithChunksOfAnotherStreamIsFullUntilTheyAreTaken();
    void thingsThatAreNoInboxesAreLeftAlone_data() { NoBus::addKinds(); }
    void thingsThatAreNoInboxesAreLeftAlone();
    void thingsInAnInboxThatAreNoChunksAreLeftAlone_data() { NoBus::addKinds(); }
    void thingsInAnInboxThatAreNoChunksAreLeftAlone();

private:
    Obstacle::Kind publish(const QByteArray &payload);
    Obstacle::Kind commit();
    QByteArrayList taken(Subscription &subscription);

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    std::unique_ptr<TarPublisher> m_publisher;
};

void TestSubscribers::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
    m_publisher = std::make_unique<TarPublisher>(m_path, ProducerInfo{QUuid::createUuid(), 1, u"host"_s, u"test"_s});
    PublishSettings settings;
    settings.lossless = true;
    settings.awaitedConsumers = 0;
    m_publisher->configure(settings);
    QVERIFY(m_publisher->open());
}

Obstacle::Kind TestSubscribers::publish(const QByteArray &payload)
{
    const Outcome staged = m_publisher->stage(payload);
    if (!staged)
        qFatal("%s", qPrintable(staged.failure().text));
    return commit();
}

Obstacle::Kind TestSubscribers::commit()
{
    const Result<Obstacle> committed = m_publisher->commit();
    if (!committed)
        qFatal("%s", qPrintable(committed.failure().text));
    return committed->kind;
}

QByteArrayList TestSubscribers::taken(Subscription &subscription)
{
    QByteArrayList payloads;
    while (true) {
        const Step step = subscription.next(Subscription::Search);
        if (const auto *chunk = std::get_if<Chunk>(&step))
            payloads += chunk->payload();
        else if (std::holds_alternative<Loss>(step))
            payloads += "lost";
        else
            return payloads;
        if (std::holds_alternative<Chunk>(step))
            subscription.acknowledge();
    }
}

// As if a producer had been killed after linking chunk 2 into the history and the first of two inboxes.
void TestSubscribers::aChunkThatWasHalfDeliveredIsCompleted()
{
    Subscription first(BusFile(m_path), "first"), second(BusFile(m_path), "second");
    QVERIFY(first.open() && first.isOpen() && second.open() && second.isOpen());
    QCOMPARE(publish("one"), Obstacle::None);
    const Spool history(m_path + ".d/history");
    const auto one = history.read(m_publisher->streamId(), 1);
    QVERIFY(one && *one);
    const QByteArray half = ChunkFormat::encode(numberedChunk((*one)->streamId(), 2, "two"));
    QVERIFY(Files::write(history.entryPath(2), half));
    QCOMPARE(::link(history.entryPath(2).constData(), first.inbox().spool().entryPath(2).constData()), 0);
    QCOMPARE(publish("three"), Obstacle::None);
    QCOMPARE(taken(first), QByteArrayList({"one", "two", "three"}));
    QCOMPARE(taken(second), QByteArrayList({"one", "two", "three"}));
}

void TestSubscribers::aWindowIsFullOfAsManyChunksAsItSays()
{
    Subscription consumer(BusFile(m_path), "name");
    QVERIFY(consumer.open());
    PublishSettings settings;
    settings.lossless = true;
    settings.awaitedConsumers = 0;
    settings.window = 2;
    m_publisher->configure(settings);
    QCOMPARE(publish("one"), Obstacle::None);
    QCOMPARE(publish("two"), Obstacle::None);
    QCOMPARE(publish("three"), Obstacle::NoRoom);
    QCOMPARE(taken(consumer), QByteArrayList({"one", "two"}));
    QCOMPARE(commit(), Obstacle::None);
    QCOMPARE(taken(consumer), QByteArrayList{"three"});
}

void TestSubscribers::anInboxWithChunksOfAnotherStreamIsFullUntilTheyAreTaken()
{
    Subscription consumer(BusFile(m_path), "name");
    QVERIFY(consumer.open() && consumer.isOpen());
    QVERIFY(Files::write(consumer.inbox().spool().entryPath(50),
                         ChunkFormat::encode(numberedChunk(QUuid::createUuid(), 50, "former"))));
    const QUuid stream = QUuid::createUuid(); // the bus has continued with another stream
    QVERIFY(Files::write(m_path, ChunkFormat::encode(numberedChunk(stream, 1, "first"))));
    QVERIFY(m_publisher->stage("second"));
    const Result<Obstacle> met = m_publisher->commit();
    QVERIFY(met);
    QCOMPARE(met->kind, Obstacle::NoRoom);
    QCOMPARE(met->places, QByteArrayList{consumer.inbox().path()});
    QCOMPARE(taken(consumer), QByteArrayList{"former"});
    QCOMPARE(commit(), Obstacle::None);
    QCOMPARE(taken(consumer), QByteArrayList{"second"});
}

void TestSubscribers::thingsThatAreNoInboxesAreLeftAlone()
{
    QFETCH(QByteArray, kind);
    if (kind == "directory")
        return; // it is an inbox
    const QByteArray inboxes = m_path + ".d/inbox";
    const QByteArray elsewhere = m_scratch->path("elsewhere");
    QVERIFY(Files::makeDirectory(elsewhere));
    QVERIFY(NoBus::make(kind, inboxes + "/thing", elsewhere));
    QVERIFY(Files::write(inboxes + "/file", "content"));
    QVERIFY(Inbox::in(inboxes)->isEmpty());
    QCOMPARE(publish("chunk"), Obstacle::None);
    QCOMPARE(Files::names(inboxes), QByteArrayList({"file", "thing"}));
    QCOMPARE(Files::names(elsewhere), QByteArrayList());
    Subscription consumer(BusFile(m_path), "thing");
    const auto opened = consumer.open();
    QVERIFY(!opened);
    QCOMPARE(opened.failure().error, Error::NotARegularFile);
    QCOMPARE(Files::names(elsewhere), QByteArrayList());
}

void TestSubscribers::thingsInAnInboxThatAreNoChunksAreLeftAlone()
{
    QFETCH(QByteArray, kind);
    Subscription consumer(BusFile(m_path), "name");
    QVERIFY(consumer.open() && consumer.isOpen());
    const QByteArray target = m_scratch->path("target");
    QVERIFY(Files::write(target, "not to be touched"));
    QVERIFY(NoBus::make(kind, consumer.inbox().path() + "/thing", target));
    QVERIFY(Files::write(consumer.inbox().path() + "/1", "no twenty digits"));
    QCOMPARE(publish("chunk"), Obstacle::None);
    QCOMPARE(taken(consumer), QByteArrayList{"chunk"});
    QCOMPARE(Files::read(target), "not to be touched");
}

QTEST_GUILESS_MAIN(TestSubscribers)
#include "tst_subscribers.moc"
