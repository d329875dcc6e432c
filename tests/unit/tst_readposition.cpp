// SPDX-License-Identifier: Apache-2.0
#include "cluster/readposition.h"

#include <QtTest/QTest>

using FileBus::ClusterBusState;
using FileBus::ReadPosition;
using FileBus::StartPoint;
using Change = FileBus::ReadPosition::Change;

namespace
{

// Of a stream that holds the chunks @p first to @p last.
ClusterBusState holding(const QUuid &id, quint64 first, quint64 last)
{
    ClusterBusState state;
    state.id = id;
    state.firstSequence = first;
    state.lastSequence = last;
    state.chunks = last - first + 1;
    return state;
}

const QUuid idA(QStringLiteral("{aaaaaaaa-0000-4000-8000-000000000000}"));
const QUuid idB(QStringLiteral("{bbbbbbbb-0000-4000-8000-000000000000}"));

} // namespace

/// Where reading begins and goes on, whatever happened to the bus meanwhile.
class TestReadPosition : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void begins_data();
    void begins();
    void beginsOnABusThatWasWaitedFor_data();
    void beginsOnABusThatWasWaitedFor();
    void goesOnBehindTheLastChunk();
    void goesOnWhereItWouldHaveBegun();
    void aPurgeChangesNothing();
    void aStreamMadeAgainIsReadFromItsBeginning();
    void aStreamThatWasPutBack();
    void aNumberThatIsStillToComeStaysWanted();
};

void TestReadPosition::begins_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<quint64>("first");
    QTest::addColumn<quint64>("last");
    QTest::addColumn<quint64>("expected");
    QTest::addRow("last") << int(StartPoint::Last) << quint64(5) << quint64(9) << quint64(9);
    QTest::addRow("last, empty") << int(StartPoint::Last) << quint64(10) << quint64(9) << quint64(10);
    QTest::addRow("new") << int(StartPoint::New) << quint64(5) << quint64(9) << quint64(10);
    QTest::addRow("all") << int(StartPoint::All) << quint64(5) << quint64(9) << quint64(5);
    QTest::addRow("all, empty") << int(StartPoint::All) << quint64(10) << quint64(9) << quint64(10);
    QTest::addRow("all, never used") << int(StartPoint::All) << quint64(0) << quint64(0) << quint64(1);
    QTest::addRow("a number that is there") << int(StartPoint::AtSequence) << quint64(5) << quint64(9) << quint64(7);
}

void TestReadPosition::begins()
{
    QFETCH(const int, kind);
    QFETCH(const quint64, first);
    QFETCH(const quint64, last);
    QFETCH(const quint64, expected);
    ReadPosition position({static_cast<StartPoint::Kind>(kind), 7});
    ClusterBusState state = holding(idA, first, last);
    if (last == 0) // as the server says it
        state.chunks = 0;
    QCOMPARE(position.sawBus(state), Change::NewStream);
    QCOMPARE(position.next(), expected);
    QCOMPARE(position.streamId(), idA);
}

void TestReadPosition::beginsOnABusThatWasWaitedFor_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<quint64>("expected");
    QTest::addRow("last") << int(StartPoint::Last) << quint64(1);
    QTest::addRow("new") << int(StartPoint::New) << quint64(1);
    QTest::addRow("all") << int(StartPoint::All) << quint64(1);
    QTest::addRow("a number") << int(StartPoint::AtSequence) << quint64(7);
}

void TestReadPosition::beginsOnABusThatWasWaitedFor()
{
    QFETCH(const int, kind);
    QFETCH(const quint64, expected);
    ReadPosition position({static_cast<StartPoint::Kind>(kind), 7});
    position.sawNoBus();
    position.sawBus(holding(idA, 3, 5)); // two are gone already
    QCOMPARE(position.next(), expected);
}

void TestReadPosition::goesOnBehindTheLastChunk()
{
    ReadPosition position({StartPoint::All, 0});
    position.sawBus(holding(idA, 1, 5));
    position.advance(4);
    QCOMPARE(position.sawBus(holding(idA, 3, 9)), Change::None);
    QCOMPARE(position.next(), quint64(5));
}

void TestReadPosition::goesOnWhereItWouldHaveBegun()
{
    ReadPosition position({StartPoint::New, 0});
    position.sawBus(holding(idA, 1, 5));
    QCOMPARE(position.sawBus(holding(idA, 1, 9)), Change::None);
    QCOMPARE(position.next(), quint64(6));
}

void TestReadPosition::aPurgeChangesNothing()
{
    ReadPosition position({StartPoint::All, 0});
    position.sawBus(holding(idA, 1, 5));
    position.advance(2);
    QCOMPARE(position.sawBus(holding(idA, 6, 5)), Change::None);
    QCOMPARE(position.next(), quint64(3));
}

void TestReadPosition::aStreamMadeAgainIsReadFromItsBeginning()
{
    for (const StartPoint::Kind kind : {StartPoint::Last, StartPoint::New, StartPoint::All, StartPoint::AtSequence}) {
        ReadPosition position({kind, 2});
        position.sawBus(holding(idA, 1, 5));
        position.advance(5);
        QCOMPARE(position.sawBus(holding(idB, 4, 20)), Change::NewStream);
        QCOMPARE(position.next(), quint64(1));
        QCOMPARE(position.streamId(), idB);
    }
}

void TestReadPosition::aStreamThatWasPutBack()
{
    ReadPosition position({StartPoint::All, 0});
    position.sawBus(holding(idA, 1, 5));
    position.advance(8);
    QCOMPARE(position.sawBus(holding(idA, 1, 6)), Change::PutBack);
    QCOMPARE(position.next(), quint64(7));
    QCOMPARE(position.newest(), quint64(6));
    QCOMPARE(position.sawBus(holding(idA, 1, 6)), Change::None);
}

void TestReadPosition::aNumberThatIsStillToComeStaysWanted()
{
    ReadPosition position({StartPoint::AtSequence, 100});
    position.sawBus(holding(idA, 1, 5));
    QCOMPARE(position.sawBus(holding(idA, 1, 7)), Change::None);
    QCOMPARE(position.next(), quint64(100));
    QCOMPARE(position.sawBus(holding(idA, 1, 2)), Change::PutBack);
    QCOMPARE(position.next(), quint64(100));
}

QTEST_GUILESS_MAIN(TestReadPosition)
#include "tst_readposition.moc"
