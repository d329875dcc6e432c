// SPDX-License-Identifier: Apache-2.0
#include "support/consumertest.h"
#include "support/nobus.h"

#include <filebus/stream.h>

#include <atomic>
#include <thread>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::Consumer;
using FileBus::Error;
using FileBus::Producer;
using FileBus::Stream;

/// A call that waits without a time limit returns as soon as nothing more can arrive.
class TestWaitsEnd : public ConsumerTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void theBusIsNoRegularFile_data() { NoBus::addKinds(); }
    void theBusIsNoRegularFile();
    void theNameIsInUse();
    void theNameIsInvalid_data();
    void theNameIsInvalid();
    void theInboxIsRemoved();
    void aSlotStopsTheConsumer();
    void aSlotDeletesTheConsumer();
    void aSlotStartsTheConsumerAgain();
    void aSlotOfTheSameConsumerWaits();
    void aStreamCannotConnectAnyMore();
    void aStreamIsNotConnected();
    void aStreamKeepsUnreadBytes();
    void theOtherEndOfAStreamLeaves();

private:
    /// The error of a consumer that gave up, without having received anything.
    void verifyGivenUp(Error expected);
};

void TestWaitsEnd::init()
{
    prepare();
    m_consumer->setLossless(true);
}

void TestWaitsEnd::verifyGivenUp(Error expected)
{
    QSignalSpy failed(m_consumer.get(), &Consumer::errorOccurred);
    QVERIFY(!m_consumer->waitForChunk(-1ms));
    QVERIFY(!m_consumer->isRunning());
    QCOMPARE(failed.size(), 1);
    QCOMPARE(m_consumer->error(), expected);
    QCOMPARE(failed.first(), (QVariantList{QVariant::fromValue(expected), m_consumer->errorString()}));
}

void TestWaitsEnd::theBusIsNoRegularFile()
{
    QFETCH(const QByteArray, kind);
    QVERIFY(Files::write(m_scratch->path("target"), "kept"));
    QVERIFY(NoBus::make(kind, m_path, m_scratch->path("target")));
    verifyGivenUp(Error::NotARegularFile);
}

void TestWaitsEnd::theNameIsInUse()
{
    Consumer other(m_name);
    for (Consumer *consumer : {&other, m_consumer.get()}) {
        consumer->setLossless(true);
        consumer->setSubscription(u"name"_s);
    }
    QVERIFY(!other.waitForChunk(0ms));
    verifyGivenUp(Error::NameInUse);
}

void TestWaitsEnd::theNameIsInvalid_data()
{
    QTest::addColumn<bool>("lossless");
    QTest::addColumn<QString>("name");
    for (const bool lossless : {false, true}) {
        QTest::addRow("empty, %d", lossless) << lossless << u""_s;
        QTest::addRow("a directory, %d", lossless) << lossless << u"/tmp/"_s;
        QTest::addRow("the directory itself, %d", lossless) << lossless << u"/tmp/."_s;
        QTest::addRow("the one above, %d", lossless) << lossless << u"/tmp/x/.."_s;
        QTest::addRow("the root, %d", lossless) << lossless << u"/"_s;
        QTest::addRow("with a NUL, %d", lossless) << lossless << u"/tmp/bus"_s + QChar(u'\0') + u"hidden"_s;
    }
}

void TestWaitsEnd::theNameIsInvalid()
{
    QFETCH(const bool, lossless);
    QFETCH(const QString, name);
    m_consumer->setLossless(lossless);
    m_consumer->setFileName(name);
    QCOMPARE(m_consumer->fileName(), name);
    verifyGivenUp(Error::InvalidName);
}

void TestWaitsEnd::theInboxIsRemoved()
{
    QVERIFY(!m_consumer->waitForChunk(0ms));
    std::filesystem::remove_all((m_path + ".d").toStdString());
    verifyGivenUp(Error::SubscriptionGone);
}

void TestWaitsEnd::aSlotStopsTheConsumer()
{
    connect(m_consumer.get(), &Consumer::subscribed, m_consumer.get(), &Consumer::stop);
    QVERIFY(!m_consumer->waitForChunk(-1ms));
    QCOMPARE(m_consumer->error(), Error::NoError);
}

