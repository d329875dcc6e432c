// SPDX-License-Identifier: Apache-2.0
#include "cluster/outgoingchunks.h"

#include "base/failure.h"
#include "base/waiting.h"

#include <filebus/error.h>

#include <QtTest/QTest>

#include <atomic>
#include <thread>

using namespace std::chrono_literals;
using FileBus::Clock;
using FileBus::Error;
using FileBus::HistoryBounds;
using FileBus::OutgoingChunks;

class TestOutgoingChunks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void chunksComeInOrderAndStayUntilTheyArePublished();
    void theBusIsPreparedFirst();
    void boundsThatChangeMeanwhileArePreparedAgain();
    void wakesOnceUntilTheReportIsTaken();
    void nothingIsToBeDoneAtAStandstill();
    void anObstacleGoesWithTheNextChunk();
    void manyChunksBetweenTwoThreads();
};

void TestOutgoingChunks::chunksComeInOrderAndStayUntilTheyArePublished()
{
    OutgoingChunks chunks;
    chunks.push("one");
    chunks.push("two");
    OutgoingChunks::Work work;
    QVERIFY(chunks.waitForWork(work));
    QCOMPARE(work.payload, "one");
    QVERIFY(chunks.waitForWork(work));
    QCOMPARE(work.payload, "one");
    chunks.notePublished(7, QUuid::createUuid());
    QVERIFY(chunks.waitForWork(work));
    QCOMPARE(work.payload, "two");
    chunks.stop();
    QVERIFY(!chunks.waitForWork(work));
}

void TestOutgoingChunks::theBusIsPreparedFirst()
{
    OutgoingChunks chunks;
    chunks.push("one");
    chunks.prepare({7, 100});
    OutgoingChunks::Work work;
    QVERIFY(chunks.waitForWork(work));
    QVERIFY(work.preparation);
    QCOMPARE(work.preparation->chunks, 7u);
    chunks.notePrepared(*work.preparation, {});
    QVERIFY(chunks.isPrepared());
    QVERIFY(chunks.waitForWork(work));
    QVERIFY(!work.preparation);
    chunks.noteUnprepared();
    QVERIFY(chunks.waitForWork(work));
    QVERIFY(work.preparation);
}

void TestOutgoingChunks::boundsThatChangeMeanwhileArePreparedAgain()
{
    OutgoingChunks chunks;
    chunks.prepare({7, 100});
    OutgoingChunks::Work work;
    QVERIFY(chunks.waitForWork(work));
    chunks.prepare({8, 100});
    chunks.notePrepared(*work.preparation, {});
    QVERIFY(!chunks.isPrepared());
    QVERIFY(chunks.waitForWork(work));
    QCOMPARE(work.preparation->chunks, 8u);
}

void TestOutgoingChunks::wakesOnceUntilTheReportIsTaken()
{
    OutgoingChunks chunks;
    int woken = 0;
    chunks.setWake([&woken] { ++woken; });
    for (const char *payload : {"one", "two", "three"})
        chunks.push(payload);
    chunks.notePublished(1, QUuid::createUuid());
    chunks.notePublished(2, QUuid::createUuid());
    QCOMPARE(woken, 1);
    QCOMPARE(chunks.takeReport().published, (std::vector<quint64>{1, 2}));
    chunks.notePublished(3, QUuid::createUuid());
    QCOMPARE(woken, 2);
    chunks.setWake({});
    chunks.noteStandstill({Error::NotABus, QStringLiteral("why")});
    QCOMPARE(woken, 2);
}

void TestOutgoingChunks::nothingIsToBeDoneAtAStandstill()
{
    OutgoingChunks chunks;
    chunks.push("one");
    chunks.noteStandstill({Error::NotABus, QStringLiteral("why")});
    const OutgoingChunks::Report report = chunks.takeReport();
    QCOMPARE(report.standstill->error, Error::NotABus);
    QVERIFY(!chunks.takeReport().standstill);
    std::atomic<bool> isResumed{false};
    std::atomic<bool> wasEarly{false};
    std::thread publisher([&] {
        OutgoingChunks::Work work;
        chunks.waitForWork(work);
        wasEarly = !isResumed;
    });
    chunks.push("two");
    std::this_thread::yield();
    isResumed = true;
    chunks.resume();
    publisher.join();
    QVERIFY(!wasEarly);
}

void TestOutgoingChunks::anObstacleGoesWithTheNextChunk()
{
    OutgoingChunks chunks;
    chunks.push("one");
    chunks.noteObstacle({Error::Unreachable, QStringLiteral("why"), true});
    QCOMPARE(chunks.obstacle()->error, Error::Unreachable);
    chunks.notePublished(1, QUuid::createUuid());
    QVERIFY(!chunks.obstacle());
}

void TestOutgoingChunks::manyChunksBetweenTwoThreads()
{
    constexpr quint64 count = 20000;
    OutgoingChunks chunks;
    std::thread publisher([&chunks] {
        const QUuid id = QUuid::createUuid();
        OutgoingChunks::Work work;
        while (chunks.waitForWork(work))
            chunks.notePublished(work.payload.toULongLong(), id);
    });
    quint64 seen = 0;
    bool isInOrder = true;
    const auto collect = [&] {
        for (const quint64 sequence : chunks.takeReport().published)
            isInOrder = isInOrder && sequence == ++seen;
    };
    for (quint64 i = 1; i <= count; ++i) {
        chunks.push(QByteArray::number(i));
        collect();
    }
    while (seen < count && isInOrder) {
        chunks.wait(Clock::now() + 10s);
        collect();
    }
    chunks.stop();
    publisher.join();
    QVERIFY(isInOrder);
    QCOMPARE(seen, count);
}

QTEST_GUILESS_MAIN(TestOutgoingChunks)
#include "tst_outgoingchunks.moc"
