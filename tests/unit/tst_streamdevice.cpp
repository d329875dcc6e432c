// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

#include <QtCore/QDataStream>
#include <QtCore/QTextStream>

using namespace Qt::StringLiterals;

/// A stream is a sequential QIODevice like any other, and its back-pressure is visible.
class TestStreamDevice : public StreamTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void aWriterStopsAtTheWindow();
    void aWriterGoesOnAsSoonAsTheOtherReads();
    void bytesWrittenCountsAll();
    void blocksOfOneByteInAWideWindow();
    void flushPublishesAtOnce();
    void theReadBufferLimitIsKept();
    void withoutALimitAllIsReadAhead();
    void whatWasReadIsAcknowledged();
    void whatIsPeekedAtIsNotAcknowledged();
    void whatIsReadInATransactionIsNotAcknowledgedBeforeItsCommit();
    void linesAreReadWhole();
    void aLineMayComeInPieces();
    void charactersCanBePutBack();
    void atItsEndReadSaysSo();
    void unbufferedItIsTheSame();
    void itCarriesADataStream();
    void itCarriesATextStream();
};

void TestStreamDevice::aWriterStopsAtTheWindow()
{
    m_left->setWindow(4, 1000);
    m_right->setReadBufferSize(1);
    connectBoth();
    m_left->write(QByteArray(100'000, 'x'));
    QTRY_COMPARE(unacknowledged(), 4);
    QTRY_COMPARE(m_right->bytesAvailable(), 1000);
    QVERIFY(bothLook());
    QCOMPARE(unacknowledged(), 4);
    QCOMPARE(m_left->bytesToWrite(), 96'000);
}

void TestStreamDevice::aWriterGoesOnAsSoonAsTheOtherReads()
{
    m_left->setWindow(4, 1000);
    m_right->setReadBufferSize(1);
    for (Stream *stream : {m_left.get(), m_right.get()})
        stream->setSleepInterval(std::chrono::hours(1)); // only events wake
    connectBoth();
    const QByteArray sent = randomBytes(100'000);
    m_left->write(sent);
    QTRY_COMPARE(unacknowledged(), 4);
    QByteArray all;
    collect(m_right.get(), &all);
    all += m_right->readAll();
    QTRY_COMPARE(all.size(), sent.size());
    QVERIFY(all == sent);
    QTRY_COMPARE(m_left->bytesToWrite(), 0);
}

void TestStreamDevice::bytesWrittenCountsAll()
{
    m_left->setWindow(3, 100);
    connectBoth();
    qint64 written = 0;
    connect(m_left.get(), &QIODevice::bytesWritten, this, [&](qint64 count) { written += count; });
    QByteArray all;
    collect(m_right.get(), &all);
    m_left->write(randomBytes(12'345));
    QTRY_COMPARE(all.size(), 12'345);
    QCOMPARE(written, 12'345);
}

void TestStreamDevice::blocksOfOneByteInAWideWindow()
{
    m_left->setWindow(1'000'000, 1);
    connectBoth();
    const QByteArray sent = randomBytes(5'000);
    m_left->write(sent);
    QByteArray all;
    collect(m_right.get(), &all);
    QTRY_COMPARE_WITH_TIMEOUT(all.size(), sent.size(), 30000);
    QVERIFY(all == sent);
}

void TestStreamDevice::flushPublishesAtOnce()
{
    connectBoth();
    m_left->write("now");
    QVERIFY(m_left->flush());
    QCOMPARE(m_left->bytesToWrite(), 0);
    QCOMPARE(unacknowledged(), 1);
    QVERIFY(!m_left->flush());
}

void TestStreamDevice::theReadBufferLimitIsKept()
{
    m_left->setWindow(100, 10);
    m_right->setReadBufferSize(25);
    QCOMPARE(m_right->readBufferSize(), 25);
    connectBoth();
    const QByteArray sent = randomBytes(1000);
    m_left->write(sent);
    QTRY_COMPARE(m_right->bytesAvailable(), 30); // the chunk that crosses the limit is taken whole
    QTRY_COMPARE(m_left->bytesToWrite(), 0);
    QByteArray all;
    while (all.size() < sent.size()) {
        QTRY_VERIFY(m_right->bytesAvailable() > 0);
        QVERIFY(m_right->bytesAvailable() <= 30);
        all += m_right->readAll();
    }
    QVERIFY(all == sent);
}

void TestStreamDevice::withoutALimitAllIsReadAhead()
{
    m_left->setWindow(7, 10);
    connectBoth();
    QCOMPARE(m_right->readBufferSize(), 0);
    m_left->write(QByteArray(1000, 'x'));
    QTRY_COMPARE(m_right->bytesAvailable(), 1000);
    QCOMPARE(m_left->bytesToWrite(), 0);
    QCOMPARE(unacknowledged(), 100);
    QVERIFY(waiting() <= 7);
}

void TestStreamDevice::whatWasReadIsAcknowledged()
{
    m_left->setWindow(64, 10);
    connectBoth();
    m_left->write("0123456789abcdefghij");
    QTRY_COMPARE(m_right->bytesAvailable(), 20);
    QCOMPARE(unacknowledged(), 2);
    QCOMPARE(m_right->read(10), "0123456789");
    QTRY_COMPARE(unacknowledged(), 1);
    QCOMPARE(m_right->read(9), "abcdefghi");
    QCOMPARE(m_right->readAll(), "j");
    QTRY_COMPARE(unacknowledged(), 0);
}

void TestStreamDevice::whatIsPeekedAtIsNotAcknowledged()
{
    connectBoth();
    m_left->write("look");
    QTRY_COMPARE(m_right->bytesAvailable(), 4);
    QCOMPARE(m_right->peek(100), "look");
    QVERIFY(bothLook());
    QCOMPARE(unacknowledged(), 1);
    QCOMPARE(m_right->skip(4), 4);
    QTRY_COMPARE(unacknowledged(), 0);
}

void TestStreamDevice::whatIsReadInATransactionIsNotAcknowledgedBeforeItsCommit()
{
    connectBoth();
    m_left->write("transaction");
    QTRY_COMPARE(m_right->bytesAvailable(), 11);
    m_right->startTransaction();
    QCOMPARE(m_right->read(5), "trans");
    QCOMPARE(m_right->readAll(), "action");
    QVERIFY(bothLook());
    QCOMPARE(unacknowledged(), 1);
    m_right->rollbackTransaction();
    QCOMPARE(m_right->bytesAvailable(), 11);
    m_right->startTransaction();
    QCOMPARE(m_right->readAll(), "transaction");
    m_right->commitTransaction();
    QTRY_COMPARE(unacknowledged(), 0);
}

void TestStreamDevice::linesAreReadWhole()
{
    connectBoth();
    m_left->write("one\ntwo\nthr");
    QTRY_COMPARE(m_right->bytesAvailable(), 11);
    QVERIFY(m_right->canReadLine());
    QCOMPARE(m_right->readLine(), "one\n");
    QVERIFY(m_right->canReadLine());
    QCOMPARE(m_right->readLine(), "two\n");
    QVERIFY(!m_right->canReadLine());
    m_left->write("ee\n");
    QTRY_VERIFY(m_right->canReadLine());
    QCOMPARE(m_right->readLine(), "three\n");
}

void TestStreamDevice::aLineMayComeInPieces()
{
    m_left->setWindow(64, 1);
    connectBoth();
    m_left->write("a line\nmore");
    QTRY_COMPARE(m_right->bytesAvailable(), 11);
    QVERIFY(m_right->canReadLine());
    QCOMPARE(m_right->readLine(), "a line\n");
    QVERIFY(!m_right->canReadLine());
    QCOMPARE(m_right->readAll(), "more");
}

void TestStreamDevice::charactersCanBePutBack()
{
    connectBoth();
    m_left->write("xyz");
    QTRY_COMPARE(m_right->bytesAvailable(), 3);
    char first = 0;
    QVERIFY(m_right->getChar(&first));
    m_right->ungetChar(first);
    QCOMPARE(m_right->bytesAvailable(), 3);
    QCOMPARE(m_right->readAll(), "xyz");
}

void TestStreamDevice::atItsEndReadSaysSo()
{
    connectBoth();
    char byte = 0;
    QCOMPARE(m_right->read(&byte, 1), 0);
    m_left->write("1");
    m_left->closeWriteChannel();
    QTRY_VERIFY(m_right->isReadChannelFinished());
    QVERIFY(!m_right->atEnd());
    QCOMPARE(m_right->read(&byte, 1), 1);
    QCOMPARE(m_right->read(&byte, 1), -1);
    QVERIFY(m_right->atEnd());
}

void TestStreamDevice::unbufferedItIsTheSame()
{
    QVERIFY(m_left->open(QIODevice::ReadWrite | QIODevice::Unbuffered));
    QVERIFY(m_right->open(QIODevice::ReadWrite | QIODevice::Unbuffered));
    m_left->write("line\nrest");
    QTRY_COMPARE(m_right->bytesAvailable(), 9);
    QCOMPARE(m_right->readLine(), "line\n");
    QCOMPARE(m_right->peek(2), "re");
    QCOMPARE(m_right->readAll(), "rest");
}

void TestStreamDevice::itCarriesADataStream()
{
    m_left->setWindow(1000, 7); // so that values arrive in pieces
    connectBoth();
    QDataStream out(m_left.get());
    const QStringList words{u"first"_s, u"second"_s, QString(1000, u'ä')};
    for (int i = 0; i < 20; ++i)
        out << qint32(i) << words << 1.5;
    QDataStream in(m_right.get());
    for (qint32 i = 0; i < 20;) {
        QTRY_VERIFY(m_right->bytesAvailable() > 0);
        qint32 number = -1;
        QStringList list;
        double real = 0;
        in.startTransaction();
        in >> number >> list >> real;
        if (!in.commitTransaction()) {
            const qint64 before = m_right->bytesAvailable();
            QTRY_VERIFY(m_right->bytesAvailable() > before);
            continue;
        }
        QCOMPARE(number, i++);
        QCOMPARE(list, words);
        QCOMPARE(real, 1.5);
    }
}

void TestStreamDevice::itCarriesATextStream()
{
    connectBoth();
    QTextStream out(m_left.get());
    out << "grün " << 42 << Qt::endl << "zwei" << Qt::endl;
    QTRY_VERIFY(m_right->canReadLine());
    QTextStream in(m_right.get());
    QCOMPARE(in.readLine(), u"grün 42"_s);
    QCOMPARE(in.readLine(), u"zwei"_s);
}

QTEST_GUILESS_MAIN(TestStreamDevice)
#include "tst_streamdevice.moc"
