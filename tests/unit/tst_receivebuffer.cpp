// SPDX-License-Identifier: Apache-2.0
#include "stream/receivebuffer.h"

#include <QtTest/QTest>

using FileBus::ReceiveBuffer;

class TestReceiveBuffer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bytesComeOutInOrder();
    void aChunkIsFinishedWithItsLastByte();
    void whatIsKeptElsewhereIsNotFinished();
    void anEmptyChunkIsFinishedWithTheOneBefore();
    void onlyWhatIsUnreadIsSearched();
    void clearedItIsAsNew();
};

namespace
{

QByteArray read(ReceiveBuffer &buffer, qsizetype size)
{
    QByteArray bytes(size, '\0');
    bytes.truncate(buffer.read(bytes.data(), size));
    return bytes;
}

} // namespace

void TestReceiveBuffer::bytesComeOutInOrder()
{
    ReceiveBuffer buffer;
    QCOMPARE(read(buffer, 10), "");
    buffer.append("abc");
    buffer.append("defg");
    QCOMPARE(buffer.size(), 7);
    QCOMPARE(read(buffer, 2), "ab");
    QCOMPARE(read(buffer, 3), "cde");
    QCOMPARE(buffer.size(), 2);
    QCOMPARE(read(buffer, 100), "fg");
    QCOMPARE(buffer.size(), 0);
}

void TestReceiveBuffer::aChunkIsFinishedWithItsLastByte()
{
    ReceiveBuffer buffer;
    buffer.append("abc");
    buffer.append("def");
    QCOMPARE(buffer.takeFinished(0), 0);
    read(buffer, 2);
    QCOMPARE(buffer.takeFinished(0), 0);
    read(buffer, 1);
    QCOMPARE(buffer.takeFinished(0), 1);
    QCOMPARE(buffer.takeFinished(0), 0);
    QVERIFY(buffer.hasUnfinished());
    read(buffer, 3);
    QCOMPARE(buffer.takeFinished(0), 1);
    QVERIFY(!buffer.hasUnfinished());
}

void TestReceiveBuffer::whatIsKeptElsewhereIsNotFinished()
{
    ReceiveBuffer buffer;
    buffer.append("abc");
    buffer.append("def");
    read(buffer, 6);
    QCOMPARE(buffer.takeFinished(4), 0);
    QCOMPARE(buffer.takeFinished(3), 1);
    QCOMPARE(buffer.takeFinished(1), 0);
    QCOMPARE(buffer.takeFinished(0), 1);
}

void TestReceiveBuffer::anEmptyChunkIsFinishedWithTheOneBefore()
{
    ReceiveBuffer buffer;
    buffer.append("a");
    buffer.append("");
    QCOMPARE(buffer.takeFinished(0), 0);
    QCOMPARE(read(buffer, 1), "a");
    QCOMPARE(buffer.takeFinished(0), 2);
}

void TestReceiveBuffer::onlyWhatIsUnreadIsSearched()
{
    ReceiveBuffer buffer;
    buffer.append("a\nb");
    buffer.append("c");
    QVERIFY(buffer.hasLine());
    read(buffer, 2);
    QVERIFY(!buffer.hasLine());
    read(buffer, 1);
    QVERIFY(!buffer.hasLine());
    buffer.append("d\n");
    QVERIFY(buffer.hasLine());
    read(buffer, 2);
    QVERIFY(buffer.hasLine());
    read(buffer, 1);
    QVERIFY(!buffer.hasLine());
}

void TestReceiveBuffer::clearedItIsAsNew()
{
    ReceiveBuffer buffer;
    buffer.append("abc");
    read(buffer, 1);
    buffer.clear();
    QCOMPARE(buffer.size(), 0);
    QVERIFY(!buffer.hasUnfinished());
    buffer.append("de");
    QCOMPARE(read(buffer, 9), "de");
    QCOMPARE(buffer.takeFinished(0), 1);
}

QTEST_GUILESS_MAIN(TestReceiveBuffer)
#include "tst_receivebuffer.moc"
