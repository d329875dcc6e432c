// SPDX-License-Identifier: Apache-2.0
#include "exitstatus.h"
#include "natsserver.h"
#include "program.h"
#include "storedchunks.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

#include <csignal>

using namespace Qt::StringLiterals;

/// The program on a bus on a server, run as a user would.
class TestClusterCommand : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void payloadsComeThrough();
    void aConsumerWaitsForTheBus();
    void startsWhereItIsTold_data();
    void startsWhereItIsTold();
    void aLossIsReported();
    void noChunkWithinTheTime_data();
    void noChunkWithinTheTime();
    void noServerWithinTheTime_data();
    void noServerWithinTheTime();
    void aServerThatDoesNotAnswer();
    void aServerThatIsStartedLater();
    void aServerThatIsKilled();
    void whatIsRefused_data();
    void whatIsRefused();
    void secretsStaySecret_data();
    void secretsStaySecret();
    void statusOfARunningBus();
    void statusWithoutAServer();
    void endsByASignalWithoutAServer();
    void aProducerThatWaitsEndsByASignal_data();
    void aProducerThatWaitsEndsByASignal();

private:
    QString address(const QByteArray &user = {}) const { return QString::fromUtf8(m_server.address(m_bus, user)); }
    void restart(const QByteArray &more);
    static QJsonObject statusOf(const QString &bus, int expectedStatus);

    NatsServer m_server;
    QByteArray m_bus;
    int m_count = 0;
};

void TestClusterCommand::init()
{
    m_bus = "bus" + QByteArray::number(++m_count);
    restart({});
}

void TestClusterCommand::restart(const QByteArray &more)
{
    m_server.kill();
    m_server.setConfiguration(NatsServer::usualConfiguration + more);
    QVERIFY(m_server.start());
}

void TestClusterCommand::payloadsComeThrough()
{
    Program producer(producerOf(address()));
    QVERIFY(producer.begin());
    QVERIFY(producer.feed("one"));
    Program consumer(consumerOf(address(), {u"--count"_s, u"2"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), QByteArray("one"));
    QVERIFY(producer.feed("two"));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "onetwo");
    QCOMPARE(consumer.errors(), "");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors(), "");
}

void TestClusterCommand::aConsumerWaitsForTheBus()
{
    Program consumer(consumerOf(address(), {u"--once"_s, u"--from"_s, u"new"_s}));
    QVERIFY(consumer.begin());
    QVERIFY(!consumer.waitForFinished(500));
    QVERIFY(publish(address(), "first"));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "first");
}

void TestClusterCommand::startsWhereItIsTold_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QByteArray>("expected");
    QTest::addRow("last") << u"last"_s << QByteArray("34");
    QTest::addRow("new") << u"new"_s << QByteArray("4");
    QTest::addRow("all") << u"all"_s << QByteArray("1234");
    QTest::addRow("a number") << u"2"_s << QByteArray("234");
}

void TestClusterCommand::startsWhereItIsTold()
{
    QFETCH(const QString, from);
    QFETCH(const QByteArray, expected);
    for (const char *payload : {"1", "2", "3"})
        QVERIFY(publish(address(), payload));
    Program consumer(consumerOf(address(), {u"--from"_s, from, u"--count"_s, QString::number(expected.size())}));
    QVERIFY(consumer.begin());
    const StoredChunks stored(m_server.host());
    EVENTUALLY(stored.info(m_bus)->State.Consumers == 1);
    QVERIFY(publish(address(), "4"));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), expected);
}

void TestClusterCommand::aLossIsReported()
{
    for (const char *payload : {"1", "2", "3"})
        QVERIFY(publish(address(), payload, {u"--history"_s, u"1"_s}));
    Program consumer(consumerOf(address(), {u"--from"_s, u"1"_s, u"--once"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "3");
    QVERIFY2(consumer.errors().contains("lost"), consumer.errors().constData());
    Program strict(consumerOf(address(), {u"--from"_s, u"1"_s, u"--fail-on-loss"_s}));
    QVERIFY(strict.begin());
    QCOMPARE(strict.status(), ExitStatus::dataLost);
}

void TestClusterCommand::noChunkWithinTheTime_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("reader");
    QTest::addRow("usual") << QByteArray("1") << u"cat"_s;
    QTest::addRow("writing takes longer than a turn of the consumer") << QByteArray(1'000'000, '1') << u"{ sleep 1; cat; }"_s;
}

void TestClusterCommand::noChunkWithinTheTime()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const QString, reader);
    QVERIFY(publish(address(), "0"));
    QVERIFY(StoredChunks(m_server.host()).publish("fb." + m_bus + ".in.other", payload));
    Program consumer(consumerOf(address(), {u"--timeout"_s, u"0.5"_s}));
    consumer.setShell(u"set -o pipefail; \"$@\" | "_s + reader);
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::temporaryFailure);
    QCOMPARE(consumer.output(), payload);
}

