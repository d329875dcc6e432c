// SPDX-License-Identifier: Apache-2.0
#include "chunk/sequencetracker.h"

#include <QtTest/QTest>

using FileBus::SequenceTracker;

class TestSequenceTracker : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theFirstNumberOfAStreamBeginsIt();
    void theNextNumberIsNew();
    void aGapIsCountedAndPlaced();
    void aNumberSeenBeforeIsNotNew();
    void streamsAreCountedApart();
    void whatIsExpectedCountsAsNext();

private:
    const QUuid m_stream = QUuid::createUuid();
};

void TestSequenceTracker::theFirstNumberOfAStreamBeginsIt()
{
    SequenceTracker tracker;
    const SequenceTracker::Step step = tracker.advance(m_stream, 4711);
    QVERIFY(step.isNew);
    QCOMPARE(step.missing, 0u);
}

void TestSequenceTracker::theNextNumberIsNew()
{
    SequenceTracker tracker;
    tracker.advance(m_stream, 1);
    const SequenceTracker::Step step = tracker.advance(m_stream, 2);
    QVERIFY(step.isNew);
    QCOMPARE(step.missing, 0u);
}

void TestSequenceTracker::aGapIsCountedAndPlaced()
{
    SequenceTracker tracker;
    tracker.advance(m_stream, 10);
    const SequenceTracker::Step step = tracker.advance(m_stream, 15);
    QVERIFY(step.isNew);
    QCOMPARE(step.firstMissing, 11u);
    QCOMPARE(step.missing, 4u);
}

void TestSequenceTracker::aNumberSeenBeforeIsNotNew()
{
    SequenceTracker tracker;
    tracker.advance(m_stream, 10);
    QVERIFY(!tracker.advance(m_stream, 10).isNew);
    QVERIFY(!tracker.advance(m_stream, 9).isNew);
    QVERIFY(tracker.advance(m_stream, 11).isNew);
}

void TestSequenceTracker::streamsAreCountedApart()
{
    SequenceTracker tracker;
    tracker.advance(m_stream, 1000);
    const SequenceTracker::Step step = tracker.advance(QUuid::createUuid(), 1);
    QVERIFY(step.isNew);
    QCOMPARE(step.missing, 0u);
}

void TestSequenceTracker::whatIsExpectedCountsAsNext()
{
    SequenceTracker tracker;
    const QUuid other = QUuid::createUuid();
    QVERIFY(!tracker.newest(m_stream));
    tracker.expect(m_stream, 1);
    QCOMPARE(tracker.newest(m_stream), 0u);
    const SequenceTracker::Step step = tracker.advance(m_stream, 4);
    QCOMPARE(step.firstMissing, 1u);
    QCOMPARE(step.missing, 3u);
    tracker.expect(other, 10);
    QCOMPARE(tracker.newest(m_stream), 4u);
    QCOMPARE(tracker.newest(other), 9u);
    tracker.expect(m_stream, 2); // again
    QVERIFY(tracker.advance(m_stream, 2).isNew);
    QCOMPARE(tracker.newest(other), 9u);
}

QTEST_GUILESS_MAIN(TestSequenceTracker)
#include "tst_sequencetracker.moc"
