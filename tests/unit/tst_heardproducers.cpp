// SPDX-License-Identifier: Apache-2.0
#include "file/consume/heardproducers.h"
#include "file/disk/ownerfile.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtTest/QTest>

#include <memory>

using namespace FileBus;
using namespace Qt::StringLiterals;

/// Whether all producers have ended, from what was heard of them: FORMAT.md, "End of stream".
class TestHeardProducers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void whoWasHeardMustEnd();
    void whoLivesMustEnd();
    void aLaterEndStandsInForTheKilled();
    void anEarlierProducerDoesNotStandInForTheKilled();
    void anEndWithoutChunksStandsInForTheKilledBefore();
    void anEndWithoutChunksDoesNotStandInForTheKilledAfter();
    void anEndThatIsGoneStandsInForWhoDiesLater();
    void theOrderCountsNotTheSequence();
    void whoIsHeardAgainEndsAgain();

private:
    void hear(const QUuid &producer, quint64 sequence = 1);
    HeardProducers::Verdict look(const QList<QUuid> &ends);

    std::unique_ptr<ScratchDirectory> m_scratch;
    std::unique_ptr<HeardProducers> m_heard;
    const QUuid m_killed = QUuid::createUuid();
    const QUuid m_other = QUuid::createUuid();
    const QUuid m_third = QUuid::createUuid();
};

void TestHeardProducers::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_heard = std::make_unique<HeardProducers>(m_scratch->path());
}

void TestHeardProducers::hear(const QUuid &producer, quint64 sequence)
{
    Chunk chunk = numberedChunk(QUuid::createUuid(), sequence, "payload");
    chunk.setProducer({producer, 1, u"host"_s, u"test"_s});
    m_heard->hear(chunk);
}

HeardProducers::Verdict TestHeardProducers::look(const QList<QUuid> &ends)
{
    m_heard->noteEnds(ends);
    return m_heard->judge(ends).valueOr(HeardProducers::SomeMayPublish);
}

void TestHeardProducers::whoWasHeardMustEnd()
{
    hear(m_third);
    hear(m_other);
    QCOMPARE(look({m_third}), HeardProducers::SomeMayPublish);
    QCOMPARE(look({m_third, m_other}), HeardProducers::AllHaveEnded);
}

void TestHeardProducers::whoLivesMustEnd()
{
    auto owner = OwnerFile::create(m_scratch->path(), m_other.toByteArray(QUuid::WithoutBraces));
    QVERIFY(owner);
    QCOMPARE(look({m_third}), HeardProducers::SomeMayPublish);
    QCOMPARE(look({m_third, m_other}), HeardProducers::AllHaveEnded);
}

void TestHeardProducers::aLaterEndStandsInForTheKilled()
{
    hear(m_killed);
    hear(m_other);
    QCOMPARE(look({m_other}), HeardProducers::AllHaveEnded);
}

// However often the same end is seen.
void TestHeardProducers::anEarlierProducerDoesNotStandInForTheKilled()
{
    hear(m_other);
    hear(m_killed);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(look({m_other}), HeardProducers::SomeMayPublish);
    QCOMPARE(look({m_other, m_third}), HeardProducers::AllHaveEnded);
}

void TestHeardProducers::anEndWithoutChunksStandsInForTheKilledBefore()
{
    hear(m_killed);
    QCOMPARE(look({m_other}), HeardProducers::AllHaveEnded);
}

void TestHeardProducers::anEndWithoutChunksDoesNotStandInForTheKilledAfter()
{
    auto living = OwnerFile::create(m_scratch->path(), m_third.toByteArray(QUuid::WithoutBraces));
    QVERIFY(living);
    QCOMPARE(look({m_other}), HeardProducers::SomeMayPublish);
    hear(m_killed);
    QCOMPARE(look({m_other}), HeardProducers::SomeMayPublish);
    living = OwnerFile();
    QCOMPARE(look({m_other}), HeardProducers::SomeMayPublish);
}

// A consumer removes all ends but one. The killed process may still be exiting when the other end is seen.
void TestHeardProducers::anEndThatIsGoneStandsInForWhoDiesLater()
{
    auto exiting = OwnerFile::create(m_scratch->path(), m_killed.toByteArray(QUuid::WithoutBraces));
    QVERIFY(exiting);
    hear(m_third);
    hear(m_killed);
    hear(m_other);
    QCOMPARE(look({m_third, m_other}), HeardProducers::SomeMayPublish);
    exiting = OwnerFile();
    QCOMPARE(look({m_third}), HeardProducers::AllHaveEnded);
}

void TestHeardProducers::theOrderCountsNotTheSequence()
{
    hear(m_killed, 9);
    hear(m_other, 1); // of the next stream
    QCOMPARE(look({m_other}), HeardProducers::AllHaveEnded);
}

// From an inbox that was put back, with the end that stayed in it.
void TestHeardProducers::whoIsHeardAgainEndsAgain()
{
    hear(m_other);
    QCOMPARE(look({m_other}), HeardProducers::AllHaveEnded);
    hear(m_other);
    QCOMPARE(look({m_other}), HeardProducers::AllHaveEnded);
}

QTEST_GUILESS_MAIN(TestHeardProducers)
#include "tst_heardproducers.moc"
