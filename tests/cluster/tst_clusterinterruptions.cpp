// SPDX-License-Identifier: Apache-2.0
#include "clusterbustest.h"

#include <filebus/error.h>
#include <filebus/lossknowledge.h>

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using FileBus::Consumer;
using FileBus::Error;

/// Servers fail and return; streams are replaced or put back. A consumer continues where it was, and reports what has changed.
class TestClusterInterruptions : public ClusterBusTest
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void theServerIsNotThereYet();
    void theServerIsKilledAndComesBack();
    void theServerIsKilledWhileChunksCome();
    void theServerStaysAway();
    void theBusIsPurged();
    void theBusWasPurged();
    void theBusIsRemovedAndMadeAgain();
    void theBusIsMadeAgainMeanwhile();
    void theBusIsPutBack();
    void theConsumerIsRemovedOnTheServer();
    void isDeletedWhileTheServerIs_data();
    void isDeletedWhileTheServerIs();
    void isDeletedInTheSlotThatHearsThatTheServerIsNotThere();
    void somebodyElsesStream_data();
    void somebodyElsesStream();
    void whatIsNotPermitted_data();
    void whatIsNotPermitted();

private:
    bool copy(const QString &from, const QString &to) const;
};

void TestClusterInterruptions::init()
{
    m_server.kill();
    m_server.setConfiguration(NatsServer::usualConfiguration);
    if (m_count > 0)
        QVERIFY(m_server.start());
    prepare();
    m_consumer->setStart(Consumer::Start::All);
}

void TestClusterInterruptions::theServerIsNotThereYet()
{
    m_server.kill();
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, QByteArrayList{"error Unreachable"}, patience);
    QVERIFY(m_consumer->isRunning());
    QVERIFY(m_consumer->errorString().contains(QString::fromLatin1(m_server.host())));
    QTest::qWait(500); // some attempts
    QCOMPARE(m_events.size(), 1);
    QVERIFY(m_server.start());
    publishNumbers(1, 2);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, QByteArrayList{"error Unreachable"} + numbers(1, 2), patience);
}

void TestClusterInterruptions::theServerIsKilledAndComesBack()
{
    publishNumbers(1, 3);
    m_consumer->start();
    settle();
    for (int i = 4; i <= 10; i += 2) {
        m_server.kill();
        QVERIFY(m_server.start());
        publishNumbers(i, i + 1);
        settle();
    }
    QCOMPARE(m_events, numbers(1, 11));
}

void TestClusterInterruptions::theServerIsKilledWhileChunksCome()
{
    m_consumer->start();
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [this] {
        if (m_chunks.size() % 400 == 200) {
            m_server.kill();
            QVERIFY(m_server.start());
        }
    });
    for (int number = 1; number <= 2000; ++number)
        QVERIFY(m_producer->publish(QByteArray::number(number)));
    QTRY_VERIFY_WITH_TIMEOUT(m_events.endsWith("2000"), patience);
    for (int i = 0; i < 2000; ++i)
        QCOMPARE(m_events.value(i), QByteArray::number(i + 1));
    QCOMPARE(m_events.size(), 2000);
}

// Not reported at once, because most servers come back.
void TestClusterInterruptions::theServerStaysAway()
{
    publishNumbers(1, 1);
    m_consumer->start();
    settle();
    m_server.kill();
    QTest::qWait(1500);
    QCOMPARE(m_events, numbers(1, 1));
    QTRY_COMPARE_WITH_TIMEOUT(m_events, numbers(1, 1) + QByteArrayList{"error Unreachable"}, patience);
    QVERIFY(m_server.start());
    publishNumbers(2, 2);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, (QByteArrayList{"1", "error Unreachable", "2"}), patience);
}

void TestClusterInterruptions::theBusIsPurged()
{
    publishNumbers(1, 3);
    m_consumer->start();
    settle();
    QVERIFY(m_stored->purge(m_bus));
    publishNumbers(4, 5);
    settle();
    QCOMPARE(m_events, numbers(1, 5));
}

void TestClusterInterruptions::theBusWasPurged()
{
    publishNumbers(1, 3);
    QVERIFY(m_stored->purge(m_bus));
    m_consumer->setStartSequence(2);
    m_consumer->start();
    publishNumbers(4, 5);
    settle();
    QCOMPARE(m_events, QByteArrayList{"lost 2+2"} + numbers(4, 5));
}

void TestClusterInterruptions::theBusIsRemovedAndMadeAgain()
{
    publishNumbers(1, 3);
    m_consumer->start();
    settle();
    const QUuid before = m_chunks.last().streamId();
    QVERIFY(m_stored->remove(m_bus));
    publishNumbers(4, 6);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, numbers(1, 6), patience);
    QVERIFY(m_chunks.last().streamId() != before);
    QCOMPARE(m_chunks.last().sequence(), quint64(3));
}

// The new stream has more chunks than the consumer has seen of the old one, so only the id differs.
void TestClusterInterruptions::theBusIsMadeAgainMeanwhile()
{
    publishNumbers(1, 3);
    m_consumer->start();
    settle();
    m_server.kill();
    m_server.wipe();
    QVERIFY(m_server.start());
    publishNumbers(4, 8);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, numbers(1, 8), patience);
    QCOMPARE(m_chunks.last().sequence(), quint64(5));
}

bool TestClusterInterruptions::copy(const QString &from, const QString &to) const
{
    const QString directory = QFile::decodeName(m_server.directory()) + u'/';
    return QProcess::execute(u"rm"_s, {u"-rf"_s, directory + to}) == 0
        && QProcess::execute(u"cp"_s, {u"-a"_s, directory + from, directory + to}) == 0;
}