void TestClusterCommand::noServerWithinTheTime_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addRow("consumer") << QStringList{u"consumer"_s, u"--timeout"_s, u"1"_s};
    QTest::addRow("producer") << QStringList{u"producer"_s, u"--lock-timeout"_s, u"1"_s};
}

void TestClusterCommand::noServerWithinTheTime()
{
    QFETCH(const QStringList, command);
    m_server.kill();
    QElapsedTimer timer;
    timer.start();
    Program program(QStringList{u"--filename"_s, address()} + command);
    QVERIFY(program.begin());
    QCOMPARE(program.status(), ExitStatus::unavailable);
    QVERIFY2(timer.elapsed() < 8000, QByteArray::number(timer.elapsed()));
    QVERIFY2(program.errors().contains(m_server.host()), program.errors().constData());
}

void TestClusterCommand::aServerThatDoesNotAnswer()
{
    QVERIFY(m_server.suspend());
    Program consumer(consumerOf(address(), {u"--timeout"_s, u"3"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::unavailable);
    QVERIFY2(consumer.errors().contains(": Timeout;"), consumer.errors().constData()); // not where in libnats it was noticed
    m_server.resume();
}

void TestClusterCommand::aServerThatIsStartedLater()
{
    m_server.kill();
    Program consumer(consumerOf(address(), {u"--once"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY(consumer.errors().contains(m_server.host()));
    QVERIFY(m_server.start());
    QVERIFY(publish(address(), "one"));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "one");
}

void TestClusterCommand::aServerThatIsKilled()
{
    Program producer(producerOf(address()));
    QVERIFY(producer.begin());
    Program consumer(consumerOf(address(), {u"--count"_s, u"4"_s}));
    QVERIFY(consumer.begin());
    QByteArray expected;
    for (const char *payload : {"1", "2", "3", "4"}) {
        QVERIFY(producer.feed(payload));
        expected += payload;
        EVENTUALLY_EQUAL(consumer.output(), expected);
        m_server.kill();
        QVERIFY(m_server.start());
    }
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.errors(), "");
    QCOMPARE(producer.errors(), "");
}

void TestClusterCommand::whatIsRefused_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<int>("expected");
    const QString usual = u"nats://admin:secret@HOST/bus"_s;
    const QStringList consumer{u"consumer"_s}, producer{u"producer"_s};
    QTest::addRow("wrong password, consumer") << u"nats://admin:wrong@HOST/bus"_s << consumer << ExitStatus::noPermission;
    QTest::addRow("wrong password, producer") << u"nats://admin:wrong@HOST/bus"_s << producer << ExitStatus::noPermission;
    QTest::addRow("no permission, consumer") << u"nats://nobody:secret@HOST/bus"_s << consumer << ExitStatus::noPermission;
    QTest::addRow("no permission, producer") << u"nats://nobody:secret@HOST/bus"_s << producer << ExitStatus::noPermission;
    QTest::addRow("not a bus, consumer") << u"nats://admin:secret@HOST/foreign"_s << consumer << ExitStatus::notABus;
    QTest::addRow("not a bus, producer") << u"nats://admin:secret@HOST/foreign"_s << producer << ExitStatus::notABus;
    QTest::addRow("no name") << u"nats://admin:secret@HOST/"_s << consumer << ExitStatus::usage;
    QTest::addRow("a bad name") << u"nats://admin:secret@HOST/a b"_s << producer << ExitStatus::usage;
    QTest::addRow("a bad option") << usual + u"?replicas=2"_s << consumer << ExitStatus::usage;
    QTest::addRow("lossless consumer") << usual << (consumer + QStringList{u"--lossless"_s}) << ExitStatus::usage;
    QTest::addRow("lossless producer") << usual << (producer + QStringList{u"--lossless"_s}) << ExitStatus::usage;
    QTest::addRow("raw consumer") << usual << (consumer + QStringList{u"--format"_s, u"raw"_s}) << ExitStatus::usage;
    QTest::addRow("raw producer") << usual << (producer + QStringList{u"--format"_s, u"raw"_s}) << ExitStatus::usage;
    QTest::addRow("unsubscribe") << usual << QStringList{u"unsubscribe"_s, u"--name"_s, u"n"_s} << ExitStatus::usage;
}

void TestClusterCommand::whatIsRefused()
{
    QFETCH(QString, address);
    QFETCH(const QStringList, command);
    QFETCH(const int, expected);
    QVERIFY(StoredChunks(m_server.host()).makeForeign("FB_foreign", "foreign") || m_count > 1);
    restart("authorization { users = [ { user: admin, password: secret },\n"
            "{ user: nobody, password: secret, permissions: { publish: nowhere, subscribe: \"_INBOX.>\" } } ] }\n");
    address.replace(u"HOST"_s, QString::fromLatin1(m_server.host()));
    Program program(QStringList{u"--filename"_s, address} + command);
    QVERIFY(program.begin());
    QVERIFY(program.feed("payload"));
    program.closeWriteChannel();
    const int status = program.status();
    const QByteArray errors = program.errors();
    QVERIFY2(status == expected, QByteArray::number(status) + ": " + errors);
    QVERIFY2(!errors.isEmpty() && !errors.contains("secret") && !errors.contains("wrong"), errors.constData());
}

void TestClusterCommand::secretsStaySecret_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addRow("producer") << QStringList{u"-vv"_s, u"--filename"_s, u"ADDRESS"_s, u"producer"_s};
    QTest::addRow("consumer") << QStringList{u"-vv"_s, u"--filename"_s, u"ADDRESS"_s, u"consumer"_s, u"--timeout"_s, u"0.3"_s};
    QTest::addRow("status") << QStringList{u"-vv"_s, u"status"_s, u"ADDRESS"_s};
    QTest::addRow("status --json") << QStringList{u"-vv"_s, u"status"_s, u"--json"_s, u"ADDRESS"_s};
}

void TestClusterCommand::secretsStaySecret()
{
    QFETCH(QStringList, command);
    const QString there = address("admin:secret@");
    QVERIFY(publish(address(), "1"));
    restart("authorization { user: admin, password: secret }\n");
    command.replaceInStrings(u"ADDRESS"_s, there);
    for (const bool isServerThere : {true, false}) {
        Program program(command);
        QVERIFY(program.begin());
        program.closeWriteChannel();
        QVERIFY(program.status() >= 0);
        const QByteArray said = program.output() + program.errors();
        QVERIFY2(said.contains(m_server.host()) && !said.contains("secret"), said.constData());
        if (isServerThere)
            m_server.kill();
    }
}

QJsonObject TestClusterCommand::statusOf(const QString &bus, int expectedStatus)
{
    Program program({u"status"_s, u"--json"_s, bus});
    if (!program.begin() || program.status() != expectedStatus)
        return {};
    return QJsonDocument::fromJson(program.output()).object();
}

void TestClusterCommand::statusOfARunningBus()
{
    Program producer(producerOf(address()));
    QVERIFY(producer.begin());
    QVERIFY(producer.feed("one"));
    const StoredChunks stored(m_server.host());
    EVENTUALLY_EQUAL(stored.of(m_bus).size(), 1);
    const QJsonObject status = statusOf(address(), ExitStatus::success);
    QCOMPARE(status["file"_L1].toString(), address());
    QCOMPARE(status["sequence"_L1].toInteger(), 1);
    QCOMPARE(status["stream"_L1].toString(), stored.streamId(m_bus).toString(QUuid::WithoutBraces));
    QCOMPARE(status["history"_L1].toObject()["chunks"_L1].toInteger(), 1);
    QCOMPARE(status["producers"_L1].toArray().first().toObject()["pid"_L1].toInteger(), producer.processId());
    QVERIFY(status["error"_L1].isNull());
    QVERIFY(status["inspectionError"_L1].isNull());
}

void TestClusterCommand::statusWithoutAServer()
{
    QVERIFY(publish(address(), "1"));
    m_server.kill();
    const QJsonObject status = statusOf(address(), ExitStatus::notABus);
    QVERIFY2(status["error"_L1].toString().contains(QString::fromLatin1(m_server.host())), QJsonDocument(status).toJson());
}

void TestClusterCommand::endsByASignalWithoutAServer()
{
    m_server.kill();
    Program consumer(consumerOf(address()));
    QVERIFY(consumer.begin());
    EVENTUALLY(!consumer.errors().isEmpty());
    QElapsedTimer timer;
    timer.start();
    consumer.send(SIGTERM);
    QCOMPARE(consumer.status(), ExitStatus::signalled + SIGTERM);
    QVERIFY2(timer.elapsed() < 5000, QByteArray::number(timer.elapsed()));
}

void TestClusterCommand::aProducerThatWaitsEndsByASignal_data()
{
    QTest::addColumn<bool>("isServerThere");
    QTest::addRow("no server") << false;
    QTest::addRow("a server that was there") << true;
}

void TestClusterCommand::aProducerThatWaitsEndsByASignal()
{
    QFETCH(const bool, isServerThere);
    if (!isServerThere)
        m_server.kill();
    Program producer(producerOf(address(), {u"--lock-timeout"_s, u"100"_s}));
    QVERIFY(producer.begin());
    if (isServerThere) {
        QVERIFY(producer.feed("one"));
        const StoredChunks stored(m_server.host());
        EVENTUALLY_EQUAL(stored.of(m_bus).size(), 1);
        m_server.kill();
        QVERIFY(producer.feed("two"));
    } else {
        const QDir threads(u"/proc/%1/task"_s.arg(producer.processId()));
        EVENTUALLY(threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot).size() > 1); // then it catches signals, and connects
    }
    QElapsedTimer timer;
    timer.start();
    producer.send(SIGINT);
    QCOMPARE(producer.status(), ExitStatus::signalled + SIGINT);
    QVERIFY2(timer.elapsed() < 5000, QByteArray::number(timer.elapsed()));
}

QTEST_GUILESS_MAIN(TestClusterCommand)
#include "tst_clustercommand.moc"
