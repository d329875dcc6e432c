// SPDX-License-Identifier: Apache-2.0
#include "file/consume/inboxsource.h"

#include "support/files.h"
#include "support/lockholder.h"
#include "support/scratchdirectory.h"
#include "support/sleepingthread.h"

#include <filebus/producer.h>

#include <QtTest/QSignalSpy>

#include <future>
#include <unistd.h>

using namespace FileBus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// The steps of a lossless consumer, taken without an event loop.
class TestInboxSource : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void itSubscribesWhenItStarts();
    void itWaitsForTheLock();
    void itWaitsForTheDirectory();
    void aNameInUseIsAStandstill();
    void chunksComeInOrderUntilAcknowledged();
    void whatWasNotAcknowledgedComesToTheNext_data();
    void whatWasNotAcknowledgedComesToTheNext();
    void stoppedItGivesUpTheInbox_data();
    void stoppedItGivesUpTheInbox();
    void aNamedOneStaysAtTheEnd();
    void anUnnamedOneSubscribesAgainAfterTheEnd();
    void aBusOfTheRawFormatIsToldOnce_data();
    void aBusOfTheRawFormatIsToldOnce();
    void aSubscriptionIsRemovedOrNot_data();
    void aSubscriptionIsRemovedOrNot();
    void removingWaitsForTheLock();
    void theEventLoopLooksAgainUntilItIsStopped();
    void theEventLoopTriesTheLockAgain();
    void anEventThatBringsNothingIsNotTheLast_data();
    void anEventThatBringsNothingIsNotTheLast();
    void aDescriptorInterruptsTheWait();
    void withoutEventsItSaysSo();

private:
    std::unique_ptr<InboxSource> makeSource(const QByteArray &name = {}) const;
    /// The next step that says something; waits for it.
    static Step nextOf(InboxSource &source);
    /// That step in a word, and the payload of a chunk.
    static QByteArray wordOf(const Step &step);
    static QByteArray next(InboxSource &source) { return wordOf(nextOf(source)); }
    void publishAndEnd(const QByteArray &payload) const;
    QByteArrayList inboxes() const { return Files::names(m_path + ".d/inbox"); }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    QString m_name;
};

void TestInboxSource::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
    m_path = m_scratch->path("directory/bus");
    m_name = QFile::decodeName(m_path);
}

std::unique_ptr<InboxSource> TestInboxSource::makeSource(const QByteArray &name) const
{
    return std::make_unique<InboxSource>(BusFile(m_path), name, true, 20ms);
}

Step TestInboxSource::nextOf(InboxSource &source)
{
    for (const Clock::time_point deadline = Clock::now() + 5s; Clock::now() < deadline; source.wait(deadline, {})) {
        if (const Step step = source.next(); !std::holds_alternative<std::monostate>(step))
            return step;
    }
    return {};
}

QByteArray TestInboxSource::wordOf(const Step &step)
{
    if (const auto *chunk = std::get_if<Chunk>(&step))
        return "chunk " + chunk->payload();
    if (const auto *failure = std::get_if<Failure>(&step))
        return "failure " + failure->text.toUtf8();
    if (const auto *standstill = std::get_if<Standstill>(&step))
        return "standstill " + standstill->why.text.toUtf8();
    if (std::holds_alternative<Subscribed>(step))
        return "subscribed";
    if (std::holds_alternative<EndOfStream>(step))
        return "end";
    return std::holds_alternative<Loss>(step) ? "loss" : "nothing";
}

void TestInboxSource::publishAndEnd(const QByteArray &payload) const
{
    Producer producer(m_name);
    producer.setLossless(true);
    QVERIFY(producer.publish(payload) && producer.waitForPublished());
    producer.end();
    producer.waitForDrained(0ms); // announces the end
}

void TestInboxSource::itSubscribesWhenItStarts()
{
    const auto source = makeSource("log");
    QVERIFY(inboxes().isEmpty());
    source->start();
    QCOMPARE(inboxes(), QByteArrayList({"log", "log.owner"}));
    QCOMPARE(next(*source), "subscribed");
    QCOMPARE(wordOf(source->next()), "nothing");
}

