// SPDX-License-Identifier: Apache-2.0
#include "support/followertest.h"
#include "support/nodescriptors.h"
#include "support/tar.h"

using namespace std::chrono_literals;
using FileBus::BusFollower;
using FileBus::Chunk;
using FileBus::ChunkFormat;
using FileBus::LossKnowledge;
using FileBus::StartPoint;

/// Which chunks count as new, as missed and as lost, from what is on the bus and in its history at each look.
class TestBusFollower : public FollowerTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void whoSawTheBusEmptyExpectsTheFirst_data();
    void whoSawTheBusEmptyExpectsTheFirst();
    void aStreamOfTheHistoryWasThereBefore_data();
    void aStreamOfTheHistoryWasThereBefore();
    void aStreamThatBeginsWhileFollowingIsExpectedFromItsFirst();
    void aStreamThatIsOlderIsNotLost_data();
    void aStreamThatIsOlderIsNotLost();

    void theSameChunkInAnotherFileIsNothingNew();
    void aNumberThatIsYetToComeIsAwaited();

    void whatWasReplacedUnseenCountsWithoutNumbers();
    void whatIsNoNewChunkIsNotLost_data();
    void whatIsNoNewChunkIsNotLost();

    void whatCannotBeReadNowIsNotLost_data();
    void whatCannotBeReadNowIsNotLost();
    void whatCannotBeReadForLongIsSaidAndCounted();
    void aBusThatCannotBeReadForLongIsSaidOnce();
};

void TestBusFollower::whoSawTheBusEmptyExpectsTheFirst_data()
{
    QTest::addColumn<QByteArray>("before"); // null: no file
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("kept");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("last") << QByteArray() << int(StartPoint::Last) << 64 << QByteArray("a1 a2 a3 a4 a5");
    QTest::newRow("new") << QByteArray() << int(StartPoint::New) << 64 << QByteArray("a1 a2 a3 a4 a5");
    QTest::newRow("all") << QByteArray() << int(StartPoint::All) << 64 << QByteArray("a1 a2 a3 a4 a5");
    QTest::newRow("an empty file") << QByteArray("") << int(StartPoint::New) << 64 << QByteArray("a1 a2 a3 a4 a5");
    QTest::newRow("rubbish") << QByteArray(700, 'x') << int(StartPoint::New) << 64 << QByteArray("a1 a2 a3 a4 a5");
    QTest::newRow("a chunk of the original")
        << Tar::originalChunk("o") << int(StartPoint::New) << 64 << QByteArray("a1 a2 a3 a4 a5");
    QTest::newRow("some are gone") << QByteArray() << int(StartPoint::Last) << 2 << QByteArray("lost 1-3 a4 a5");
    QTest::newRow("all are gone") << QByteArray() << int(StartPoint::New) << 0 << QByteArray("lost 1-4 a5");
}

void TestBusFollower::whoSawTheBusEmptyExpectsTheFirst()
{
    QFETCH(QByteArray, before);
    QFETCH(int, kind);
    QFETCH(int, kept);
    QFETCH(QByteArray, expected);
    if (!before.isNull())
        QVERIFY(Files::write(m_path, before));
    follow(StartPoint::Kind(kind));
    steps();
    publish(1, 5, "a", quint64(kept));
    QCOMPARE(steps(), expected);
    QCOMPARE(steps(), "");
}

void TestBusFollower::aStreamOfTheHistoryWasThereBefore_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("found"); // in place of X, which was removed
    QTest::newRow("last") << int(StartPoint::Last) << QByteArray("a5");
    QTest::newRow("new") << int(StartPoint::New) << QByteArray("");
    QTest::newRow("all") << int(StartPoint::All) << QByteArray("a1 a2 a3 a4 a5");
}

void TestBusFollower::aStreamOfTheHistoryWasThereBefore()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, found);
    publish(1, 5);
    QCOMPARE(::unlink(m_path.constData()), 0);
    follow(StartPoint::Kind(kind));
    QCOMPARE(steps(), found);
    QCOMPARE(::link(m_history.entryPath(5).constData(), m_path.constData()), 0);
    QCOMPARE(steps(), "");
    QCOMPARE(::unlink(m_path.constData()), 0);
    publish(6, 8);
    QCOMPARE(steps(), "a6 a7 a8");
}

