// SPDX-License-Identifier: Apache-2.0
#include "file/disk/inodequarantine.h"

#include <QtTest/QTest>

using namespace std::chrono_literals;
using FileBus::InodeQuarantine;

class TestInodeQuarantine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aNumberNeverSeenMayBeUsed();
    void aNumberIsInQuarantineAfterItLeft();
    void aNumberThatLeavesAgainStaysLonger();
    void numbersThatAreFreeAgainAreForgotten();

private:
    const InodeQuarantine::Time m_start = InodeQuarantine::Time() + 1h;
};

void TestInodeQuarantine::aNumberNeverSeenMayBeUsed()
{
    QVERIFY(InodeQuarantine().endOf(7) < m_start);
}

void TestInodeQuarantine::aNumberIsInQuarantineAfterItLeft()
{
    InodeQuarantine quarantine;
    quarantine.sawLeave(7, m_start);
    QCOMPARE(quarantine.endOf(7), m_start + InodeQuarantine::duration);
    QVERIFY(quarantine.endOf(8) < m_start);
}

void TestInodeQuarantine::aNumberThatLeavesAgainStaysLonger()
{
    InodeQuarantine quarantine;
    quarantine.sawLeave(7, m_start);
    quarantine.sawLeave(7, m_start + 200ms);
    quarantine.sawLeave(8, m_start + InodeQuarantine::duration + 1ms); // the first quarantine is over, the second is not
    QCOMPARE(quarantine.endOf(7), m_start + 200ms + InodeQuarantine::duration);
}

void TestInodeQuarantine::numbersThatAreFreeAgainAreForgotten()
{
    InodeQuarantine quarantine;
    quarantine.sawLeave(7, m_start);
    quarantine.sawLeave(8, m_start + InodeQuarantine::duration);
    QVERIFY(quarantine.endOf(7) < m_start);
}

QTEST_GUILESS_MAIN(TestInodeQuarantine)
#include "tst_inodequarantine.moc"
