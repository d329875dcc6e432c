// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

#include <QtCore/QElapsedTimer>

using FileBus::Error;

/// What a stream waits for does not come, or it waits in one of its slots.
class TestStreamWaits : public StreamTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void nobodyComes();
    void nothingComes();
    void nothingIsThereToBeWritten();
    void waitingInASlotWorks_data();
    void waitingInASlotWorks();
    void theDirectoryIsRemovedMeanwhile();
};

void TestStreamWaits::nobodyComes()
{
    QVERIFY(m_left->open());
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!m_left->waitForConnected(150));
    QVERIFY(timer.elapsed() >= 150);
    m_left->write("kept");
    QVERIFY(!m_left->waitForBytesWritten(20));
    QCOMPARE(m_left->bytesToWrite(), 4);
    QCOMPARE(m_left->state(), Stream::ConnectingState);
    QVERIFY(!m_left->waitForConnected(0));
}

void TestStreamWaits::nothingComes()
{
    connectBoth();
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!m_left->waitForReadyRead(150));
    QVERIFY(timer.elapsed() >= 150);
    QVERIFY(!m_left->waitForReadyRead(0));
    QVERIFY(!m_left->waitForDisconnected(20));
    QCOMPARE(m_left->state(), Stream::ConnectedState);
    QCOMPARE(m_left->error(), Error::NoError);
}

void TestStreamWaits::nothingIsThereToBeWritten()
{
    connectBoth();
    QVERIFY(!m_left->waitForBytesWritten(0));
    m_left->write("something");
    QVERIFY(m_left->waitForBytesWritten());
    QVERIFY(!m_left->waitForBytesWritten(0));
}

void TestStreamWaits::waitingInASlotWorks_data()
{
    QTest::addColumn<bool>("forReading");
    QTest::newRow("waitForReadyRead() in readyRead()") << true;
    QTest::newRow("waitForBytesWritten() in readyRead()") << false;
}

void TestStreamWaits::waitingInASlotWorks()
{
    QFETCH(bool, forReading);
    m_left->setWindow(64, 1);
    connectBoth();
    QByteArray all;
    bool came = false;
    connect(
        m_right.get(), &QIODevice::readyRead, this,
        [&] {
            all = m_right->readAll();
            (forReading ? m_left : m_right)->write("more");
            m_left->flush();
            came = forReading ? m_right->waitForReadyRead(5000) : m_right->waitForBytesWritten(5000);
            all += m_right->readAll();
        },
        Qt::SingleShotConnection);
    m_left->write("1");
    m_left->flush();
    QTRY_VERIFY(all.startsWith("1"));
    QVERIFY(came);
    if (forReading)
        QTRY_VERIFY((all += m_right->readAll()) == "1more");
    else
        TRY_READ(m_left, "more");
}

void TestStreamWaits::theDirectoryIsRemovedMeanwhile()
{
    connectBoth();
    std::filesystem::remove_all(m_directory.toStdString());
    QVERIFY(!m_left->waitForReadyRead(10'000));
    QCOMPARE(m_left->error(), Error::SubscriptionGone);
    QCOMPARE(m_left->state(), Stream::UnconnectedState);
}

QTEST_GUILESS_MAIN(TestStreamWaits)
#include "tst_streamwaits.moc"
