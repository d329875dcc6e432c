// SPDX-License-Identifier: Apache-2.0
#include "file/consume/subscription.h"
#include "file/disk/chunkfile.h"
#include "file/disk/inbox.h"
#include "file/disk/ownerfile.h"
#include "file/publish/tarpublisher.h"
#include "format/chunkformat.h"

#include "support/chunks.h"
#include "support/eventorder.h"
#include "support/files.h"
#include "support/lockholder.h"
#include "support/scratchdirectory.h"

#include <filesystem>
#include <memory>

using namespace FileBus;
using namespace Qt::StringLiterals;

/// The steps of FORMAT.md, "Publishing", as visible on disk.
class TestTarPublisher : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();
    void cleanup() { m_publisher.reset(); }

    void aChunkIsOnTheBusAndInTheHistoryAsOneFile();
    void theStepsComeInOrder();
    void nothingHappensWithoutTheLock();
    void aFirstChunkWaitsForConsumers();
    void aFullInboxIsNamedAndNothingIsGiven();
    void whatIsNotLosslessPassesAFullInbox();
    void aRefusedCommitLeavesNothing();
    void aRemovedSideDirectoryIsMadeAgain();
    void aRemovedHistoryIsMadeAgainBesideTheSameOwner();
    void aReplacedStagingIsNotPublishedFrom();
    void theNextChunkHasTheRightsOfTheBusAndThePastFollows();
    void aTakenNumberIsPassed();
    void aTakenNumberDoesNotMakeAnInboxFull_data();
    void aTakenNumberDoesNotMakeAnInboxFull();
    void aNumberThatIsTakenByNoChunkIsGivenAgain();
    void anOwnerFileWithoutInboxIsRemovedIfNobodyOwnsIt();
    void theEndGivesUpTheOwnerFile();

private:
    void makePublisher(const PublishSettings &settings = {});
    Result<Obstacle> publish(const QByteArray &payload);
    static Obstacle::Kind resultOf(const Result<Obstacle> &met);
    static bool subscribe(Subscription &consumer);
    std::optional<Chunk> chunkAt(const QByteArray &path) const;
    QByteArray historyEntry(quint64 sequence) const { return Spool(m_bus.historyDirectory()).entryPath(sequence); }
    QList<quint64> history() const { return Spool(m_bus.historyDirectory()).sequences().valueOr({}); }

    std::unique_ptr<ScratchDirectory> m_scratch;
    BusFile m_bus;
    std::unique_ptr<TarPublisher> m_publisher;
};

void TestTarPublisher::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_bus = BusFile(m_scratch->path("bus"));
    makePublisher();
}

void TestTarPublisher::makePublisher(const PublishSettings &settings)
{
    m_publisher.reset();
    m_publisher = std::make_unique<TarPublisher>(m_bus.path(), ProducerInfo{QUuid::createUuid(), 1, u"host"_s, u"test"_s});
    m_publisher->configure(settings);
    QVERIFY(m_publisher->open());
}

Result<Obstacle> TestTarPublisher::publish(const QByteArray &payload)
{
    const Outcome staged = m_publisher->stage(payload);
    return staged ? m_publisher->commit() : Result<Obstacle>(staged.failure());
}

Obstacle::Kind TestTarPublisher::resultOf(const Result<Obstacle> &met)
{
    if (!met)
        qFatal("%s", qPrintable(met.failure().text));
    return met->kind;
}

bool TestTarPublisher::subscribe(Subscription &consumer)
{
    [[maybe_unused]] const auto opened = consumer.open();
    return consumer.isOpen();
}

std::optional<Chunk> TestTarPublisher::chunkAt(const QByteArray &path) const
{
    return readChunkFile(path, Freshness::AsKnown).valueOr({});
}

