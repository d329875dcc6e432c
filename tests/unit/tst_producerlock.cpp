// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "support/files.h"
#include "support/lockholder.h"
#include "support/scratchdirectory.h"

#include <QtTest/QSignalSpy>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::Error;
using FileBus::Producer;

/// A producer while another process holds the lock of its bus.
class TestProducerLock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void keepsChunksWhileTheLockIsHeld();
    void waitsForTheLockWithoutAnEventLoop();
    void givesUpWaitingAndSaysWhoHoldsTheLock();
    void aLockTimeoutNamesTheHolderAndIsNotTheEnd();
    void afterAFailureTheNextPublishTriesAgain();
    void publishingFromWithinPublishedKeepsTheOrder();
    void anotherFileNameDropsWhatIsPending();

private:
    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    QString m_name;
};

void TestProducerLock::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
    m_name = QFile::decodeName(m_path);
}

void TestProducerLock::keepsChunksWhileTheLockIsHeld()
{
    Producer producer(m_name);
    QSignalSpy published(&producer, &Producer::published);
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    for (const char *payload : {"one", "two", "three"})
        QVERIFY(producer.publish(payload));
    QCOMPARE(producer.pendingChunks(), 3);
    QCOMPARE(published.size(), 0);
    QVERIFY(!Files::exists(m_path));
    holder.letGo();
    QTRY_COMPARE(producer.pendingChunks(), 0);
    QCOMPARE(QList<QVariantList>(published), (QList<QVariantList>{{quint64(1)}, {quint64(2)}, {quint64(3)}}));
    QVERIFY(Files::read(m_path).contains("three"));
}

void TestProducerLock::waitsForTheLockWithoutAnEventLoop()
{
    Producer producer(m_name);
    QVERIFY(producer.waitForPublished(0ms)); // nothing is pending
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("one") && producer.publish("two"));
    holder.letGo();
    QVERIFY(producer.waitForPublished());
    QCOMPARE(producer.pendingChunks(), 0);
    QVERIFY(Files::read(m_path).contains("two"));
}

void TestProducerLock::givesUpWaitingAndSaysWhoHoldsTheLock()
{
    Producer producer(m_name);
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("one"));
    QVERIFY(!producer.waitForPublished(20ms)); // long before the lock times out
    QCOMPARE(producer.error(), Error::LockTimeout);
    QVERIFY2(producer.errorString().contains(u"PID %1 (flock)"_s.arg(holder.pid())), qPrintable(producer.errorString()));
    QCOMPARE(producer.pendingChunks(), 1);
    holder.release();
    QVERIFY(producer.waitForPublished());
}

void TestProducerLock::aLockTimeoutNamesTheHolderAndIsNotTheEnd()
{
    Producer producer(m_name);
    producer.setLockTimeout(10ms);
    QSignalSpy failed(&producer, &Producer::errorOccurred);
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("one"));
    QTRY_VERIFY(failed.size() >= 2); // each time the timeout has passed
    QCOMPARE(failed.first().first().value<Error>(), Error::LockTimeout);
    const QString text = failed.first().last().toString();
    QVERIFY2(text.contains(u"PID %1 (flock)"_s.arg(holder.pid())) && text.contains(m_name + u".lock"_s), qPrintable(text));
    QCOMPARE(producer.pendingChunks(), 1);
    holder.letGo();
    QTRY_COMPARE(producer.pendingChunks(), 0);
}

void TestProducerLock::afterAFailureTheNextPublishTriesAgain()
{
    Producer producer(m_name);
    QSignalSpy published(&producer, &Producer::published);
    QSignalSpy failed(&producer, &Producer::errorOccurred);
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("one"));
    QVERIFY(Files::makeDirectory(m_path));
    holder.letGo();
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.first().first().value<Error>(), Error::NotARegularFile);
    QCOMPARE(producer.pendingChunks(), 1);

    QCOMPARE(::rmdir(m_path.constData()), 0);
    QVERIFY(producer.publish("two"));
    QTRY_COMPARE(producer.pendingChunks(), 0);
    QCOMPARE(published.size(), 2);
    QVERIFY(Files::read(m_path).contains("two"));
}

void TestProducerLock::publishingFromWithinPublishedKeepsTheOrder()
{
    Producer producer(m_name);
    QSignalSpy published(&producer, &Producer::published);
    connect(&producer, &Producer::published, &producer, [&producer](quint64 sequence) {
        if (sequence < 6)
            QVERIFY(producer.publish(QByteArray::number(sequence + 1)));
    });
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("1"));
    holder.letGo();
    QTRY_COMPARE(published.size(), 6);
    QCOMPARE(producer.pendingChunks(), 0);
    QVERIFY(Files::read(m_path).contains("\"sequence\":                   6"));
    QVERIFY(producer.publish("7"));
    QCOMPARE(published.size(), 7);
}

void TestProducerLock::anotherFileNameDropsWhatIsPending()
{
    Producer producer(m_name);
    LockHolder holder(m_path + ".lock");
    QVERIFY(holder.holds());
    QVERIFY(producer.publish("one"));
    producer.setFileName(m_name + u"2"_s);
    QCOMPARE(producer.pendingChunks(), 0);
    QVERIFY(producer.publish("two"));
    QCOMPARE(producer.pendingChunks(), 0);
    QVERIFY(!Files::exists(m_path));
    QVERIFY(Files::exists(m_path + '2'));
}

QTEST_GUILESS_MAIN(TestProducerLock)
#include "tst_producerlock.moc"
