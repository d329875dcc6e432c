// SPDX-License-Identifier: Apache-2.0
#include "file/disk/numbering.h"

#include "format/chunkformat.h"

#include "support/chunks.h"
#include "support/files.h"
#include "support/scratchdirectory.h"
#include "support/tar.h"

#include <memory>

using FileBus::BusFile;
using FileBus::ChunkFormat;
using FileBus::Numbering;
using FileBus::Spool;

class TestNumbering : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void aNewStreamBeginsWhereNothingIs();
    void goesOnAfterTheBus();
    void goesOnAfterTheHistoryWhereTheBusDoesNotTell_data();
    void goesOnAfterTheHistoryWhereTheBusDoesNotTell();
    void goesOnAfterTheHistoryThatIsAheadOfTheBus();
    void theHistoryOfAnotherStreamIsStale();
    void anEntryWithAnotherNumberIsNoChunk();
    void aBusOfAnotherStreamIsFollowed();
    void aBusThatIsGoneDoesNotEndTheStream();
    void theLargestNumberEndsTheStream();

private:
    void putOnBus(const QUuid &stream, quint64 sequence);
    void putIntoHistory(const QUuid &stream, quint64 sequence);
    bool busExists() const { return Files::exists(m_bus.path()); }

    const QUuid m_stream = QUuid::createUuid();
    const QUuid m_other = QUuid::createUuid();
    std::unique_ptr<ScratchDirectory> m_scratch;
    BusFile m_bus;
    Spool m_history;
};

void TestNumbering::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_bus = BusFile(m_scratch->path("bus"));
    m_history = Spool(m_bus.historyDirectory());
    QVERIFY(Files::makeDirectory(m_bus.sideDirectory()));
    QVERIFY(Files::makeDirectory(m_bus.historyDirectory()));
}

void TestNumbering::putOnBus(const QUuid &stream, quint64 sequence)
{
    QVERIFY(Files::replace(m_bus.path(), ChunkFormat::encode(numberedChunk(stream, sequence))));
}

void TestNumbering::putIntoHistory(const QUuid &stream, quint64 sequence)
{
    QVERIFY(Files::write(m_history.entryPath(sequence), ChunkFormat::encode(numberedChunk(stream, sequence))));
}

void TestNumbering::aNewStreamBeginsWhereNothingIs()
{
    Numbering numbering(m_bus);
    QVERIFY(numbering.streamId().isNull());
    QVERIFY(numbering.resume(false, m_history));
    QVERIFY(!numbering.streamId().isNull());
    QCOMPARE(numbering.next(), 1u);
    Numbering another(m_bus);
    QVERIFY(another.resume(false, m_history));
    QVERIFY(another.streamId() != numbering.streamId());
}

void TestNumbering::goesOnAfterTheBus()
{
    putOnBus(m_stream, 41);
    putIntoHistory(m_stream, 41);
    Numbering numbering(m_bus);
    QCOMPARE(*numbering.resume(true, m_history), Numbering::OtherStream);
    QCOMPARE(numbering.streamId(), m_stream);
    QCOMPARE(numbering.next(), 42u);

    putOnBus(m_stream, 45); // by another process
    QCOMPARE(*numbering.resume(true, m_history), Numbering::SameStream);
    QCOMPARE(numbering.next(), 46u);
}

void TestNumbering::goesOnAfterTheHistoryWhereTheBusDoesNotTell_data()
{
    QTest::addColumn<QByteArray>("onBus");
    QTest::newRow("no bus") << QByteArray();
    QTest::newRow("empty, as the original makes it") << QByteArray("");
    QTest::newRow("a chunk of the original") << Tar::originalChunk("hello\n");
    QTest::newRow("random bytes") << QByteArray(700, 'x');
}

void TestNumbering::goesOnAfterTheHistoryWhereTheBusDoesNotTell()
{
    QFETCH(const QByteArray, onBus);
    if (!onBus.isNull())
        QVERIFY(Files::write(m_bus.path(), onBus));
    putIntoHistory(m_stream, 6);
    putIntoHistory(m_stream, 7);
    Numbering numbering(m_bus);
    QCOMPARE(*numbering.resume(busExists(), m_history), Numbering::OtherStream);
    QCOMPARE(numbering.streamId(), m_stream);
    QCOMPARE(numbering.next(), 8u);
}

// A producer was killed between history and bus, so its number is taken.
void TestNumbering::goesOnAfterTheHistoryThatIsAheadOfTheBus()
{
    putOnBus(m_stream, 41);
    putIntoHistory(m_stream, 42);
    Numbering numbering(m_bus);
    QVERIFY(numbering.resume(true, m_history));
    QCOMPARE(numbering.streamId(), m_stream);
    QCOMPARE(numbering.next(), 43u);
}

void TestNumbering::theHistoryOfAnotherStreamIsStale()
{
    putOnBus(m_stream, 3);
    putIntoHistory(m_other, 1000);
    Numbering numbering(m_bus);
    QCOMPARE(*numbering.resume(true, m_history), Numbering::StaleHistory);
    QCOMPARE(numbering.streamId(), m_stream);
    QCOMPARE(numbering.next(), 4u);
}

void TestNumbering::anEntryWithAnotherNumberIsNoChunk()
{
    QVERIFY(Files::write(m_history.entryPath(9), ChunkFormat::encode(numberedChunk(m_stream, 5))));
    Numbering numbering(m_bus);
    QVERIFY(numbering.resume(false, m_history));
    QVERIFY(numbering.streamId() != m_stream);
    QCOMPARE(numbering.next(), 1u);
}

void TestNumbering::aBusOfAnotherStreamIsFollowed()
{
    putOnBus(m_stream, 41);
    Numbering numbering(m_bus);
    QVERIFY(numbering.resume(true, m_history));
    putOnBus(m_other, 7);
    putIntoHistory(m_other, 7);
    QCOMPARE(*numbering.resume(true, m_history), Numbering::OtherStream);
    QCOMPARE(numbering.streamId(), m_other);
    QCOMPARE(numbering.next(), 8u);
}

void TestNumbering::aBusThatIsGoneDoesNotEndTheStream()
{
    putOnBus(m_stream, 41);
    putIntoHistory(m_stream, 41);
    Numbering numbering(m_bus);
    QVERIFY(numbering.resume(true, m_history));
    QVERIFY(::unlink(m_bus.path().constData()) == 0);
    QCOMPARE(*numbering.resume(false, m_history), Numbering::SameStream);
    QCOMPARE(numbering.next(), 42u);
}

void TestNumbering::theLargestNumberEndsTheStream()
{
    putOnBus(m_stream, ChunkFormat::maximumSequence);
    Numbering numbering(m_bus);
    QVERIFY(numbering.resume(true, m_history));
    QVERIFY(numbering.streamId() != m_stream);
    QCOMPARE(numbering.next(), 1u);
}

QTEST_GUILESS_MAIN(TestNumbering)
#include "tst_numbering.moc"
