// SPDX-License-Identifier: Apache-2.0
#include "file/disk/inoderest.h"

#include <QtTest/QTest>

using namespace std::chrono_literals;
using FileBus::InodeRest;

class TestInodeRest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aNumberNeverSeenMayBeUsed();
    void aNumberRestsAfterItLeft();
    void aNumberThatLeavesAgainRestsAnew();
    void numbersThatHaveRestedAreForgotten();

private:
    const InodeRest::Time m_start = InodeRest::Time() + 1h;
};

void TestInodeRest::aNumberNeverSeenMayBeUsed()
{
    QVERIFY(InodeRest().restsUntil(7) < m_start);
}

void TestInodeRest::aNumberRestsAfterItLeft()
{
    InodeRest rest;
    rest.sawLeave(7, m_start);
    QCOMPARE(rest.restsUntil(7), m_start + InodeRest::restTime);
    QVERIFY(rest.restsUntil(8) < m_start);
}

void TestInodeRest::aNumberThatLeavesAgainRestsAnew()
{
    InodeRest rest;
    rest.sawLeave(7, m_start);
    rest.sawLeave(7, m_start + 200ms);
    rest.sawLeave(8, m_start + InodeRest::restTime + 1ms); // the first rest is over, the second is not
    QCOMPARE(rest.restsUntil(7), m_start + 200ms + InodeRest::restTime);
}

void TestInodeRest::numbersThatHaveRestedAreForgotten()
{
    InodeRest rest;
    rest.sawLeave(7, m_start);
    rest.sawLeave(8, m_start + InodeRest::restTime);
    QVERIFY(rest.restsUntil(7) < m_start);
}

QTEST_GUILESS_MAIN(TestInodeRest)
#include "tst_inoderest.moc"