void TestBusFollower::aStreamThatBeginsWhileFollowingIsExpectedFromItsFirst()
{
    publish(1, 5);
    QCOMPARE(steps(), "a5"); // chunks published before its start are not lost
    clearHistory(1, 5);
    for (quint64 sequence = 1; sequence <= 4; ++sequence)
        publish(chunk(sequence, "b", m_other), 2);
    QCOMPARE(steps(), "lost 1-2 b3 b4");
}

void TestBusFollower::aStreamThatIsOlderIsNotLost_data()
{
    QTest::addColumn<bool>("followed");    // whether there was a stream before
    QTest::addColumn<bool>("withHistory"); // whether its own history is copied, too
    for (const bool followed : {false, true}) {
        for (const bool withHistory : {false, true})
            QTest::addRow("%s, %s history", followed ? "after another stream" : "on an empty bus",
                          withHistory ? "with" : "without")
                << followed << withHistory;
    }
}

// A copy of another bus, or a backup, was put here.
void TestBusFollower::aStreamThatIsOlderIsNotLost()
{
    QFETCH(bool, followed);
    QFETCH(bool, withHistory);
    QList<Chunk> copied;
    for (quint64 sequence = 90; sequence <= 100; ++sequence)
        copied += chunk(sequence, "b", m_other);
    if (followed)
        publish(1, 5);
    QCOMPARE(steps(), followed ? "a5" : "");
    if (followed && withHistory)
        clearHistory(1, 5);
    for (const Chunk &old : std::as_const(copied)) {
        if (withHistory)
            publish(old);
    }
    if (!withHistory)
        QVERIFY(Files::replace(m_path, ChunkFormat::encode(copied.constLast())));
    QCOMPARE(steps(), "b100");
    QCOMPARE(m_follower.lossKnowledge(), LossKnowledge::Exact);
}

void TestBusFollower::theSameChunkInAnotherFileIsNothingNew()
{
    publish(1, 5);
    QCOMPARE(steps(), "a5");
    QVERIFY(Files::replace(m_path, Files::read(m_path)));
    QCOMPARE(steps(), "");
    publish(6, 6);
    QCOMPARE(steps(), "a6");
}

void TestBusFollower::aNumberThatIsYetToComeIsAwaited()
{
    publish(1, 5);
    m_follower = BusFollower(m_path, {StartPoint::AtSequence, 8});
    QCOMPARE(steps(), "");
    publish(6, 6);
    QCOMPARE(steps(), "");
    QVERIFY(Files::replace(m_path, Files::read(m_history.entryPath(3))));
    QCOMPARE(steps(), "");
    publish(7, 9);
    QCOMPARE(steps(), "a8 a9");
}

// Of chunks of the original only events tell, and those of other files do not count.
void TestBusFollower::whatWasReplacedUnseenCountsWithoutNumbers()
{
    const auto replace = [this](const QByteArray &payload) { return Files::replace(m_path, Tar::originalChunk(payload)); };
    QVERIFY(replace("o1"));
    QCOMPARE(steps(), "o1");
    QVERIFY(replace("o2") && replace("o3") && replace("o4"));
    QVERIFY(Files::replace(m_scratch->path("another"), "file"));
    QCOMPARE(steps(), "lost 0-1 o4"); // two; which ones nobody knows
    QVERIFY(replace("o5"));
    QVERIFY(Files::replace(m_scratch->path("another"), "file"));
    QCOMPARE(steps(), "o5");
    QCOMPARE(m_follower.lossKnowledge(), LossKnowledge::AtLeast);
}

void TestBusFollower::whatIsNoNewChunkIsNotLost_data()
{
    QTest::addColumn<QByteArray>("moved");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("an empty file") << QByteArray("") << QByteArray("");
    QTest::newRow("a copy of the chunk before") << ChunkFormat::encode(chunk(1)) << QByteArray("");
}

