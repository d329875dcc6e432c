// SPDX-License-Identifier: Apache-2.0
#include "file/consume/lossaccount.h"

#include <QtCore/QUuid>
#include <QtTest/QTest>

using namespace FileBus;

/// Entries that are missing or are no chunks, in the order in which a consumer takes the entries of its inbox.
class TestLossAccount : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsNoChunkCountsOnce();
    void whatIsMissingAroundItCountsAsWell();
    void aChunkOfThatNumberMayYetCome();
    void anotherStreamCountsForItself();
    void hugeGapsTakeNoTime();

private:
    QByteArray missing(LossAccount &account, quint64 sequence) const;

    const QUuid m_stream = QUuid::createUuid();
};

// "5-7 9-9"; "old" for a chunk that was seen.
QByteArray TestLossAccount::missing(LossAccount &account, quint64 sequence) const
{
    const LossAccount::Entry entry = account.noteChunk(m_stream, sequence);
    if (!entry.isNew)
        return "old";
    QByteArrayList ranges;
    for (const Loss &loss : entry.missing)
        ranges.append(QByteArray::number(loss.firstSequence) + '-' + QByteArray::number(loss.firstSequence + loss.count - 1));
    return ranges.join(' ');
}

void TestLossAccount::whatIsNoChunkCountsOnce()
{
    LossAccount account;
    QCOMPARE(missing(account, 1), "");
    QCOMPARE(account.noteDamaged(2).firstSequence, 2u);
    QCOMPARE(missing(account, 3), "");
    QCOMPARE(missing(account, 4), "");
}

void TestLossAccount::whatIsMissingAroundItCountsAsWell()
{
    LossAccount account;
    QCOMPARE(missing(account, 1), "");
    for (const quint64 damaged : {4u, 5u, 7u})
        QCOMPARE(account.noteDamaged(damaged).count, 1u);
    QCOMPARE(missing(account, 10), "2-3 6-6 8-9");
    QCOMPARE(missing(account, 12), "11-11");
}

void TestLossAccount::aChunkOfThatNumberMayYetCome()
{
    LossAccount account;
    QCOMPARE(missing(account, 1), "");
    account.noteDamaged(2);
    QCOMPARE(missing(account, 2), "");
    QCOMPARE(missing(account, 2), "old");
    QCOMPARE(missing(account, 4), "3-3");
}

void TestLossAccount::anotherStreamCountsForItself()
{
    LossAccount account;
    QVERIFY(account.noteChunk(QUuid::createUuid(), 90).isNew);
    account.noteDamaged(1);
    QCOMPARE(missing(account, 2), "");
    QCOMPARE(missing(account, 4), "3-3");
}

void TestLossAccount::hugeGapsTakeNoTime()
{
    LossAccount account;
    QCOMPARE(missing(account, 1), "");
    account.noteDamaged(3);
    QCOMPARE(missing(account, 9'223'372'036'854'775'807), "2-2 4-9223372036854775806");
}

QTEST_GUILESS_MAIN(TestLossAccount)
#include "tst_lossaccount.moc"
