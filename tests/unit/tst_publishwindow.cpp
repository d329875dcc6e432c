// SPDX-License-Identifier: Apache-2.0
#include "cluster/publishwindow.h"

#include "cluster/publishanswer.h"

#include <QtTest/QTest>

using namespace std::chrono_literals;
using FileBus::PublishAnswer;
using FileBus::PublishWindow;

namespace
{

PublishAnswer stored(quint64 sequence)
{
    return {sequence, 0, {}};
}

PublishAnswer refused(int code)
{
    return {0, code, QStringLiteral("refused")};
}

constexpr int wrongLastSequence = 10071;

} // namespace

class TestPublishWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aNewProducerExpectsThatNothingIsThere();
    void anAnswerMakesTheNextChunkExpectThatOne();
    void whatIsNoAnswerIsDoubt_data();
    void whatIsNoAnswerIsDoubt();
    void aChunkThatWasStoredThoughTheAnswerWasLost();
    void aChunkThatWasNotStored();
    void theOwnNewestChunkHasLeftTheHistory();
    void theFirstChunkIsLost();
    void doubtDuringDoubt();
    void aPurgeLeavesNothingToExpect();
    void aStreamThatWasMadeAgain();
    void aProducerThatOpensAgainAsksFirst();
    void aChunkThatWasGivenUpArrivesAfterAll();
    void patienceGrowsWithSizeAndFailures();
    void answersOfServers_data();
    void answersOfServers();
};

void TestPublishWindow::aNewProducerExpectsThatNothingIsThere()
{
    const PublishWindow window(1);
    QCOMPARE(window.next(), PublishWindow::Next::Send);
    QCOMPARE(window.number(), 1u);
    QCOMPARE(window.expected(), 0u);
}

void TestPublishWindow::anAnswerMakesTheNextChunkExpectThatOne()
{
    PublishWindow window(1);
    QVERIFY(window.answered(stored(17)));
    QCOMPARE(window.lastSequence(), 17u);
    QCOMPARE(window.next(), PublishWindow::Next::Send);
    QCOMPARE(window.number(), 2u);
    QCOMPARE(window.expected(), 17u);
}

void TestPublishWindow::whatIsNoAnswerIsDoubt_data()
{
    QTest::addColumn<int>("code");
    QTest::newRow("no answer at all") << 0;
    QTest::newRow("another one is the newest") << wrongLastSequence;
    QTest::newRow("the store is full") << 10023;
    QTest::newRow("the stream is full") << 10077;
    QTest::newRow("no leader") << 10008;
}

void TestPublishWindow::whatIsNoAnswerIsDoubt()
{
    QFETCH(const int, code);
    PublishWindow window(1);
    window.answered(stored(17));
    if (code == 0)
        window.unanswered();
    else
        QVERIFY(!window.answered(refused(code)));
    QCOMPARE(window.next(), PublishWindow::Next::Ask);
    QCOMPARE(window.number(), 2u);
}

void TestPublishWindow::aChunkThatWasStoredThoughTheAnswerWasLost()
{
    PublishWindow window(1);
    window.answered(stored(17));
    window.unanswered();
    QVERIFY(window.found(2, 19));
    QCOMPARE(window.lastSequence(), 19u);
    QCOMPARE(window.next(), PublishWindow::Next::Send);
    QCOMPARE(window.number(), 3u);
    QCOMPARE(window.expected(), 19u);
}

void TestPublishWindow::aChunkThatWasNotStored()
{
    PublishWindow window(1);
    window.answered(stored(17));
    window.unanswered();
    QVERIFY(!window.found(1, 17));
    QCOMPARE(window.next(), PublishWindow::Next::Send);
    QCOMPARE(window.number(), 2u);
    QCOMPARE(window.expected(), 17u);
}

// The server compares with 0 then, and refuses.
void TestPublishWindow::theOwnNewestChunkHasLeftTheHistory()
{
    PublishWindow window(1);
    window.answered(stored(17));
    window.answered(refused(wrongLastSequence));
    QVERIFY(!window.found(0, 0));
    QCOMPARE(window.next(), PublishWindow::Next::Send);
    QCOMPARE(window.number(), 2u);
    QCOMPARE(window.expected(), 0u);
}

void TestPublishWindow::theFirstChunkIsLost()
{
    PublishWindow window(1);
    window.unanswered();
    QVERIFY(!window.found(0, 0));
    QCOMPARE(window.number(), 1u);
    QCOMPARE(window.expected(), 0u);
}

