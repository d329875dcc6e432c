// SPDX-License-Identifier: Apache-2.0
#include "file/disk/ownerfile.h"
#include "stream/peerwatch.h"

#include "support/deadprocess.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

#include <optional>

using namespace FileBus;
using namespace std::chrono_literals;

/// What the inbox of the other side tells of the process that holds that side.
class TestPeerWatch : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void nobodyWasEverThere();
    void anInboxWithoutAnOwnerAwaitsASuccessor();
    void whoComesIsSeenAtOnceAndToldOnce();
    void aDeadProcessIsNobody();
    void whoIsThereIsNotLookedAtAllTheTime();
    void whoGoesDiesOrLeaves_data();
    void whoGoesDiesOrLeaves();
    void aSuccessorComes();
    void resetItHasSeenNobody();

private:
    void come();
    /// The next news.
    PeerWatch::Finding awaitNews();

    std::unique_ptr<ScratchDirectory> m_scratch;
    std::unique_ptr<Inbox> m_peer;
    std::optional<OwnerFile> m_owner;
    PeerWatch m_watch;
};

void TestPeerWatch::init()
{
    m_owner.reset();
    m_watch.reset();
    m_scratch = std::make_unique<ScratchDirectory>();
    m_peer = std::make_unique<Inbox>(m_scratch->path(), "a");
}

void TestPeerWatch::come()
{
    Result<OwnerFile> owner = OwnerFile::create(m_scratch->path(), "a");
    QVERIFY(owner);
    m_owner = std::move(*owner);
    QVERIFY(m_peer->exists() || Files::makeDirectory(m_peer->path()));
}

PeerWatch::Finding TestPeerWatch::awaitNews()
{
    PeerWatch::Finding found = PeerWatch::NoNews;
    const bool came = QTest::qWaitFor([&] { return (found = m_watch.look(*m_peer)) != PeerWatch::NoNews; });
    return came ? found : PeerWatch::NoNews;
}

void TestPeerWatch::nobodyWasEverThere()
{
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Absent);
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Absent);
    QVERIFY(!m_watch.isPresent());
    QVERIFY(!m_watch.hasJustLeft(*m_peer));
    QCOMPARE(m_watch.name(), QString());
}

void TestPeerWatch::anInboxWithoutAnOwnerAwaitsASuccessor()
{
    QVERIFY(Files::makeDirectory(m_peer->path()));
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::NoNews);
    QVERIFY(!m_watch.isPresent());
}

void TestPeerWatch::whoComesIsSeenAtOnceAndToldOnce()
{
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Absent);
    come();
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Came);
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::NoNews);
    QVERIFY(m_watch.isPresent());
    QVERIFY(!m_watch.hasJustLeft(*m_peer));
    QVERIFY2(m_watch.name().contains(QString::number(QCoreApplication::applicationPid())), qPrintable(m_watch.name()));
}

void TestPeerWatch::aDeadProcessIsNobody()
{
    QVERIFY(Files::makeDirectory(m_peer->path()));
    QVERIFY(doInProcessThatDies([&] { return bool(*new Result<OwnerFile>(OwnerFile::create(m_scratch->path(), "a"))); }));
    QVERIFY(m_peer->owner());
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::NoNews);
    QVERIFY(!m_watch.isPresent());
    QCOMPARE(m_watch.name(), QString());
}

// At each chunk it would cost more than the chunk.
void TestPeerWatch::whoIsThereIsNotLookedAtAllTheTime()
{
    come();
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Came);
    QElapsedTimer sinceLook;
    sinceLook.start();
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::NoNews);
    m_owner.reset();
    QCOMPARE(awaitNews(), PeerWatch::Died);
    QVERIFY(sinceLook.durationElapsed() >= 200ms);
}

void TestPeerWatch::whoGoesDiesOrLeaves_data()
{
    QTest::addColumn<bool>("removesInbox");
    QTest::addColumn<PeerWatch::Finding>("expected");
    QTest::newRow("it dies") << false << PeerWatch::Died;
    QTest::newRow("it leaves") << true << PeerWatch::Left;
}

void TestPeerWatch::whoGoesDiesOrLeaves()
{
    QFETCH(const bool, removesInbox);
    QFETCH(const PeerWatch::Finding, expected);
    come();
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Came);
    const QString name = m_watch.name();
    if (removesInbox)
        m_peer->remove();
    m_owner.reset();
    QCOMPARE(m_watch.hasJustLeft(*m_peer), removesInbox);
    QCOMPARE(awaitNews(), expected);
    QVERIFY(!m_watch.isPresent());
    QVERIFY(!m_watch.hasJustLeft(*m_peer));
    QCOMPARE(m_watch.name(), name);
}

void TestPeerWatch::aSuccessorComes()
{
    come();
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Came);
    m_owner.reset();
    QCOMPARE(awaitNews(), PeerWatch::Died);
    come();
    QCOMPARE(awaitNews(), PeerWatch::Came);
}

void TestPeerWatch::resetItHasSeenNobody()
{
    come();
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Came);
    m_watch.reset();
    QVERIFY(!m_watch.isPresent());
    QCOMPARE(m_watch.name(), QString());
    QCOMPARE(m_watch.look(*m_peer), PeerWatch::Came);
}

QTEST_GUILESS_MAIN(TestPeerWatch)
#include "tst_peerwatch.moc"
