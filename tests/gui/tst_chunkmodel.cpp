// SPDX-License-Identifier: Apache-2.0
#include "chunkfinder.h"
#include "entries.h"
#include "program.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>

#include <memory>

using namespace Qt::StringLiterals;

/// The list of chunks. Every test runs under QAbstractItemModelTester, which aborts if the model breaks a rule.
class TestChunkModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void showsChunksAndLossesInTheirPlace();
    void showsTheTimeSinceThePreviousChunk();
    void aLossHasNoTime();
    void dropsTheOldestRows();
    void pausedItStaysAsItIs();
    void resumedItHasWhatFitsTheBound();
    void filtersWhatIsThereAndWhatComes();
    void aFilterThatTakesLongDoesNotHoldTheEventLoop();
    void highlightsAndFindsTheNextMatch();
    void findsTheRowsOfATime();
    void clearForgetsAll();
    void marksWhatCameFromTheHistory();
    void survivesEverythingAtOnce();

private:
    QString text(int row, ChunkModel::Column column) const { return m_model->index(row, column).data().toString(); }
    QList<quint64> sequences() const;

    std::unique_ptr<ChunkModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestChunkModel::init()
{
    m_tester.reset();
    m_model = std::make_unique<ChunkModel>();
    m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
}

QList<quint64> TestChunkModel::sequences() const
{
    QList<quint64> sequences;
    for (int row = 0; row < m_model->rowCount(); ++row)
        sequences.append(m_model->entry(row).chunk.sequence());
    return sequences;
}

void TestChunkModel::showsChunksAndLossesInTheirPlace()
{
    ChunkStore batch = Entries::chunks(1199, 1200);
    batch.append(Entries::loss(1201, 12));
    batch.append(Entries::loss(1213, 1));
    batch.append(Entries::chunk(1214, "line\n"));
    m_model->append(batch);
    QCOMPARE(m_model->rowCount(), 5);
    QCOMPARE(text(0, ChunkModel::Sequence), u"1,199"_s);
    QCOMPARE(text(2, ChunkModel::Sequence), u"1,201 – 1,212"_s);
    QCOMPARE(text(2, ChunkModel::Preview), u"12 chunks lost, 1201 to 1212"_s);
    QCOMPARE(text(3, ChunkModel::Preview), u"1 chunk lost, 1213"_s);
    QVERIFY(m_model->index(2, 0).data(ChunkModel::LossRole).toBool());
    QVERIFY(!m_model->index(4, 0).data(ChunkModel::LossRole).toBool());
    QCOMPARE(text(4, ChunkModel::Preview), u"line"_s);
    QCOMPARE(text(4, ChunkModel::Size), u"5"_s);
    QCOMPARE(text(4, ChunkModel::Producer), u"sensor 4711"_s);
}

void TestChunkModel::showsTheTimeSinceThePreviousChunk()
{
    m_model->append(Entries::chunks(1, 2));
    m_model->setTimeMode(ChunkModel::SincePrevious);
    QCOMPARE(text(1, ChunkModel::Time), u"+1.000000"_s);
    QCOMPARE(m_model->headerData(ChunkModel::Time, Qt::Horizontal, Qt::DisplayRole).toString(), u"Since previous"_s);
    m_model->setTimeMode(ChunkModel::AbsoluteTime);
    QVERIFY(text(1, ChunkModel::Time).endsWith(u":02.000000"));
}

void TestChunkModel::aLossHasNoTime()
{
    ChunkStore batch = Entries::chunks(1, 1);
    batch.append(Entries::loss(2, 2));
    batch.append(Entries::loss(4, 1));
    batch.append(Entries::chunk(5));
    m_model->append(batch);
    QCOMPARE(text(1, ChunkModel::Time), QString());
    m_model->setTimeMode(ChunkModel::SincePrevious);
    QCOMPARE(text(1, ChunkModel::Time), QString());
    QCOMPARE(text(3, ChunkModel::Time), u"+4.000000"_s);
}

void TestChunkModel::dropsTheOldestRows()
{
    m_model->setBounds({.rows = 3, .bytes = 1000});
    m_model->append(Entries::chunks(1, 2));
    m_model->append(Entries::chunks(3, 5));
    QCOMPARE(sequences(), (QList<quint64>{3, 4, 5}));
    QCOMPARE(m_model->store().droppedChunks(), 2u);
    m_model->append(Entries::chunks(6, 12)); // more than fit at once
    QCOMPARE(sequences(), (QList<quint64>{10, 11, 12}));
}

void TestChunkModel::pausedItStaysAsItIs()
{
    m_model->append(Entries::chunks(1, 2));
    m_model->setPaused(true);
    m_model->append(Entries::chunks(3, 6));
    QCOMPARE(sequences(), (QList<quint64>{1, 2}));
    QCOMPARE(m_model->waitingChunks(), 4u);
    m_model->setPaused(false);
    QCOMPARE(sequences(), (QList<quint64>{1, 2, 3, 4, 5, 6}));
    QCOMPARE(m_model->waitingChunks(), 0u);
}

void TestChunkModel::resumedItHasWhatFitsTheBound()
{
    m_model->setBounds({.rows = 4, .bytes = 1000});
    m_model->append(Entries::chunks(1, 3));
    m_model->setPaused(true);
    m_model->append(Entries::chunks(4, 9));
    QCOMPARE(sequences(), (QList<quint64>{1, 2, 3}));
    QCOMPARE(m_model->waitingChunks(), 6u);
    m_model->setPaused(false);
    QCOMPARE(sequences(), (QList<quint64>{6, 7, 8, 9}));
    QCOMPARE(m_model->store().droppedChunks(), 5u);
}

