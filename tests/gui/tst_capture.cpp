// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "captureworker.h"
#include "program.h"

#include <filebus/producer.h>

#include <QtCore/QFile>
#include <QtTest/QSignalSpy>

using namespace Qt::StringLiterals;

/// The worker, running in the thread of the test so that it can be blocked.
class TestCapture : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void handsOverWhatComes();
    void waitsUntilABatchWasTaken();
    void whatItCannotHandOverIsBounded();
    void heldUpItTellsExactlyWhatIsLost();
    void theHistoryOfBeforeIsNoRateAndNoLatency();
    void writesNothingBesideABus();
    void countsWhatHappensInASecond();

private:
    void publish(int first, int last);
    /// Waits until the worker has handed over everything it may: a chunk on bus 2 arrives after everything published before.
    void letTheWorkerHandOver();
    /// All batches so far in one.
    ChunkStore taken() const;
    const BusReport &report() const { return m_batches.last()->report; }

    std::unique_ptr<BusDirectory> m_directory;
    std::unique_ptr<FileBus::Producer> m_producer;
    std::unique_ptr<CaptureWorker> m_worker;
    QList<BusBatchPointer> m_batches;      ///< of bus 1
    QList<BusBatchPointer> m_otherBatches; ///< of bus 2
    bool m_acknowledging = true;
};

void TestCapture::init()
{
    m_worker.reset();
    m_producer.reset();
    m_batches.clear();
    m_otherBatches.clear();
    m_acknowledging = true;
    m_directory = std::make_unique<BusDirectory>();
    m_producer = std::make_unique<FileBus::Producer>(m_directory->bus());
    m_worker = std::make_unique<CaptureWorker>();
    connect(m_worker.get(), &CaptureWorker::batchReady, this, [this](quint64 id, const BusBatchPointer &batch) {
        (id == 1 ? m_batches : m_otherBatches).append(batch);
        if (m_acknowledging || id != 1)
            m_worker->acknowledge(id);
    });
}

void TestCapture::publish(int first, int last)
{
    for (int number = first; number <= last; ++number)
        QVERIFY(m_producer->publish(QByteArray::number(number)));
}

void TestCapture::letTheWorkerHandOver()
{
    const QString path = m_directory->file(u"other"_s);
    m_worker->open(2, QFile::encodeName(path));
    FileBus::Producer other(path);
    QVERIFY(other.publish("x"));
    EVENTUALLY(!m_otherBatches.isEmpty() && m_otherBatches.last()->report.figures.chunks == 1);
}

ChunkStore TestCapture::taken() const
{
    ChunkStore all;
    for (const BusBatchPointer &batch : m_batches)
        all.append(batch->entries);
    return all;
}

void TestCapture::handsOverWhatComes()
{
    m_worker->open(1, QFile::encodeName(m_directory->bus()));
    publish(1, 20);
    EVENTUALLY_EQUAL(taken().chunks(), 20u);
    EVENTUALLY_EQUAL(report().figures.newestSequence, 20u);
    QCOMPARE(report().state.kind, BusState::Receiving);
    QCOMPARE(report().figures.chunks, 20u);
    QCOMPARE(report().figures.lost, 0u);
}

void TestCapture::waitsUntilABatchWasTaken()
{
    m_acknowledging = false;
    m_worker->open(1, QFile::encodeName(m_directory->bus()));
    QCOMPARE(m_batches.size(), 1); // it says that there is no bus
    publish(1, 20);
    letTheWorkerHandOver();
    QCOMPARE(m_batches.size(), 1);
    m_acknowledging = true;
    m_worker->acknowledge(1);
    EVENTUALLY_EQUAL(taken().chunks(), 20u);
}

void TestCapture::whatItCannotHandOverIsBounded()
{
    m_acknowledging = false;
    m_worker->setBounds({.rows = 5, .bytes = 1000});
    m_worker->open(1, QFile::encodeName(m_directory->bus()));
    publish(1, 60);
    letTheWorkerHandOver();
    m_acknowledging = true;
    m_worker->acknowledge(1);
    EVENTUALLY(report().figures.newestSequence == 60);
    const ChunkStore all = taken();
    QCOMPARE(all.chunks() + all.droppedChunks(), 60u);
    QVERIFY(m_batches[1]->entries.chunks() <= 5);
}

void TestCapture::heldUpItTellsExactlyWhatIsLost()
{
    m_producer->setHistory(3);
    m_worker->open(1, QFile::encodeName(m_directory->bus()));
    publish(1, 1);
    EVENTUALLY_EQUAL(taken().chunks(), 1u);
    publish(2, 30); // while this thread, in which the worker lives, does nothing else
    EVENTUALLY_EQUAL(report().figures.newestSequence, 30u);
    const ChunkStore all = taken();
    QCOMPARE(all.chunks(), 4u);
    const ChunkEntry &loss = all.at(all.firstId() + 1);
    QVERIFY(loss.isLoss());
    QCOMPARE(loss.firstLost, 2u);
    QCOMPARE(loss.lostCount, 26u);
    QVERIFY(all.at(all.firstId() + 2).fromHistory);
    QVERIFY(!all.at(all.endId() - 1).fromHistory);
    QCOMPARE(report().figures.lost, 26u);
    quint64 lostInSeconds = 0;
    for (const BusBatchPointer &batch : std::as_const(m_batches)) {
        for (const Activity &second : batch->activity)
            lostInSeconds += second.lost;
    }
    QCOMPARE(lostInSeconds, 26u);
    QCOMPARE(report().lossKnowledge, FileBus::LossKnowledge::Exact);
}

void TestCapture::theHistoryOfBeforeIsNoRateAndNoLatency()
{
    publish(1, 40);
    m_worker->open(1, QFile::encodeName(m_directory->bus()));
    EVENTUALLY_EQUAL(taken().chunks(), 40u);
    EVENTUALLY_EQUAL(report().figures.newestSequence, 40u);
    QCOMPARE(report().figures.chunks, 1u); // the one that was on the bus
    QVERIFY(!report().figures.latencyMedian);
    const ChunkEntry newest = taken().at(39);
    QCOMPARE(newest.when, newest.chunk.time()); // so it is on the time line where it was published
}

void TestCapture::writesNothingBesideABus()
{
    publish(1, 10);
    const QStringList before = m_directory->snapshot();
    m_worker->open(1, QFile::encodeName(m_directory->bus()));
    m_worker->open(2, QFile::encodeName(m_directory->file(u"absent"_s)));
    EVENTUALLY_EQUAL(taken().chunks(), 10u);
    m_worker->close(1);
    QCOMPARE(m_directory->snapshot(), before);
}

void TestCapture::countsWhatHappensInASecond()
{
    m_worker->open(1, QFile::encodeName(m_directory->bus()));
    publish(1, 50);
    EVENTUALLY_EQUAL(taken().chunks(), 50u);
    quint64 chunks = 0;
    quint64 bytes = 0;
    for (const BusBatchPointer &batch : std::as_const(m_batches)) {
        for (const Activity &second : batch->activity) {
            chunks += second.chunks;
            bytes += second.bytes;
        }
    }
    QCOMPARE(chunks, 50u);
    QCOMPARE(bytes, 91u); // 9 numbers of one digit and 41 of two
}

QTEST_GUILESS_MAIN(TestCapture)
#include "tst_capture.moc"
