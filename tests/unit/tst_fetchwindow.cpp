// SPDX-License-Identifier: Apache-2.0
#include "cluster/fetchwindow.h"

#include <QtTest/QTest>

#include <algorithm>

using FileBus::FetchWindow;

namespace
{

constexpr qint64 kibibyte = 1024;
constexpr qint64 mebibyte = 1024 * kibibyte;

// What is on its way at most, if the server sends whatever it was asked for.
struct Flow {
    explicit Flow(FetchWindow &of)
        : window(of)
    { }

    void ask()
    {
        const int more = window.next();
        outstanding += more;
        most = std::max(most, outstanding);
    }
    void receive(qint64 size, int count)
    {
        for (int i = 0; i < count && outstanding > 0; ++i) {
            --outstanding;
            ask();
            window.noteSize(size);
            ++received;
        }
    }

    FetchWindow &window;
    int outstanding = 0;
    int most = 0;
    int received = 0;
};

} // namespace

/// Enough is asked for to keep messages flowing, and never more bytes than a server sends without hanging up.
class TestFetchWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void neverStops_data();
    void neverStops();
    void neverAsksForTooMuch_data() { neverStops_data(); }
    void neverAsksForTooMuch();
    void smallMessagesComeInBatches();
    void largeMessagesComeOneByOne();
    void aLargeMessageMakesTheNextBatchesSmall();
    void aLargeMessageIsForgotten();
};

void TestFetchWindow::neverStops_data()
{
    QTest::addColumn<qint64>("largest");
    QTest::addColumn<qint64>("usual");
    QTest::addColumn<qint64>("size");
    QTest::addRow("small") << mebibyte << qint64(100) << qint64(100);
    QTest::addRow("unknown") << mebibyte << qint64(0) << 4 * kibibyte;
    QTest::addRow("as large as usual servers allow") << mebibyte << qint64(0) << mebibyte;
    QTest::addRow("small so far, now large") << mebibyte << qint64(100) << mebibyte;
    QTest::addRow("as large as any server allows") << 31 * mebibyte << qint64(0) << 31 * mebibyte;
    QTest::addRow("a server that says nothing") << qint64(0) << qint64(0) << kibibyte;
}

void TestFetchWindow::neverStops()
{
    QFETCH(const qint64, largest);
    QFETCH(const qint64, usual);
    QFETCH(const qint64, size);
    FetchWindow window(largest, usual);
    Flow flow(window);
    flow.ask();
    flow.receive(size, 1000);
    QCOMPARE(flow.received, 1000);
    QVERIFY(flow.outstanding > 0);
}

void TestFetchWindow::neverAsksForTooMuch()
{
    QFETCH(const qint64, largest);
    QFETCH(const qint64, usual);
    QFETCH(const qint64, size);
    FetchWindow window(largest, usual);
    Flow flow(window);
    flow.ask();
    flow.receive(size, 1000);
    QVERIFY2(flow.most * size < 64'000'000, QByteArray::number(flow.most));
}

void TestFetchWindow::smallMessagesComeInBatches()
{
    FetchWindow window(mebibyte, 100);
    QVERIFY(window.next() >= 32);
}

void TestFetchWindow::largeMessagesComeOneByOne()
{
    FetchWindow window(31 * mebibyte, 0);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(window.next(), 1);
        window.noteSize(31 * mebibyte);
    }
}

void TestFetchWindow::aLargeMessageMakesTheNextBatchesSmall()
{
    FetchWindow window(mebibyte, 100);
    Flow flow(window);
    flow.ask();
    flow.receive(mebibyte, 200);
    QVERIFY2(flow.outstanding <= 12, QByteArray::number(flow.outstanding));
}

void TestFetchWindow::aLargeMessageIsForgotten()
{
    FetchWindow window(mebibyte, mebibyte);
    QCOMPARE(window.next(), 8);
    for (int i = 0; i < 100; ++i)
        window.noteSize(100);
    QCOMPARE(window.next(), 32);
}

QTEST_GUILESS_MAIN(TestFetchWindow)
#include "tst_fetchwindow.moc"