void TestTarPublisher::aChunkIsOnTheBusAndInTheHistoryAsOneFile()
{
    for (const char *payload : {"one", "two", "three"})
        QCOMPARE(resultOf(publish(payload)), Obstacle::None);
    QCOMPARE(m_publisher->lastSequence(), 3u);
    const std::optional<Chunk> newest = chunkAt(m_bus.path());
    QVERIFY(newest);
    QCOMPARE(newest->payload(), "three");
    QCOMPARE(newest->sequence(), 3u);
    QCOMPARE(newest->streamId(), m_publisher->streamId());
    QCOMPARE(history(), QList<quint64>({1, 2, 3}));
    QCOMPARE(Files::status(historyEntry(3)).st_ino, Files::status(m_bus.path()).st_ino);
    QCOMPARE(chunkAt(historyEntry(1)).value_or(Chunk()).payload(), "one");
}

// First the history, which assigns the number; then the inboxes; then the bus; and only then the oldest entry is removed.
void TestTarPublisher::theStepsComeInOrder()
{
    makePublisher({.history = {.chunks = 1}});
    Subscription consumer(m_bus, "name");
    QVERIFY(subscribe(consumer));
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    EventOrder events;
    QVERIFY(events.watch(m_bus.historyDirectory(), "history") && events.watch(consumer.inbox().path(), "inbox"));
    QVERIFY(events.watch(m_bus.directory(), "directory"));
    QCOMPARE(resultOf(publish("two")), Obstacle::None);
    const QByteArray one = "00000000000000000001", two = "00000000000000000002";
    QCOMPARE(events.take(), QByteArrayList({"+ history/" + two, "+ inbox/" + two, "+ directory/bus", "- history/" + one}));
}

void TestTarPublisher::nothingHappensWithoutTheLock()
{
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    LockHolder holder(m_bus.lockPath());
    QVERIFY(holder.holds());
    QCOMPARE(resultOf(publish("two")), Obstacle::Locked);
    QVERIFY(m_publisher->hasStaged());
    QCOMPARE(chunkAt(m_bus.path()).value_or(Chunk()).payload(), "one");
    QCOMPARE(history(), QList<quint64>{1});
    holder.release();
    QCOMPARE(resultOf(m_publisher->commit()), Obstacle::None);
    QCOMPARE(chunkAt(m_bus.path()).value_or(Chunk()).payload(), "two");
    QVERIFY(!m_publisher->hasStaged());
}

void TestTarPublisher::aFirstChunkWaitsForConsumers()
{
    makePublisher({.history = {}, .lossless = true, .awaitedConsumers = 1});
    QCOMPARE(resultOf(publish("one")), Obstacle::TooFewConsumers);
    QVERIFY(!Files::exists(m_bus.path()));
    QCOMPARE(history(), QList<quint64>());
    auto consumer = std::make_unique<Subscription>(m_bus, QByteArray());
    QVERIFY(subscribe(*consumer));
    QCOMPARE(resultOf(m_publisher->commit()), Obstacle::None);
    QCOMPARE(Files::names(consumer->inbox().path()), QByteArrayList{"00000000000000000001"});
    consumer.reset();
    QCOMPARE(resultOf(publish("two")), Obstacle::None); // only the first one waits
}

void TestTarPublisher::aFullInboxIsNamedAndNothingIsGiven()
{
    makePublisher({.history = {}, .lossless = true, .window = 1});
    Subscription consumer(m_bus, "name");
    QVERIFY(subscribe(consumer));
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    const Result<Obstacle> met = publish("two");
    QCOMPARE(resultOf(met), Obstacle::NoRoom);
    QCOMPARE(met->places, QByteArrayList{consumer.inbox().path()});
    QCOMPARE(history(), QList<quint64>{1});
    QCOMPARE(m_publisher->notTaken(), QByteArrayList{consumer.inbox().path()});
    QVERIFY(std::holds_alternative<Chunk>(consumer.next(Subscription::Search)));
    consumer.acknowledge();
    QCOMPARE(m_publisher->notTaken(), QByteArrayList());
    QCOMPARE(resultOf(m_publisher->commit()), Obstacle::None);
    QCOMPARE(history(), QList<quint64>({1, 2}));
}