// The first attempt arrives late, between the question and the second attempt, which is therefore refused.
void TestPublishWindow::doubtDuringDoubt()
{
    PublishWindow window(1);
    window.answered(stored(17));
    window.unanswered();
    QVERIFY(!window.found(1, 17));
    QVERIFY(!window.answered(refused(wrongLastSequence)));
    QCOMPARE(window.next(), PublishWindow::Next::Ask);
    QVERIFY(window.found(2, 18));
    QCOMPARE(window.number(), 3u);
}

void TestPublishWindow::aPurgeLeavesNothingToExpect()
{
    PublishWindow window(1);
    window.answered(stored(17));
    window.answered(refused(wrongLastSequence));
    window.found(0, 0);
    QVERIFY(window.answered(stored(18)));
    QCOMPARE(window.expected(), 18u);
}

void TestPublishWindow::aStreamThatWasMadeAgain()
{
    PublishWindow window(1);
    window.answered(stored(17));
    window.unanswered();
    QVERIFY(!window.found(0, 0));
    QCOMPARE(window.next(), PublishWindow::Next::Send);
    QCOMPARE(window.number(), 2u); // consumers drop numbers that do not grow
    QCOMPARE(window.expected(), 0u);
    QVERIFY(window.answered(stored(1)));
}

void TestPublishWindow::aProducerThatOpensAgainAsksFirst()
{
    PublishWindow window(6);
    QCOMPARE(window.next(), PublishWindow::Next::Ask);
    QVERIFY(!window.found(5, 40));
    QCOMPARE(window.number(), 6u);
    QCOMPARE(window.expected(), 40u);
}

// Chunk 5 was given up, and is stored between the question and chunk 6.
void TestPublishWindow::aChunkThatWasGivenUpArrivesAfterAll()
{
    PublishWindow window(6);
    QVERIFY(!window.found(4, 40));
    QVERIFY(!window.answered(refused(wrongLastSequence)));
    QVERIFY(!window.found(5, 41));
    QCOMPARE(window.number(), 6u);
    QCOMPARE(window.expected(), 41u);
    QVERIFY(window.answered(stored(42)));
}

void TestPublishWindow::patienceGrowsWithSizeAndFailures()
{
    PublishWindow window(1);
    QCOMPARE(window.patience(0), 300ms);
    QCOMPARE(window.patience(1 << 20), 1324ms);
    QCOMPARE(window.patienceOfQuestion(), 250ms);
    window.unanswered();
    QCOMPARE(window.patience(0), 600ms);
    QCOMPARE(window.patienceOfQuestion(), 500ms);
    for (int i = 0; i < 100; ++i)
        window.unanswered();
    QCOMPARE(window.patience(31 << 20), 30s);
    QCOMPARE(window.patienceOfQuestion(), 1s);
    window.found(0, 0);
    window.answered(stored(1));
    QCOMPARE(window.patience(0), 300ms);
}

void TestPublishWindow::answersOfServers_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<quint64>("sequence");
    QTest::addColumn<int>("code");
    QTest::newRow("stored") << QByteArray(R"({"stream":"FB_x","seq":12})") << quint64(12) << 0;
    QTest::newRow("stored, with a domain") << QByteArray(R"({"stream":"FB_x","domain":"hub","seq":12})") << quint64(12) << 0;
    QTest::newRow("refused") << QByteArray(
        R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 7"},"stream":"FB_x","seq":0})")
                             << quint64(0) << wrongLastSequence;
    QTest::newRow("duplicate") << QByteArray(R"({"stream":"FB_x","seq":12,"duplicate":true})") << quint64(0) << 0;
    QTest::newRow("sequence 0") << QByteArray(R"({"stream":"FB_x","seq":0})") << quint64(0) << 0;
    QTest::newRow("negative") << QByteArray(R"({"seq":-1})") << quint64(0) << 0;
    QTest::newRow("empty") << QByteArray() << quint64(0) << 0;
    QTest::newRow("no JSON") << QByteArray("+OK") << quint64(0) << 0;
    QTest::newRow("a list") << QByteArray("[12]") << quint64(0) << 0;
}

void TestPublishWindow::answersOfServers()
{
    QFETCH(const QByteArray, json);
    const PublishAnswer answer = PublishAnswer::parse(json);
    QTEST(answer.sequence, "sequence");
    QTEST(answer.code, "code");
    QCOMPARE(answer.isWrongPredecessor(), answer.code == wrongLastSequence);
}

QTEST_GUILESS_MAIN(TestPublishWindow)
#include "tst_publishwindow.moc"
