// SPDX-License-Identifier: Apache-2.0
#include "file/disk/lookmoment.h"

#include "support/followertest.h"

using FileBus::LossKnowledge;
using namespace std::chrono_literals;

/// A bus that was put back to an earlier state, as by a restored backup, is followed from there.
class TestBusPutBack : public FollowerTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void aBusThatWentBackIsFollowedFromThere_data();
    void aBusThatWentBackIsFollowedFromThere();
    void aBusThatWentBackAndBeyondIsNoticed();
    void theBusFileAloneWentBack();
    void aFormerStreamComesBack();
};

void TestBusPutBack::aBusThatWentBackIsFollowedFromThere_data()
{
    QTest::addColumn<int>("back");      // to which number
    QTest::addColumn<int>("published"); // up to which number before the next look, of the other past
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("to a chunk that was seen") << 3 << 3 << QByteArray("back a3");
    QTest::newRow("and one more") << 3 << 4 << QByteArray("back b4");
    QTest::newRow("and as far as before") << 3 << 6 << QByteArray("back b4 b5 b6");
    QTest::newRow("to another chunk of the newest number") << 5 << 6 << QByteArray("back b6");
}

void TestBusPutBack::aBusThatWentBackIsFollowedFromThere()
{
    QFETCH(int, back);
    QFETCH(int, published);
    QFETCH(QByteArray, expected);
    for (quint64 sequence = 1; sequence <= 6; ++sequence) {
        publish(sequence, sequence);
        QCOMPARE(steps(), "a" + QByteArray::number(sequence));
    }
    for (int round = 0; round < 2; ++round) { // it may happen again
        QVERIFY(Files::replace(m_path, Files::read(m_history.entryPath(quint64(back)))));
        clearHistory(quint64(back) + 1, 100);
        publish(quint64(back) + 1, quint64(published), "b");
        QCOMPARE(steps(), expected);
        QCOMPARE(m_follower.lossKnowledge(), LossKnowledge::Exact);
        publish(quint64(published) + 1, 7, "b");
        steps();
    }
    publish(8, 9, "b");
    QCOMPARE(steps(), "b8 b9");
}

// No look fell between.
void TestBusPutBack::aBusThatWentBackAndBeyondIsNoticed()
{
    for (quint64 sequence = 1; sequence <= 6; ++sequence) {
        publish(sequence, sequence);
        steps();
    }
    clearHistory(3, 6);
    publish(3, 8, "b");
    QCOMPARE(steps(), "back b3 b4 b5 b6 b7 b8");
    QCOMPARE(m_follower.lossKnowledge(), LossKnowledge::Exact);
    clearHistory(3, 8);
    publish(3, 10, "c", 4);
    QCOMPARE(steps(), "back c7 c8 c9 c10"); // how many came before c7 nobody can tell
    QCOMPARE(m_follower.lossKnowledge(), LossKnowledge::AtLeast);
    clearHistory(1, 10);
    const auto lastLook = FileBus::LookMoment::now();
    QTRY_VERIFY(lastLook.age() >= 1ms); // so that a single chunk more may be of another past
    publish(10, 11, "d");
    QCOMPARE(steps(), "back d10 d11");
}

void TestBusPutBack::theBusFileAloneWentBack()
{
    publish(1, 2);
    steps();
    publish(3, 6);
    QCOMPARE(steps(), "a3 a4 a5 a6");
    QVERIFY(Files::replace(m_path, Files::read(m_history.entryPath(2))));
    QCOMPARE(steps(), "back a2");
    publish(7, 7);
    QCOMPARE(steps(), "a7"); // what lies between was seen
}

void TestBusPutBack::aFormerStreamComesBack()
{
    publish(1, 5);
    QCOMPARE(steps(), "a5");
    const QByteArray backup = Files::read(m_path);
    clearHistory(1, 5);
    publish(chunk(1, "b", m_other));
    QCOMPARE(steps(), "b1");
    QVERIFY(Files::replace(m_path, backup));
    QCOMPARE(steps(), "back a5");
    clearHistory(1, 5);
    publish(6, 6);
    QCOMPARE(steps(), "a6");
}

QTEST_GUILESS_MAIN(TestBusPutBack)
#include "tst_busputback.moc"