// Of chunks of the original only events tell, and these report every file.
void TestBusFollower::whatIsNoNewChunkIsNotLost()
{
    QFETCH(QByteArray, moved);
    QFETCH(QByteArray, expected);
    QVERIFY(Files::replace(m_path, Tar::originalChunk("o1")));
    QCOMPARE(steps(), "o1");
    if (!moved.isEmpty()) {
        QVERIFY(Files::replace(m_path, moved));
        QCOMPARE(steps(), "a1");
    }
    QVERIFY(Files::replace(m_path, moved));
    QCOMPARE(steps(), expected);
    QVERIFY(Files::replace(m_path, Tar::originalChunk("o2")));
    QCOMPARE(steps(), "o2");
    QVERIFY(Files::replace(m_path, Tar::originalChunk("o3")) && Files::replace(m_path, Tar::originalChunk("o4")));
    QCOMPARE(steps(), "lost 0-0 o4");
}

void TestBusFollower::whatCannotBeReadNowIsNotLost_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("last") << int(StartPoint::Last) << QByteArray() << QByteArray("a3");
    QTest::newRow("all") << int(StartPoint::All) << QByteArray() << QByteArray("a1 a2 a3");
    QTest::newRow("new: the newest is not new because it is read late") << int(StartPoint::New) << QByteArray() << QByteArray("");
    QTest::newRow("after another chunk") << int(StartPoint::Last) << QByteArray("a1") << QByteArray("a2 a3 a4");
}

// Whichever call fails.
void TestBusFollower::whatCannotBeReadNowIsNotLost()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, expected);
    follow(StartPoint::Kind(kind));
    if (!before.isEmpty()) {
        publish(1, 1);
        QCOMPARE(steps(), before);
    }
    publish(before.isEmpty() ? 1 : 2, before.isEmpty() ? 3 : 4);
    QByteArrayList words;
    for (int chunk = 0; chunk < 4; ++chunk) {
        for (int attempt = 0; attempt < 2; ++attempt) {
            const NoDescriptors none;
            const BusFollower::Step step = m_follower.next();
            if (std::holds_alternative<std::monostate>(step))
                continue;
            QVERIFY(std::holds_alternative<Chunk>(step)); // the one on the bus had been read before
            words += std::get<Chunk>(step).payload();
        }
        if (const BusFollower::Step step = m_follower.next(); std::holds_alternative<Chunk>(step))
            words += std::get<Chunk>(step).payload();
    }
    QCOMPARE(words.join(' '), expected);
    QVERIFY(!m_follower.isTryingAgain());
}

void TestBusFollower::whatCannotBeReadForLongIsSaidAndCounted()
{
    m_follower = BusFollower(m_path, {}, {}, FileBus::GracePeriod(30ms));
    publish(1, 1);
    QCOMPARE(steps(), "a1");
    publish(2, 5);
    QCOMPARE(std::get<Chunk>(m_follower.next()).payload(), "a2");
    {
        const NoDescriptors none;
        QCOMPARE(steps(), "");
        QVERIFY(m_follower.isTryingAgain());
        QByteArray said;
        QVERIFY(QTest::qWaitFor([&] { return !(said = steps()).isEmpty(); }));
        QVERIFY2(said.startsWith("cannot read") && said.endsWith(" lost 3-4 a5"), said.constData());
    }
    publish(6, 7);
    QCOMPARE(steps(), "a6 a7");
}

void TestBusFollower::aBusThatCannotBeReadForLongIsSaidOnce()
{
    m_follower = BusFollower(m_path, {}, {}, FileBus::GracePeriod(30ms));
    publish(1, 1);
    QCOMPARE(steps(), "a1");
    publish(2, 2);
    {
        const NoDescriptors none;
        QCOMPARE(steps(), "");
        QByteArray said;
        QVERIFY(QTest::qWaitFor([&] { return !(said = steps()).isEmpty(); }));
        QVERIFY2(said.startsWith("cannot read"), said.constData());
        QCOMPARE(steps(), "");
        QVERIFY(m_follower.isTryingAgain());
    }
    QCOMPARE(steps(), "a2");
}

QTEST_GUILESS_MAIN(TestBusFollower)
#include "tst_busfollower.moc"