void TestTarPublisher::whatIsNotLosslessPassesAFullInbox()
{
    makePublisher({.history = {}, .window = 1});
    Subscription consumer(m_bus, "name");
    QVERIFY(subscribe(consumer));
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    QCOMPARE(resultOf(publish("two")), Obstacle::None);
    QCOMPARE(consumer.inbox().spool().sequences().valueOr({}), QList<quint64>{1});
    QCOMPARE(chunkAt(m_bus.path()).value_or(Chunk()).payload(), "two");
}

// The bus turns into something that cannot be replaced while the chunk is staged.
void TestTarPublisher::aRefusedCommitLeavesNothing()
{
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    QVERIFY(m_publisher->stage("two"));
    QCOMPARE(::unlink(m_bus.path().constData()), 0);
    QVERIFY(Files::makeDirectory(m_bus.path()));
    const Result<Obstacle> met = m_publisher->commit();
    QVERIFY(!met);
    QCOMPARE(met.failure().error, Error::NotARegularFile);
    QVERIFY(!m_publisher->hasStaged());
    QCOMPARE(history(), QList<quint64>{1});
    QCOMPARE(m_publisher->lastSequence(), 1u);
    QCOMPARE(::rmdir(m_bus.path().constData()), 0);
    QCOMPARE(resultOf(publish("two")), Obstacle::None);
    QCOMPARE(chunkAt(m_bus.path()).value_or(Chunk()).sequence(), 2u);
}

void TestTarPublisher::aRemovedSideDirectoryIsMadeAgain()
{
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    std::filesystem::remove_all(m_bus.sideDirectory().toStdString());
    const Result<Obstacle> met = publish("two");
    QVERIFY(!met);
    QCOMPARE(met.failure().error, Error::DirectoryMissing);
    QVERIFY(!m_publisher->hasStaged());
    QVERIFY(m_publisher->open());
    QCOMPARE(resultOf(publish("two")), Obstacle::None);
    QCOMPARE(chunkAt(m_bus.path()).value_or(Chunk()).sequence(), 2u);
    QCOMPARE(history(), QList<quint64>{2});
    QCOMPARE(Files::names(m_bus.producersDirectory()).size(), 1);
}

// Consumers consider a producer without an owner file gone.
void TestTarPublisher::aRemovedHistoryIsMadeAgainBesideTheSameOwner()
{
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    EventOrder events;
    QVERIFY(events.watch(m_bus.producersDirectory(), "producers"));
    std::filesystem::remove_all(m_bus.historyDirectory().toStdString());
    QVERIFY(!publish("two"));
    QVERIFY(m_publisher->open());
    QCOMPARE(resultOf(publish("two")), Obstacle::None);
    QCOMPARE(history(), QList<quint64>{2});
    QCOMPARE(events.take(), QByteArrayList());
}

void TestTarPublisher::aReplacedStagingIsNotPublishedFrom()
{
    QVERIFY(m_publisher->stage("chunk"));
    const QByteArray staging = m_bus.stagingDirectory();
    const QByteArrayList names = Files::names(staging);
    QCOMPARE(names.size(), 1);
    QVERIFY(Files::replace(staging + '/' + names.constFirst(), "from a backup"));
    QVERIFY(!m_publisher->commit());
    QVERIFY(!Files::exists(m_bus.path()));
    QCOMPARE(history(), QList<quint64>());
}

void TestTarPublisher::theNextChunkHasTheRightsOfTheBusAndThePastFollows()
{
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    QCOMPARE(::chmod(m_bus.path().constData(), 0640), 0);
    QCOMPARE(resultOf(publish("two")), Obstacle::None);
    QCOMPARE(Files::mode(m_bus.path()), 0640u);
    QCOMPARE(::chmod(m_bus.path().constData(), 0600), 0);
    QCOMPARE(resultOf(publish("three")), Obstacle::None);
    QCOMPARE(Files::mode(m_bus.path()), 0600u);
    for (quint64 sequence = 1; sequence <= 3; ++sequence)
        QCOMPARE(Files::mode(historyEntry(sequence)), 0600u);
}

