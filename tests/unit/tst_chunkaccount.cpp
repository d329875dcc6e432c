// SPDX-License-Identifier: Apache-2.0
#include "cluster/chunkaccount.h"

#include <QtTest/QTest>

using FileBus::Chunk;
using FileBus::ChunkAccount;
using FileBus::ReceivedChunk;

namespace
{

const QUuid bus(QStringLiteral("{aaaaaaaa-0000-4000-8000-000000000000}"));
const QUuid origin(QStringLiteral("{cccccccc-0000-4000-8000-000000000000}"));

ReceivedChunk own(quint64 sequence, const QByteArray &producer = "p", quint64 number = 0)
{
    Chunk chunk;
    chunk.setStreamId(bus);
    chunk.setSequence(sequence);
    return {chunk, sequence, producer, number};
}

// Number @p inOrigin of another bus, relayed as number @p sequence of this one.
ReceivedChunk relayed(quint64 sequence, quint64 inOrigin)
{
    Chunk chunk;
    chunk.setStreamId(origin);
    chunk.setSequence(inOrigin);
    return {chunk, sequence, origin.toByteArray(QUuid::WithoutBraces), inOrigin};
}

// "N" is new, "-" is not; before it what was lost: "3+2" are 3 and 4.
QByteArray outcome(const ChunkAccount::Entry &entry)
{
    const QByteArray chunk = entry.isNew ? "N" : "-";
    return entry.loss ? QByteArray::number(entry.loss->firstSequence) + '+' + QByteArray::number(entry.loss->count) + ' ' + chunk
                      : chunk;
}

} // namespace

/// Each chunk counts once, each gap exactly.
class TestChunkAccount : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_account = {};
        m_account.expect(bus, 1);
    }

    void chunksInOrder();
    void aGap();
    void aGapBeforeTheFirst();
    void whatComesAgain();
    void whatIsBeforeTheStart();
    void aRepeatedNumberOfAProducer();
    void aRepeatedNumberBehindAGap();
    void producersDoNotMix();
    void producersThatDoNotCount();
    void anotherStreamCountsAnew();
    void manyProducers();
    void relayedChunks();
    void aGapAtTheOrigin();
    void aGapOnTheWay();
    void aGapBeforeTheFirstRelayed();
    void aRelayThatClaimsMuch();

private:
    ChunkAccount m_account;
};

void TestChunkAccount::chunksInOrder()
{
    for (quint64 sequence = 1; sequence <= 3; ++sequence)
        QCOMPARE(outcome(m_account.note(own(sequence))), "N");
}

void TestChunkAccount::aGap()
{
    m_account.note(own(1));
    QCOMPARE(outcome(m_account.note(own(5))), "2+3 N");
    QCOMPARE(outcome(m_account.note(own(6))), "N");
}

void TestChunkAccount::aGapBeforeTheFirst()
{
    QCOMPARE(outcome(m_account.note(own(3))), "1+2 N");
}

void TestChunkAccount::whatComesAgain()
{
    m_account.note(own(1));
    m_account.note(own(2));
    QCOMPARE(outcome(m_account.note(own(1))), "-");
    QCOMPARE(outcome(m_account.note(own(2))), "-");
    QCOMPARE(outcome(m_account.note(own(3))), "N");
}

void TestChunkAccount::whatIsBeforeTheStart()
{
    m_account.expect(bus, 100);
    QCOMPARE(outcome(m_account.note(own(7))), "-");
    QCOMPARE(outcome(m_account.note(own(100))), "N");
}

void TestChunkAccount::aRepeatedNumberOfAProducer()
{
    m_account.note(own(1, "p", 1));
    QCOMPARE(outcome(m_account.note(own(2, "p", 1))), "-");
    QCOMPARE(outcome(m_account.note(own(3, "p", 2))), "N"); // and 2 counts as seen
}

void TestChunkAccount::aRepeatedNumberBehindAGap()
{
    m_account.note(own(1, "p", 1));
    QCOMPARE(outcome(m_account.note(own(4, "p", 1))), "2+2 -");
}

void TestChunkAccount::producersDoNotMix()
{
    m_account.note(own(1, "p", 5));
    QCOMPARE(outcome(m_account.note(own(2, "q", 1))), "N");
    QCOMPARE(outcome(m_account.note(own(3, "q", 2))), "N");
    QCOMPARE(outcome(m_account.note(own(4, "p", 5))), "-");
}

void TestChunkAccount::producersThatDoNotCount()
{
    m_account.note(own(1, "p", 0));
    QCOMPARE(outcome(m_account.note(own(2, "p", 0))), "N");
}

void TestChunkAccount::anotherStreamCountsAnew()
{
    m_account.note(own(1, "p", 9));
    m_account.expect(bus, 1); // put back
    QCOMPARE(outcome(m_account.note(own(1, "p", 1))), "N");
}

void TestChunkAccount::manyProducers()
{
    for (quint64 sequence = 1; sequence <= 10'000; ++sequence)
        QCOMPARE(outcome(m_account.note(own(sequence, QByteArray::number(sequence), 1))), "N");
    QCOMPARE(outcome(m_account.note(own(10'001, "10000", 1))), "-"); // of late
}

void TestChunkAccount::relayedChunks()
{
    QCOMPARE(outcome(m_account.note(relayed(1, 41))), "N"); // that it begins late is no loss
    QCOMPARE(outcome(m_account.note(relayed(2, 42))), "N");
    QCOMPARE(outcome(m_account.note(relayed(3, 42))), "-");
}

void TestChunkAccount::aGapAtTheOrigin()
{
    m_account.note(relayed(1, 41));
    QCOMPARE(outcome(m_account.note(relayed(2, 44))), "42+2 N");
}

void TestChunkAccount::aGapOnTheWay()
{
    m_account.note(relayed(1, 41));
    QCOMPARE(outcome(m_account.note(relayed(4, 44))), "42+2 N");
}

void TestChunkAccount::aGapBeforeTheFirstRelayed()
{
    QCOMPARE(outcome(m_account.note(relayed(3, 43))), "41+2 N");
}

void TestChunkAccount::aRelayThatClaimsMuch()
{
    m_account.note(own(1));
    QCOMPARE(outcome(m_account.note(relayed(2, quint64(1) << 62))), "N");
    QCOMPARE(outcome(m_account.note(relayed(5, 1))), "-"); // less than before
    QCOMPARE(outcome(m_account.note(own(6))), "N");
}

QTEST_GUILESS_MAIN(TestChunkAccount)
#include "tst_chunkaccount.moc"