void TestInboxSource::itWaitsForTheLock()
{
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    const auto source = makeSource();
    source->start();
    QCOMPARE(wordOf(source->next()), "nothing");
    QCOMPARE(wordOf(source->next()), "nothing");
    QVERIFY(inboxes().isEmpty());
    holder.release();
    QCOMPARE(next(*source), "subscribed");
}

void TestInboxSource::itWaitsForTheDirectory()
{
    QVERIFY(QDir(QFile::decodeName(m_scratch->path("directory"))).removeRecursively());
    const auto source = makeSource();
    source->start();
    QCOMPARE(wordOf(source->next()), "nothing");
    QVERIFY(!source->reasonForPolling().isEmpty());
    QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
    QCOMPARE(next(*source), "subscribed");
}

void TestInboxSource::aNameInUseIsAStandstill()
{
    const auto first = makeSource("log"), second = makeSource("log");
    first->start();
    second->start();
    QCOMPARE(next(*first), "subscribed");
    const Step step = nextOf(*second);
    const auto *standstill = std::get_if<Standstill>(&step);
    QVERIFY(standstill);
    QCOMPARE(standstill->why.error, Error::NameInUse);
}

void TestInboxSource::chunksComeInOrderUntilAcknowledged()
{
    const auto source = makeSource("log");
    source->start();
    QCOMPARE(next(*source), "subscribed");
    Producer producer(m_name);
    for (const char *payload : {"1", "2", "3"})
        QVERIFY(producer.publish(payload));
    const Spool waiting(m_path + ".d/inbox/log");
    for (quint64 sequence = 1; sequence <= 3; ++sequence) {
        QCOMPARE(next(*source), "chunk " + QByteArray::number(sequence));
        QCOMPARE(waiting.sequences()->first(), sequence);
        QVERIFY(source->acknowledge());
        QCOMPARE(waiting.sequences()->size(), qsizetype(3 - sequence));
    }
    QCOMPARE(wordOf(source->next()), "nothing");
}

void TestInboxSource::whatWasNotAcknowledgedComesToTheNext_data()
{
    QTest::addColumn<int>("acknowledged");
    QTest::addColumn<QByteArray>("first");
    QTest::newRow("none") << 0 << QByteArray("chunk 1");
    QTest::newRow("one") << 1 << QByteArray("chunk 2");
}

void TestInboxSource::whatWasNotAcknowledgedComesToTheNext()
{
    QFETCH(const int, acknowledged);
    QFETCH(const QByteArray, first);
    auto source = makeSource("log");
    source->start();
    QCOMPARE(next(*source), "subscribed");
    Producer producer(m_name);
    QVERIFY(producer.publish("1") && producer.publish("2"));
    QCOMPARE(next(*source), "chunk 1");
    QCOMPARE(next(*source), "chunk 2");
    for (int count = 0; count < acknowledged; ++count)
        QVERIFY(source->acknowledge());
    source->stop();
    source = makeSource("log");
    source->start();
    QCOMPARE(next(*source), "subscribed");
    QCOMPARE(next(*source), first);
}

void TestInboxSource::stoppedItGivesUpTheInbox_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArrayList>("left");
    QTest::newRow("named: its place stays") << QByteArray("log") << QByteArrayList{"log"};
    QTest::newRow("unnamed: nothing stays") << QByteArray() << QByteArrayList();
}

void TestInboxSource::stoppedItGivesUpTheInbox()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArrayList, left);
    const auto source = makeSource(name);
    source->start();
    QCOMPARE(next(*source), "subscribed");
    QCOMPARE(inboxes().size(), 2);
    source->stop();
    QCOMPARE(inboxes(), left);
}