void TestClusterInterruptions::theBusIsPutBack()
{
    publishNumbers(1, 5);
    m_consumer->start();
    settle();
    m_server.kill();
    QVERIFY(copy(u"store"_s, u"backup"_s));
    QVERIFY(m_server.start());
    publishNumbers(6, 8);
    settle();
    m_server.kill();
    QVERIFY(copy(u"backup"_s, u"store"_s));
    QVERIFY(m_server.start());
    QTRY_COMPARE_WITH_TIMEOUT(m_events, numbers(1, 8) + QByteArrayList{"error PutBack"}, patience);
    QVERIFY(m_consumer->errorString().contains(u'5'));
    publishNumbers(9, 9);
    QTRY_COMPARE_WITH_TIMEOUT(m_events, (numbers(1, 8) + QByteArrayList{"error PutBack", "9"}), patience);
    QCOMPARE(m_chunks.last().sequence(), quint64(6));
    QCOMPARE(m_consumer->lossKnowledge(), FileBus::LossKnowledge::AtLeast);
}

void TestClusterInterruptions::theConsumerIsRemovedOnTheServer()
{
    publishNumbers(1, 1);
    m_consumer->start();
    settle();
    for (int number = 2; number <= 5; ++number) {
        removeConsumersOnServer();
        publishNumbers(number, number);
        settle();
    }
    QCOMPARE(m_events, numbers(1, 5));
}

void TestClusterInterruptions::isDeletedWhileTheServerIs_data()
{
    QTest::addColumn<bool>("suspended");
    QTest::addRow("gone") << false;
    QTest::addRow("suspended") << true;
}

// No call waits for a server. The slot may belong to the last chunk that came from it.
void TestClusterInterruptions::isDeletedWhileTheServerIs()
{
    QFETCH(const bool, suspended);
    publishNumbers(1, 3);
    qint64 taken = -1;
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [&] {
        if (!suspended)
            m_server.kill();
        else
            QVERIFY(m_server.suspend());
        QElapsedTimer timer;
        timer.start();
        m_consumer.reset();
        taken = timer.elapsed();
    });
    m_consumer->start();
    QTRY_VERIFY_WITH_TIMEOUT(taken >= 0, patience);
    QVERIFY2(taken < 300, QByteArray::number(taken));
    QTest::qWait(100);
    QCOMPARE(m_events, numbers(1, 1));
    m_server.resume();
}

void TestClusterInterruptions::isDeletedInTheSlotThatHearsThatTheServerIsNotThere()
{
    m_server.kill();
    connect(m_consumer.get(), &Consumer::errorOccurred, this, [this] { m_consumer.reset(); });
    m_consumer->start();
    QTRY_VERIFY_WITH_TIMEOUT(!m_consumer, patience);
    QTest::qWait(100);
    QCOMPARE(m_events, QByteArrayList{"error Unreachable"});
}

void TestClusterInterruptions::somebodyElsesStream_data()
{
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<QByteArrayList>("expected");
    QTest::addRow("of another program") << QByteArray() << QByteArrayList{"error NotABus"};
    QTest::addRow("of a later version") << QByteArray("2") << QByteArrayList{"error NotSupported"};
    QTest::addRow("without an id") << QByteArray("1") << QByteArrayList{"error NotABus"};
}

void TestClusterInterruptions::somebodyElsesStream()
{
    QFETCH(const QByteArray, format);
    QFETCH(const QByteArrayList, expected);
    QVERIFY(m_stored->makeForeign("FB_" + m_bus, "fb." + m_bus + ".in.*", format));
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, expected, patience);
    QVERIFY(!m_consumer->isRunning());
}

void TestClusterInterruptions::whatIsNotPermitted_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QString>("named");
    QTest::addRow("to connect") << QByteArray("admin:wrong@") << u"admin"_s;
    QTest::addRow("to ask for a stream") << QByteArray("nothing:secret@") << u"$JS.API.STREAM.INFO"_s;
    QTest::addRow("to make a consumer") << QByteArray("writer:secret@") << u"$JS.API.CONSUMER.CREATE"_s;
}

void TestClusterInterruptions::whatIsNotPermitted()
{
    QFETCH(const QByteArray, user);
    QFETCH(const QString, named);
    publishNumbers(1, 1);
    m_server.kill();
    m_server.setConfiguration(
        NatsServer::usualConfiguration
        + QByteArray("no_auth_user: admin\n"
                     "authorization { users = [\n"
                     "{ user: admin, password: secret },\n"
                     "{ user: nothing, password: secret, permissions: { publish: nowhere, subscribe: \"_INBOX.>\" } },\n"
                     "{ user: writer, password: secret, permissions: { publish: { deny: \"$JS.API.CONSUMER.>\" } } }\n"
                     "] }\n"));
    QVERIFY(m_server.start());
    m_consumer->setNativeFileName(m_server.address(m_bus, user));
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, QByteArrayList{"error PermissionDenied"}, patience);
    QVERIFY(!m_consumer->isRunning());
    QVERIFY2(m_consumer->errorString().contains(named), qPrintable(m_consumer->errorString()));
    QVERIFY2(!m_consumer->errorString().contains(u"secret"_s) && !m_consumer->errorString().contains(u"wrong"_s),
             qPrintable(m_consumer->errorString()));
}

QTEST_GUILESS_MAIN(TestClusterInterruptions)
#include "tst_clusterinterruptions.moc"