void TestWaitsEnd::aSlotDeletesTheConsumer()
{
    connect(m_consumer.get(), &Consumer::subscribed, this, [this] { m_consumer.reset(); });
    QVERIFY(!m_consumer->waitForChunk(-1ms));
    QVERIFY(!m_consumer);
}

void TestWaitsEnd::aSlotStartsTheConsumerAgain()
{
    int subscribed = 0;
    connect(m_consumer.get(), &Consumer::subscribed, this, [&] {
        if (++subscribed == 1)
            m_consumer->start();
        else
            publish("1");
    });
    QVERIFY(m_consumer->waitForChunk(-1ms));
    QCOMPARE(subscribed, 2);
    QCOMPARE(received(), QByteArrayList{"1"});
}

void TestWaitsEnd::aSlotOfTheSameConsumerWaits()
{
    connect(m_consumer.get(), &Consumer::subscribed, this, [&] {
        QTest::ignoreMessage(QtWarningMsg, "FileBus::Consumer::waitForChunk(): called from a slot of the same consumer");
        QVERIFY(!m_consumer->waitForChunk(-1ms));
        publish("1");
    });
    QVERIFY(m_consumer->waitForChunk(-1ms));
}

void TestWaitsEnd::aStreamCannotConnectAnyMore()
{
    Stream stream(m_name);
    QVERIFY(stream.open());
    stream.write("nobody takes this");
    stream.disconnectFromBus();
    QCOMPARE(stream.state(), Stream::ClosingState);
    QVERIFY(!stream.waitForConnected(-1));
}

void TestWaitsEnd::aStreamIsNotConnected()
{
    Stream stream;
    QVERIFY(!stream.open());
    QCOMPARE(stream.error(), Error::InvalidName);
    QVERIFY(!stream.waitForConnected(-1));
    QVERIFY(!stream.waitForReadyRead(-1));
    QVERIFY(!stream.waitForBytesWritten(-1));
    QVERIFY(!stream.waitForDisconnected(-1));
}

// Only the reader could end the wait, and it does nothing while it waits.
void TestWaitsEnd::aStreamKeepsUnreadBytes()
{
    Stream stream(m_name);
    QVERIFY(stream.open());
    std::atomic<bool> done = false;
    std::thread other([&] {
        Stream left(m_name);
        if (left.open() && left.waitForConnected())
            left.write("nobody reads this");
        left.disconnectFromBus();
        while (!done && left.state() != Stream::UnconnectedState)
            left.waitForDisconnected(10);
    });
    while (stream.waitForReadyRead(-1)) { }
    const bool isFinished = stream.isReadChannelFinished();
    stream.closeWriteChannel();
    const bool isDisconnected = stream.waitForDisconnected(-1);
    const QByteArray kept = stream.readAll();
    const bool isDisconnectedThen = stream.waitForDisconnected(-1);
    done = true;
    other.join();
    QVERIFY(isFinished && !isDisconnected && isDisconnectedThen);
    QCOMPARE(kept, "nobody reads this");
}

void TestWaitsEnd::theOtherEndOfAStreamLeaves()
{
    Stream stream(m_name);
    QVERIFY(stream.open());
    QString problem;
    std::thread other([&] {
        Stream left(m_name);
        if (!left.open() || !left.waitForReadyRead())
            problem = left.errorString();
        left.disconnectFromBus();
        if (left.state() != Stream::UnconnectedState && !left.waitForDisconnected())
            problem = u"it could not leave"_s;
    });
    const bool connected = stream.waitForConnected(-1);
    stream.write("go");
    const bool came = stream.waitForReadyRead(-1);
    other.join();
    QCOMPARE(problem, QString());
    QVERIFY(connected && !came);
    QVERIFY(stream.isReadChannelFinished());
    stream.write("nobody takes this");
    QVERIFY(!stream.waitForBytesWritten(-1));
}

QTEST_GUILESS_MAIN(TestWaitsEnd)
#include "tst_waitsend.moc"
