// SPDX-License-Identifier: Apache-2.0
#include "support/inboxsourcetest.h"
#include "support/lockholder.h"
#include "support/sleepingthread.h"

#include <QtTest/QSignalSpy>

#include <future>
#include <unistd.h>

using namespace FileBus;
using namespace std::chrono_literals;

/// What a lossless consumer waits for, with and without an event loop: the lock, its directory, events and its timer.
class TestInboxSourceWaits : public InboxSourceTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void itWaitsForTheLock();
    void itWaitsForTheDirectory();
    void removingWaitsForTheLock();
    void theEventLoopLooksAgainUntilItIsStopped();
    void theEventLoopTriesTheLockAgain();
    void anEventThatBringsNothingIsNotTheLast_data();
    void anEventThatBringsNothingIsNotTheLast();
    void aDescriptorInterruptsTheWait();
    void withoutEventsItSaysSo();
};

void TestInboxSourceWaits::itWaitsForTheLock()
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

void TestInboxSourceWaits::itWaitsForTheDirectory()
{
    QVERIFY(QDir(QFile::decodeName(m_scratch->path("directory"))).removeRecursively());
    const auto source = makeSource();
    source->start();
    QCOMPARE(wordOf(source->next()), "nothing");
    QVERIFY(!source->reasonForPolling().isEmpty());
    QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
    QCOMPARE(next(*source), "subscribed");
}

void TestInboxSourceWaits::removingWaitsForTheLock()
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

void TestInboxSourceWaits::theEventLoopLooksAgainUntilItIsStopped()
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

void TestInboxSourceWaits::theEventLoopTriesTheLockAgain()
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

void TestInboxSourceWaits::anEventThatBringsNothingIsNotTheLast_data()
{
    QTest::addColumn<bool>("hasEventLoop");
    QTest::newRow("with an event loop") << true;
    QTest::newRow("without one") << false;
}

// Its timer rings once a day, so only events wake it.
void TestInboxSourceWaits::anEventThatBringsNothingIsNotTheLast()
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

void TestInboxSourceWaits::aDescriptorInterruptsTheWait()
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

void TestInboxSourceWaits::withoutEventsItSaysSo()
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

QTEST_GUILESS_MAIN(TestInboxSourceWaits)
#include "tst_inboxsourcewaits.moc"
