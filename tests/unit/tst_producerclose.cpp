// SPDX-License-Identifier: Apache-2.0
#include <filebus/consumer.h>
#include <filebus/producer.h>

#include "support/files.h"
#include "support/lockholder.h"
#include "support/scratchdirectory.h"
#include "support/withoutwarnings.h"

#include <QtTest/QSignalSpy>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::Consumer;
using FileBus::Error;
using FileBus::Producer;

/// What happens to chunks that a producer has taken and not yet published, and what error() returns.
class TestProducerClose : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void theDestructorSaysWhatItDrops();
    void theDestructorSaysThatTheEndIsLost();
    void anotherNameSaysWhatItDrops();
    void abortDropsWithoutAWord();
    void closePublishesWhatIsPending();
    void closeKeepsWhatItCannotPublish();
    void closeLetsGoOfTheBus();
    void closeSaysTheEndFirst();
    void closingWhatWasNeverOpenWorks();
    void anErrorIsOfTheLastCall();
    void anErrorIsOverWhenAChunkIsPublished();

private:
    void makeWaiting(Producer &producer) const
    {
        producer.setLossless(true);
        QVERIFY(producer.publish("1") && producer.publish("2"));
    }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    QString m_name;
};

void TestProducerClose::init()
{
    failOnAnyWarning();
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
    m_name = QFile::decodeName(m_path);
}

void TestProducerClose::theDestructorSaysWhatItDrops()
{
    auto producer = std::make_unique<Producer>(m_name);
    makeWaiting(*producer);
    const QString expected =
        u"FileBus::Producer::~Producer(): drops 2 pending chunks of %1; call close() first, or abort()"_s.arg(m_name);
    QTest::ignoreMessage(QtWarningMsg, qPrintable(expected));
    producer.reset();
}

void TestProducerClose::theDestructorSaysThatTheEndIsLost()
{
    auto producer = std::make_unique<Producer>(m_name);
    QVERIFY(producer->publish("1"));
    producer->end();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"~Producer\\(\\): the end was not announced on "_s));
    producer.reset();
}

void TestProducerClose::anotherNameSaysWhatItDrops()
{
    Producer producer(m_name);
    makeWaiting(producer);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"setFileName\\(\\): drops 2 pending chunks"_s));
    producer.setFileName(m_name + u"2"_s);
    QCOMPARE(producer.pendingChunks(), 0);
}

void TestProducerClose::abortDropsWithoutAWord()
{
    Producer producer(m_name);
    makeWaiting(producer);
    producer.end();
    producer.abort();
    QCOMPARE(producer.pendingChunks(), 0);
    QCOMPARE(Files::names(m_path + ".d/staging"), QByteArrayList());
    QCOMPARE(Files::names(m_path + ".d/producers"), QByteArrayList());
    producer.setLossless(false);
    QVERIFY(producer.publish("3"));
}

void TestProducerClose::closePublishesWhatIsPending()
{
    Producer producer(m_name);
    QSignalSpy published(&producer, &Producer::published);
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("1") && producer.publish("2"));
    holder.letGo();
    QVERIFY(producer.close(-1ms));
    QCOMPARE(published.size(), 2);
    QCOMPARE(producer.error(), Error::NoError);
}

void TestProducerClose::closeKeepsWhatItCannotPublish()
{
    Producer producer(m_name);
    makeWaiting(producer);
    QVERIFY(!producer.close(20ms));
    QCOMPARE(producer.error(), Error::ConsumerTimeout);
    QCOMPARE(producer.pendingChunks(), 2);
    Consumer consumer(m_name);
    consumer.setLossless(true);
    consumer.start();
    QVERIFY(producer.close());
    QTRY_COMPARE(consumer.receivedChunks(), 2u);
}

void TestProducerClose::closeLetsGoOfTheBus()
{
    Producer producer(m_name);
    QVERIFY(producer.publish("1"));
    QCOMPARE(Files::names(m_path + ".d/producers").size(), 1);
    QVERIFY(producer.close());
    QCOMPARE(Files::names(m_path + ".d/producers"), QByteArrayList());
    QCOMPARE(Files::names(m_path + ".d/staging"), QByteArrayList());
    QVERIFY(producer.publish("2"));
    QCOMPARE(Files::names(m_path + ".d/history").size(), 2);
}

void TestProducerClose::closeSaysTheEndFirst()
{
    Consumer consumer(m_name);
    consumer.setLossless(true);
    consumer.start();
    QSignalSpy ended(&consumer, &Consumer::ended);
    Producer producer(m_name);
    producer.setLossless(true);
    QVERIFY(producer.publish("1"));
    producer.end();
    QVERIFY(!producer.close(20ms)); // nobody takes it
    QVERIFY(consumer.waitForChunk());
    QVERIFY(producer.close(1s));
    QTRY_COMPARE(ended.size(), 1);
}

void TestProducerClose::closingWhatWasNeverOpenWorks()
{
    Producer nameless;
    QVERIFY(nameless.close());
    Producer producer(m_name);
    QVERIFY(producer.close() && producer.close());
    QCOMPARE(Files::names(m_scratch->path()), QByteArrayList());
}

void TestProducerClose::anErrorIsOfTheLastCall()
{
    Producer producer(QFile::decodeName(m_scratch->path("missing/bus")));
    QVERIFY(!producer.open());
    QCOMPARE(producer.error(), Error::DirectoryMissing);
    QVERIFY(producer.waitForPublished()); // nothing is pending
    QCOMPARE(producer.error(), Error::NoError);
    QVERIFY(!producer.publish("1"));
    QCOMPARE(producer.error(), Error::DirectoryMissing);
    QVERIFY(!producer.errorString().isEmpty());
    QVERIFY(Files::makeDirectory(m_scratch->path("missing")));
    QVERIFY(producer.publish("1"));
    QCOMPARE(producer.error(), Error::NoError);
    QCOMPARE(producer.errorString(), QString());
    QVERIFY(!producer.publish(QByteArray(FileBus::Chunk::maximumPayloadSize + 1, 'x')));
    QCOMPARE(producer.error(), Error::ChunkTooLarge);
    QVERIFY(producer.open());
    QCOMPARE(producer.error(), Error::NoError);
}

void TestProducerClose::anErrorIsOverWhenAChunkIsPublished()
{
    Producer producer(m_name);
    producer.setLockTimeout(10ms);
    QSignalSpy failed(&producer, &Producer::errorOccurred);
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("1"));
    QTRY_VERIFY(!failed.isEmpty());
    QCOMPARE(producer.error(), Error::LockTimeout);
    holder.letGo();
    QTRY_COMPARE(producer.pendingChunks(), 0);
    QCOMPARE(producer.error(), Error::NoError);
}

QTEST_GUILESS_MAIN(TestProducerClose)
#include "tst_producerclose.moc"
