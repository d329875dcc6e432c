// SPDX-License-Identifier: Apache-2.0
#include "stream/collectedsignals.h"

#include <QtTest/QTest>

using namespace FileBus;

/// What a stream collected is emitted in order, whatever a slot does.
class TestCollectedSignals : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void nothingIsEmittedBefore();
    void theOrderStays();
    void bytesAreAddedUp();
    void whatASlotLeavesIsEmittedFromThere();
    void readyReadDoesNotRecur();
    void bytesWrittenFollowsItsOwnSlot();
    void clearedNothingIsLeft();
    void aSlotDeletesTheStream_data();
    void aSlotDeletesTheStream();

private:
    void add(const char *word)
    {
        m_signals->add([this, word] { m_emitted += word; });
    }

    std::unique_ptr<Stream> m_stream;
    std::unique_ptr<CollectedSignals> m_signals;
    QByteArrayList m_emitted;
};

void TestCollectedSignals::init()
{
    m_stream = std::make_unique<Stream>();
    m_signals = std::make_unique<CollectedSignals>(m_stream.get());
    m_emitted.clear();
    connect(m_stream.get(), &QIODevice::readyRead, this, [this] { m_emitted += "readyRead"; });
    connect(m_stream.get(), &QIODevice::bytesWritten, this, [this](qint64 bytes) { m_emitted += QByteArray::number(bytes); });
}

void TestCollectedSignals::nothingIsEmittedBefore()
{
    m_signals->addReadyRead();
    m_signals->addBytesWritten(1);
    add("word");
    QCOMPARE(m_emitted, QByteArrayList());
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted, QByteArrayList({"1", "readyRead", "word"}));
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted.size(), 3);
}

void TestCollectedSignals::theOrderStays()
{
    add("first");
    m_signals->addReadyRead();
    add("second");
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted, QByteArrayList({"first", "readyRead", "second"}));
}

void TestCollectedSignals::bytesAreAddedUp()
{
    for (const qint64 bytes : {10, 20, 0, 3})
        m_signals->addBytesWritten(bytes);
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted, QByteArrayList{"33"});
    m_signals->addBytesWritten(0);
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted.size(), 1);
}

void TestCollectedSignals::whatASlotLeavesIsEmittedFromThere()
{
    m_signals->add([this] {
        m_emitted += "begin";
        add("late");
        QVERIFY(m_signals->emitAll());
        m_emitted += "end";
    });
    add("word");
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted, QByteArrayList({"begin", "word", "late", "end"}));
}

void TestCollectedSignals::readyReadDoesNotRecur()
{
    connect(m_stream.get(), &QIODevice::readyRead, this, [this] {
        m_signals->addReadyRead();
        add("word");
        QVERIFY(m_signals->emitAll());
    });
    m_signals->addReadyRead();
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted, QByteArrayList({"readyRead", "word"}));
    m_signals->addReadyRead();
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted, QByteArrayList({"readyRead", "word", "readyRead", "word"}));
}

void TestCollectedSignals::bytesWrittenFollowsItsOwnSlot()
{
    connect(
        m_stream.get(), &QIODevice::bytesWritten, this,
        [this] {
            m_signals->addBytesWritten(2);
            m_signals->addBytesWritten(3);
            QVERIFY(m_signals->emitAll());
            m_emitted += "slot returns";
        },
        Qt::SingleShotConnection);
    m_signals->addBytesWritten(1);
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted, QByteArrayList({"1", "slot returns", "5"}));
}

void TestCollectedSignals::clearedNothingIsLeft()
{
    m_signals->add([this] { m_signals->clear(); });
    add("word");
    m_signals->addReadyRead();
    QVERIFY(m_signals->emitAll());
    m_signals->addBytesWritten(1);
    m_signals->clear();
    QVERIFY(m_signals->emitAll());
    QCOMPARE(m_emitted, QByteArrayList());
}

void TestCollectedSignals::aSlotDeletesTheStream_data()
{
    QTest::addColumn<QByteArray>("signal");
    for (const char *signal : {"readyRead", "bytesWritten", "another"})
        QTest::newRow(signal) << QByteArray(signal);
}

// And with it, as in a stream, the signals that were collected.
void TestCollectedSignals::aSlotDeletesTheStream()
{
    QFETCH(const QByteArray, signal);
    const auto destroy = [this] {
        m_signals.reset();
        m_stream.reset();
    };
    if (signal == "readyRead")
        connect(m_stream.get(), &QIODevice::readyRead, this, destroy);
    else if (signal == "bytesWritten")
        connect(m_stream.get(), &QIODevice::bytesWritten, this, destroy);
    else
        m_signals->add(destroy);
    m_signals->addReadyRead();
    m_signals->addBytesWritten(1);
    add("never");
    QVERIFY(!m_signals->emitAll());
    QVERIFY(!m_emitted.contains("never"));
}

QTEST_GUILESS_MAIN(TestCollectedSignals)
#include "tst_collectedsignals.moc"
