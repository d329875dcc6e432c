// SPDX-License-Identifier: Apache-2.0
#include "support/inboxsourcetest.h"

using namespace FileBus;
using namespace std::chrono_literals;

/// The steps of a lossless consumer, taken without an event loop.
class TestInboxSource : public InboxSourceTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void itSubscribesWhenItStarts();
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

private:
    void publishAndEnd(const QByteArray &payload) const;
};

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

QTEST_GUILESS_MAIN(TestInboxSource)
#include "tst_inboxsource.moc"