void TestChunkModel::filtersWhatIsThereAndWhatComes()
{
    m_model->append(Entries::chunks(8, 12));
    m_model->setFilter(ChunkFilter(u"10-20"_s, ChunkFilter::Sequence, false));
    QCOMPARE(sequences(), (QList<quint64>{10, 11, 12}));
    m_model->append(Entries::chunks(19, 22));
    QCOMPARE(sequences(), (QList<quint64>{10, 11, 12, 19, 20}));
    m_model->setFilter({});
    QCOMPARE(m_model->rowCount(), 9);
}

void TestChunkModel::aFilterThatTakesLongDoesNotHoldTheEventLoop()
{
    const QByteArray large(50'000, 'x');
    ChunkStore batch;
    for (quint64 sequence = 1; sequence <= 1000; ++sequence)
        batch.append(Entries::chunk(sequence, large));
    m_model->append(batch);
    EVENTUALLY(!m_model->isScanning());
    m_model->setFilter(ChunkFilter(u"(x+)y"_s, ChunkFilter::Payload, true));
    QVERIFY(m_model->isScanning());
    m_model->setFilter(ChunkFilter(u"1000"_s, ChunkFilter::Sequence, false)); // does not wait for the previous filter
    EVENTUALLY(!m_model->isScanning());
    QCOMPARE(sequences(), QList<quint64>{1000});
}

void TestChunkModel::highlightsAndFindsTheNextMatch()
{
    ChunkStore batch;
    for (quint64 sequence = 1; sequence <= 6; ++sequence)
        batch.append(Entries::chunk(sequence, sequence % 3 == 0 ? "three" : "other"));
    m_model->append(batch);
    m_model->setHighlight(ChunkFilter(u"THREE"_s, ChunkFilter::Everywhere, false));
    QCOMPARE(m_model->rowCount(), 6);
    QVERIFY(m_model->index(2, 0).data(ChunkModel::MatchRole).toBool());
    QVERIFY(!m_model->index(3, 0).data(ChunkModel::MatchRole).toBool());

    ChunkFinder finder(m_model.get());
    QSignalSpy found(&finder, &ChunkFinder::found);
    QSignalSpy notFound(&finder, &ChunkFinder::notFound);
    finder.find(3, 1);
    EVENTUALLY_EQUAL(found.size(), 1);
    QCOMPARE(found.takeFirst().first().toInt(), 5);
    finder.find(4, -1);
    EVENTUALLY_EQUAL(found.size(), 1);
    QCOMPARE(found.takeFirst().first().toInt(), 2);
    finder.find(6, 1);
    EVENTUALLY_EQUAL(notFound.size(), 1);
}

void TestChunkModel::findsTheRowsOfATime()
{
    m_model->append(Entries::chunks(10, 20));
    const auto second = [](qint64 number) { return number * 1'000'000'000; };
    QCOMPARE(m_model->rowsBetween(second(12), second(15)), std::make_pair(2, 4));
    QCOMPARE(m_model->rowsBetween(second(30), second(40)), std::make_pair(-1, -1));
}

void TestChunkModel::clearForgetsAll()
{
    m_model->append(Entries::chunks(1, 5));
    m_model->setPaused(true);
    m_model->append(Entries::chunks(6, 7));
    m_model->clear();
    QCOMPARE(m_model->rowCount(), 0);
    QCOMPARE(m_model->waitingChunks(), 0u);
    m_model->setPaused(false);
    m_model->append(Entries::chunks(8, 8));
    QCOMPARE(sequences(), QList<quint64>{8});
}

void TestChunkModel::marksWhatCameFromTheHistory()
{
    ChunkStore batch;
    ChunkEntry recovered = Entries::chunk(1);
    recovered.fromHistory = true;
    batch.append(recovered);
    batch.append(Entries::chunk(2));
    m_model->append(batch);
    QVERIFY(m_model->index(0, 0).data(ChunkModel::RecoveredRole).toBool());
    QVERIFY(m_model->index(0, 0).data(Qt::ToolTipRole).toString().contains(u"history"));
    QVERIFY(!m_model->index(1, 0).data(ChunkModel::RecoveredRole).toBool());
}

void TestChunkModel::survivesEverythingAtOnce()
{
    QRandomGenerator random(7);
    m_model->setBounds({.rows = 50, .bytes = 10'000});
    quint64 sequence = 1;
    for (int turn = 0; turn < 500; ++turn) {
        switch (random.bounded(8)) {
        case 0:
            m_model->setPaused(!m_model->isPaused());
            break;
        case 1:
            m_model->setFilter(ChunkFilter(random.bounded(2) ? u"5"_s : QString(), ChunkFilter::Everywhere, false));
            break;
        case 2:
            m_model->setBounds({.rows = random.bounded(1, 80), .bytes = 10'000});
            break;
        default:
            const auto count = static_cast<quint64>(random.bounded(1, 40));
            m_model->append(Entries::chunks(sequence, sequence + count - 1));
            sequence += count;
        }
        QVERIFY(m_model->rowCount() <= m_model->store().bounds().rows);
    }
    m_model->setPaused(false);
    m_model->setFilter({});
    EVENTUALLY(!m_model->isScanning());
    QCOMPARE(m_model->store().chunks() + m_model->store().droppedChunks(), sequence - 1);
    QCOMPARE(sequences().last(), sequence - 1);
}

QTEST_GUILESS_MAIN(TestChunkModel)
#include "tst_chunkmodel.moc"
