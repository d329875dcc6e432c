// SPDX-License-Identifier: Apache-2.0
#include "support/consumertest.h"
#include "support/nobus.h"

#include <filebus/businspection.h>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::BusInspection;
using FileBus::Consumer;
using FileBus::Error;

/// Whatever start() finds out is reported only after it has returned.
class TestConsumerStart : public ConsumerTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void aSubscription();
    void whatIsPublishedAfterStartComes();
    void afterTheEndItSubscribesAnew();
    void aRefusedSubscription();
    void aReasonForPolling();
    void aSlotMayDeleteTheConsumer();
    void anErrorIsOver();
    void unsubscribeSaysWhyItFails();
    void anInspectionSaysWhatItCannotRead_data();
    void anInspectionSaysWhatItCannotRead();
    void anInspectionOfNothingFindsNothing();
};

void TestConsumerStart::aSubscription()
{
    QSignalSpy subscribed(m_consumer.get(), &Consumer::subscribed);
    m_consumer->setLossless(true);
    m_consumer->start();
    QCOMPARE(subscribed.size(), 0);
    QVERIFY(!Files::names(m_path + ".d/inbox").isEmpty()); // and yet it has subscribed
    QTRY_COMPARE(subscribed.size(), 1);
    QVERIFY(m_consumer->isRunning());
}

void TestConsumerStart::whatIsPublishedAfterStartComes()
{
    m_consumer->setLossless(true);
    m_consumer->start();
    for (const char *payload : {"1", "2"})
        publish(payload);
    QTRY_COMPARE(received(), (QByteArrayList{"1", "2"}));
}

void TestConsumerStart::afterTheEndItSubscribesAnew()
{
    QSignalSpy subscribed(m_consumer.get(), &Consumer::subscribed), ended(m_consumer.get(), &Consumer::ended);
    m_consumer->setLossless(true);
    m_consumer->start();
    m_producer->setLossless(true);
    for (const char *payload : {"1", "2"}) {
        QVERIFY(m_producer->publish(payload));
        m_producer->end();
        QTRY_VERIFY(received().endsWith(payload));
        QTRY_COMPARE(ended.size(), received().size());
        QTRY_COMPARE(subscribed.size(), received().size() + 1);
    }
    QCOMPARE(received(), (QByteArrayList{"1", "2"}));
}

void TestConsumerStart::aRefusedSubscription()
{
    QSignalSpy failed(m_consumer.get(), &Consumer::errorOccurred);
    QVERIFY(NoBus::make("FIFO", m_path, {}));
    m_consumer->setLossless(true);
    m_consumer->start();
    QCOMPARE(failed.size(), 0);
    QVERIFY(m_consumer->isRunning());
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(!m_consumer->isRunning());
    QCOMPARE(m_consumer->error(), Error::NotARegularFile);
}

void TestConsumerStart::aReasonForPolling()
{
    for (const bool lossless : {false, true}) {
        makeConsumer();
        QSignalSpy changed(m_consumer.get(), &Consumer::reasonForPollingChanged);
        m_consumer->setFileMonitoring(false);
        m_consumer->setLossless(lossless);
        m_consumer->start();
        QCOMPARE(changed.size(), 0);
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(changed.first().first().toString(), m_consumer->reasonForPolling());
    }
}

void TestConsumerStart::aSlotMayDeleteTheConsumer()
{
    m_consumer->setLossless(true);
    connect(m_consumer.get(), &Consumer::subscribed, this, [this] { m_consumer.reset(); });
    m_consumer->start();
    QVERIFY(m_consumer);
    QTRY_VERIFY(!m_consumer);
    QCOMPARE(Files::names(m_path + ".d/inbox"), QByteArrayList());
}

void TestConsumerStart::anErrorIsOver()
{
    QVERIFY(Files::write(m_path, QByteArray("from_server\0", 12)));
    m_consumer->start();
    QTRY_COMPARE(m_consumer->error(), Error::CorruptChunk);
    QVERIFY(!m_consumer->errorString().isEmpty());
    m_consumer->stop();
    publish("good");
    m_consumer->start();
    QCOMPARE(m_consumer->error(), Error::NoError);
    QCOMPARE(m_consumer->errorString(), QString());
}

void TestConsumerStart::unsubscribeSaysWhyItFails()
{
    QSignalSpy failed(m_consumer.get(), &Consumer::errorOccurred);
    publish("1");
    m_consumer->setSubscription(u"name"_s);
    QVERIFY(!m_consumer->unsubscribe());
    QCOMPARE(m_consumer->error(), Error::NoSubscription);
    m_consumer->setLossless(true);
    m_consumer->start();
    QVERIFY(!m_consumer->unsubscribe());
    QCOMPARE(m_consumer->error(), Error::NameInUse);
    QCOMPARE(failed.size(), 2);
    m_consumer->stop();
    QVERIFY(m_consumer->unsubscribe());
    QCOMPARE(m_consumer->error(), Error::NoError);
}

void TestConsumerStart::anInspectionSaysWhatItCannotRead_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<Error>("error");
    QTest::addColumn<QString>("reason");
    QTest::newRow("a FIFO") << QByteArray("FIFO") << Error::NotARegularFile << u" is a FIFO, and a bus is a regular file"_s;
    QTest::newRow("a socket") << QByteArray("socket") << Error::NotARegularFile << u" is a socket, and a bus is a regular file"_s;
    QTest::newRow("a damaged chunk") << QByteArray() << Error::CorruptChunk << u" holds no chunk: "_s;
}

// And everything else.
void TestConsumerStart::anInspectionSaysWhatItCannotRead()
{
    QFETCH(const QByteArray, kind);
    QFETCH(const Error, error);
    QFETCH(const QString, reason);
    publish("1");
    QCOMPARE(::unlink(m_path.constData()), 0);
    if (kind.isEmpty())
        QVERIFY(Files::write(m_path, QByteArray("from_server\0", 12)));
    else
        QVERIFY(NoBus::make(kind, m_path, {}));
    const BusInspection inspection = BusInspection::of(m_path);
    QCOMPARE(inspection.error, error);
    QVERIFY2(inspection.errorString.startsWith(m_name + reason), qPrintable(inspection.errorString));
    QVERIFY(!inspection.newest);
    QCOMPARE(inspection.historyChunks, 1u);
    QCOMPARE(inspection.producers.size(), 1);
}

void TestConsumerStart::anInspectionOfNothingFindsNothing()
{
    for (const QByteArray &path : {m_path, m_directory + "/missing/bus"}) {
        const BusInspection inspection = BusInspection::of(path);
        QCOMPARE(inspection.error, Error::NoError);
        QCOMPARE(inspection.errorString, QString());
        QVERIFY(!inspection.newest);
    }
}

QTEST_GUILESS_MAIN(TestConsumerStart)
#include "tst_consumerstart.moc"