void TestInboxSource::aNamedOneStaysAtTheEnd()
{
    const auto source = makeSource("log");
    source->start();
    QCOMPARE(next(*source), "subscribed");
    for (const QByteArray payload : {"first", "second"}) {
        publishAndEnd(payload);
        QCOMPARE(next(*source), "chunk " + payload);
        QVERIFY(source->acknowledge());
        QCOMPARE(next(*source), "end");
        QVERIFY(source->acknowledge());
        QCOMPARE(wordOf(source->next()), "nothing");
    }
}

void TestInboxSource::anUnnamedOneSubscribesAgainAfterTheEnd()
{
    const auto source = makeSource();
    source->start();
    for (const QByteArray payload : {"first", "second"}) {
        QCOMPARE(next(*source), "subscribed");
        publishAndEnd(payload);
        QCOMPARE(next(*source), "chunk " + payload);
        QVERIFY(source->acknowledge());
        QCOMPARE(next(*source), "end");
        QVERIFY(inboxes().isEmpty());
        QVERIFY(source->acknowledge());
    }
    QCOMPARE(next(*source), "subscribed");
}

void TestInboxSource::aBusOfTheRawFormatIsToldOnce_data()
{
    QTest::addColumn<bool>("isAsked");
    QTest::addColumn<bool>("hasReceived");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("isTold");
    QTest::newRow("raw") << true << false << QByteArray("bytes") << true;
    QTest::newRow("raw, and nobody asked") << false << false << QByteArray("bytes") << false;
    QTest::newRow("raw, after a chunk of the other format") << true << true << QByteArray("bytes") << false;
    QTest::newRow("empty") << true << false << QByteArray() << false;
}

void TestInboxSource::aBusOfTheRawFormatIsToldOnce()
{
    QFETCH(const bool, isAsked);
    QFETCH(const bool, hasReceived);
    QFETCH(const QByteArray, content);
    QFETCH(const bool, isTold);
    const auto source = makeSource();
    source->setTellingRaw(isAsked);
    source->start();
    QCOMPARE(next(*source), "subscribed");
    Producer producer(m_name);
    QVERIFY(!hasReceived || producer.publish("1"));
    QVERIFY(!hasReceived || next(*source) == "chunk 1");
    QVERIFY(Files::write(m_path, content));
    const Step step = source->next();
    const auto *failure = std::get_if<Failure>(&step);
    QCOMPARE(failure != nullptr, isTold);
    if (failure)
        QCOMPARE(failure->error, Error::CorruptChunk);
    QCOMPARE(wordOf(source->next()), "nothing");
}

void TestInboxSource::aSubscriptionIsRemovedOrNot_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<Error>("expected");
    QTest::newRow("of a consumer that left") << QByteArray("left") << Error::NoError;
    QTest::newRow("of one that runs") << QByteArray("running") << Error::NameInUse;
    QTest::newRow("of nobody") << QByteArray("unknown") << Error::NoSubscription;
    QTest::newRow("without a name") << QByteArray() << Error::InvalidName;
    QTest::newRow("with a name that nobody can have") << QByteArray("a/b") << Error::InvalidName;
}

void TestInboxSource::aSubscriptionIsRemovedOrNot()
{
    QFETCH(const QByteArray, name);
    QFETCH(const Error, expected);
    const auto running = makeSource("running"), left = makeSource("left");
    for (InboxSource *source : {running.get(), left.get()}) {
        source->start();
        QCOMPARE(next(*source), "subscribed");
    }
    left->stop();
    const Outcome removed = InboxSource::removeUnowned(BusFile(m_path), name);
    QCOMPARE(removed ? Error::NoError : removed.failure().error, expected);
    QCOMPARE(inboxes().contains("left"), expected != Error::NoError);
    QVERIFY(inboxes().contains("running"));
}

void TestInboxSource::removingWaitsForTheLock()
{
    const auto left = makeSource("left");
    left->start();
    left->stop();
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    std::promise<SleepingThread> thread;
    auto removal = std::async(std::launch::async, [&] {
        thread.set_value(SleepingThread());
        return bool(InboxSource::removeUnowned(BusFile(m_path), "left"));
    });
    QVERIFY(thread.get_future().get().hasSlept(10));
    QVERIFY(inboxes().contains("left"));
    holder.release();
    QVERIFY(removal.get());
    QVERIFY(!inboxes().contains("left"));
}