// A killed producer had linked chunk 2 into the history, and nowhere else.
void TestTarPublisher::aTakenNumberIsPassed()
{
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    QVERIFY(Files::write(historyEntry(2), ChunkFormat::encode(numberedChunk(m_publisher->streamId(), 2, "of the dead"))));
    QCOMPARE(resultOf(publish("mine")), Obstacle::None);
    QCOMPARE(m_publisher->lastSequence(), 3u);
    const std::optional<Chunk> newest = chunkAt(m_bus.path());
    QVERIFY(newest);
    QCOMPARE(newest->sequence(), 3u);
    QCOMPARE(newest->payload(), "mine");
    QCOMPARE(chunkAt(historyEntry(2)).value_or(Chunk()).payload(), "of the dead");
}

void TestTarPublisher::aTakenNumberDoesNotMakeAnInboxFull_data()
{
    QTest::addColumn<bool>("lossless");
    QTest::newRow("lossless") << true;
    QTest::newRow("lossy") << false;
}

// A consumer subscribed, and a killed producer had linked chunk 2 into the history and into the new inbox, where nobody takes it.
void TestTarPublisher::aTakenNumberDoesNotMakeAnInboxFull()
{
    QFETCH(const bool, lossless);
    makePublisher({.history = {}, .lossless = lossless, .awaitedConsumers = 0});
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    Subscription consumer(m_bus, "name");
    QVERIFY(subscribe(consumer));
    QVERIFY(Files::write(historyEntry(2), ChunkFormat::encode(numberedChunk(m_publisher->streamId(), 2, "of the dead"))));
    const QByteArray entry = consumer.inbox().spool().entryPath(2);
    QCOMPARE(::link(historyEntry(2).constData(), entry.constData()), 0);
    QCOMPARE(resultOf(publish("mine")), Obstacle::None);
    QCOMPARE(m_publisher->lastSequence(), 3u);
    QCOMPARE(consumer.inbox().spool().sequences().valueOr({}), QList<quint64>({2, 3}));
}

void TestTarPublisher::aNumberThatIsTakenByNoChunkIsGivenAgain()
{
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    QVERIFY(Files::write(historyEntry(2), ChunkFormat::encode(numberedChunk(QUuid::createUuid(), 2, "of another stream"))));
    QCOMPARE(resultOf(publish("mine")), Obstacle::None);
    QCOMPARE(m_publisher->lastSequence(), 2u);
    QCOMPARE(chunkAt(historyEntry(2)).value_or(Chunk()).payload(), "mine");
}

// Two unnamed consumers were about to subscribe. One of them was killed.
void TestTarPublisher::anOwnerFileWithoutInboxIsRemovedIfNobodyOwnsIt()
{
    makePublisher({.history = {}, .lossless = true, .awaitedConsumers = 0});
    const QByteArray killed = Inbox::unnamed(), living = Inbox::unnamed();
    QVERIFY(Files::write(m_bus.inboxesDirectory() + '/' + killed + ".owner", "999999999\nfilebus\nhost\n\n\n"));
    const auto owner = OwnerFile::create(m_bus.inboxesDirectory(), living);
    QVERIFY(owner);
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    QCOMPARE(Files::names(m_bus.inboxesDirectory()), QByteArrayList{living + ".owner"});
}

void TestTarPublisher::theEndGivesUpTheOwnerFile()
{
    Subscription consumer(m_bus, "name");
    QVERIFY(subscribe(consumer));
    QCOMPARE(resultOf(publish("one")), Obstacle::None);
    QCOMPARE(Files::names(m_bus.producersDirectory()).size(), 1);
    const QByteArrayList before = Files::names(consumer.inbox().path());
    QCOMPARE(resultOf(m_publisher->end()), Obstacle::None);
    QCOMPARE(Files::names(m_bus.producersDirectory()), QByteArrayList());
    QCOMPARE(Files::names(m_bus.stagingDirectory()), QByteArrayList());
    QCOMPARE(Files::names(consumer.inbox().path()).size(), before.size() + 1);
    QCOMPARE(chunkAt(m_bus.path()).value_or(Chunk()).payload(), "one");
}

QTEST_GUILESS_MAIN(TestTarPublisher)
#include "tst_tarpublisher.moc"
