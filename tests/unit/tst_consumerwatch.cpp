// SPDX-License-Identifier: Apache-2.0
#include "support/consumertest.h"

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::Chunk;
using FileBus::Consumer;
using FileBus::Producer;

/// How a consumer notices that there is something to read, whatever happens to the bus and its directory.
class TestConsumerWatch : public ConsumerTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void worksHoweverItLearnsOfChunks_data();
    void worksHoweverItLearnsOfChunks();
    void outlivesTheBus_data() { worksHoweverItLearnsOfChunks_data(); }
    void outlivesTheBus();
    void outlivesItsDirectory_data();
    void outlivesItsDirectory();
    void saysWhyItPolls();
    void leavesTheDirectoryAlone();
};

void TestConsumerWatch::worksHoweverItLearnsOfChunks_data()
{
    QTest::addColumn<bool>("events");
    QTest::addColumn<int>("interval");
    QTest::newRow("events alone") << true << 3'600'000;
    QTest::newRow("polling alone") << false << 10;
    QTest::newRow("both") << true << 10;
}

void TestConsumerWatch::worksHoweverItLearnsOfChunks()
{
    QFETCH(const bool, events);
    QFETCH(const int, interval);
    m_consumer->setFileMonitoring(events);
    m_consumer->setSleepInterval(std::chrono::milliseconds(interval));
    m_consumer->start();
    QCOMPARE(m_consumer->reasonForPolling().isEmpty(), events);
    for (const char *payload : {"one", "two", "three"}) {
        publish(payload);
        QTRY_VERIFY(received().endsWith(payload));
    }
    QCOMPARE(m_chunks->size(), 3);
}

void TestConsumerWatch::outlivesTheBus()
{
    QFETCH(const bool, events);
    QFETCH(const int, interval);
    m_consumer->setFileMonitoring(events);
    m_consumer->setSleepInterval(std::chrono::milliseconds(interval));
    m_consumer->start();
    for (const char *payload : {"one", "two", "three"}) {
        publish(payload);
        QTRY_VERIFY(received().endsWith(payload));
        QCOMPARE(::unlink(m_path.constData()), 0);
    }
    QCOMPARE(m_chunks->size(), 3);
}

void TestConsumerWatch::outlivesItsDirectory_data()
{
    QTest::addColumn<bool>("events");
    QTest::addColumn<bool>("renamedAway");
    QTest::newRow("removed, events") << true << false;
    QTest::newRow("removed, polling") << false << false;
    QTest::newRow("renamed away, events") << true << true;
    QTest::newRow("renamed away, polling") << false << true;
}

void TestConsumerWatch::outlivesItsDirectory()
{
    QFETCH(const bool, events);
    QFETCH(const bool, renamedAway);
    m_consumer->setFileMonitoring(events);
    m_consumer->start();
    for (const QByteArray payload : {"one", "two", "three"}) {
        publish(payload);
        QTRY_VERIFY(received().endsWith(payload));
        if (renamedAway)
            QCOMPARE(::rename(m_directory.constData(), m_scratch->path("away " + payload).constData()), 0);
        else
            QVERIFY(QDir(QFile::decodeName(m_directory)).removeRecursively());
        if (events)
            QTRY_VERIFY(!m_consumer->reasonForPolling().isEmpty()); // it has noticed
        QVERIFY(Files::makeDirectory(m_directory));
    }
    QCOMPARE(m_chunks->size(), 3);
    QTRY_COMPARE(m_consumer->reasonForPolling().isEmpty(), events);
}

void TestConsumerWatch::saysWhyItPolls()
{
    QVERIFY(QDir(QFile::decodeName(m_directory)).removeRecursively());
    QSignalSpy changed(m_consumer.get(), &Consumer::reasonForPollingChanged);
    m_consumer->start();
    QVERIFY2(m_consumer->reasonForPolling().contains(u"directory"_s), qPrintable(m_consumer->reasonForPolling()));
    QVERIFY(Files::makeDirectory(m_directory));
    QTRY_COMPARE(m_consumer->reasonForPolling(), QString());
    QTRY_COMPARE(changed.size(), 2);
    m_consumer->stop();
    m_consumer->setFileMonitoring(false);
    m_consumer->start();
    QVERIFY2(m_consumer->reasonForPolling().contains(u"switched off"_s), qPrintable(m_consumer->reasonForPolling()));
}

// Any change it made there would wake all consumers, for ever.
void TestConsumerWatch::leavesTheDirectoryAlone()
{
    publish("one");
    const QByteArrayList names = Files::names(m_directory);
    const timespec before = Files::status(m_directory).st_ctim;
    QVERIFY(m_consumer->waitForChunk());
    QVERIFY(!m_consumer->waitForChunk(50ms));
    const timespec after = Files::status(m_directory).st_ctim;
    QVERIFY(before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec);
    QCOMPARE(Files::names(m_directory), names);
}

QTEST_GUILESS_MAIN(TestConsumerWatch)
#include "tst_consumerwatch.moc"