void TestInboxSource::theEventLoopLooksAgainUntilItIsStopped()
{
    const auto source = makeSource("log"), other = makeSource("other");
    for (InboxSource *each : {source.get(), other.get()}) {
        each->start();
        QCOMPARE(next(*each), "subscribed");
        QCOMPARE(wordOf(each->next()), "nothing");
    }
    QSignalSpy looks(source.get(), &InboxSource::lookAgain), looksOfOther(other.get(), &InboxSource::lookAgain);
    Producer producer(m_name);
    QVERIFY(producer.publish("1"));
    QTRY_VERIFY(!looks.isEmpty());
    QCOMPARE(wordOf(source->next()), "chunk 1");
    QCOMPARE(wordOf(source->next()), "nothing");
    source->stop();
    looks.clear();
    looksOfOther.clear();
    QVERIFY(producer.publish("2"));
    QTRY_VERIFY(looksOfOther.size() >= 3); // also by its timer
    QCOMPARE(looks.size(), 0);
}

void TestInboxSource::theEventLoopTriesTheLockAgain()
{
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    const auto source = makeSource();
    QByteArrayList words;
    connect(source.get(), &InboxSource::lookAgain, this, [&] { words += wordOf(source->next()); });
    source->start();
    QCOMPARE(wordOf(source->next()), "nothing");
    holder.release();
    QTRY_VERIFY(words.contains("subscribed"));
}

void TestInboxSource::anEventThatBringsNothingIsNotTheLast_data()
{
    QTest::addColumn<bool>("hasEventLoop");
    QTest::newRow("with an event loop") << true;
    QTest::newRow("without one") << false;
}

// Its timer rings once a day, so only events wake it.
void TestInboxSource::anEventThatBringsNothingIsNotTheLast()
{
    QFETCH(const bool, hasEventLoop);
    InboxSource source(BusFile(m_path), "log", true, 24h);
    QSignalSpy looks(&source, &InboxSource::lookAgain);
    const auto isWoken = [&] {
        looks.clear();
        return hasEventLoop ? QTest::qWaitFor([&] { return !looks.isEmpty(); })
                            : source.wait(Clock::now() + 5s, {}) == Awaited::Event;
    };
    source.start();
    QCOMPARE(next(source), "subscribed");
    QCOMPARE(wordOf(source.next()), "nothing");
    QVERIFY(Files::write(m_path + ".d/inbox/log/stranger", "no chunk"));
    QVERIFY(isWoken());
    QCOMPARE(wordOf(source.next()), "nothing");
    Producer producer(m_name);
    QVERIFY(producer.publish("1"));
    QVERIFY(isWoken());
    QCOMPARE(wordOf(source.next()), "chunk 1");
    source.stop();
}

void TestInboxSource::aDescriptorInterruptsTheWait()
{
    int pipe[2];
    QCOMPARE(::pipe(pipe), 0);
    const auto source = std::make_unique<InboxSource>(BusFile(m_path), "log", true, 24h);
    source->start();
    QCOMPARE(next(*source), "subscribed");
    QCOMPARE(::write(pipe[1], "!", 1), 1);
    QCOMPARE(source->wait(Clock::now() + 10s, {pipe[0]}), Awaited::Interrupt);
    ::close(pipe[0]);
    ::close(pipe[1]);
}

void TestInboxSource::withoutEventsItSaysSo()
{
    for (const bool monitoring : {true, false}) {
        InboxSource source(BusFile(m_path), "log", monitoring, 20ms);
        source.start();
        QCOMPARE(next(source), "subscribed");
        QCOMPARE(wordOf(source.next()), "nothing");
        QCOMPARE(source.reasonForPolling().isEmpty(), monitoring);
        source.stop();
    }
}

QTEST_GUILESS_MAIN(TestInboxSource)
#include "tst_inboxsource.moc"
