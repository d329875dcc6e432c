// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "onbus.h"
#include "preload.h"
#include "program.h"

#include <QtTest/QTest>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;

/// Which processes are alive, where locks are missing, do not exclude, or are held by mere readers.
class TestOwners : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m_directory.reset(); }

    void withoutLocks_data();
    void withoutLocks();
    void aLockThatExcludesNobody();
    void aReaderHoldsALock_data();
    void aReaderHoldsALock();
    void whomAProducerWaitsFor();
    void aDeadUnnamedInboxGoes_data();
    void aDeadUnnamedInboxGoes();

private:
    QString bus() const { return m_directory->bus(); }

    std::unique_ptr<BusDirectory> m_directory;
};

void TestOwners::withoutLocks_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QStringList>("command");
    const QList<std::pair<const char *, int>> ways{
        {"ENOSYS", ENOSYS}, {"ENOLCK", ENOLCK}, {"EOPNOTSUPP", EOPNOTSUPP}, {"EINVAL", EINVAL}, {"always succeeds", 0}};
    for (const auto &[name, number] : ways) {
        QTest::addRow("%s, producer", name) << number << producerOf(u"bus"_s);
        QTest::addRow("%s, lossless producer", name) << number << losslessProducerOf(u"bus"_s);
        QTest::addRow("%s, lossless consumer", name) << number << losslessConsumerOf(u"bus"_s);
        QTest::addRow("%s, named consumer", name) << number << losslessConsumerOf(u"bus"_s, {u"--name"_s, u"me"_s});
    }
}

// At the first attempt, by name. The chunk on the bus stays.
void TestOwners::withoutLocks()
{
    QFETCH(const int, number);
    QFETCH(QStringList, command);
    m_directory = std::make_unique<BusDirectory>();
    QVERIFY(publish(bus(), "before\n"));
    command.replaceInStrings(u"bus"_s, bus());
    Program program(command);
    program.setShell(
        u"FILEBUS_FLOCK=%1 LD_PRELOAD=%2 exec \"$@\""_s.arg(QString::number(number), preloadable(QStringLiteral(FLOCK_SHIM))));
    QVERIFY(program.begin() && program.feed("after\n"));
    QCOMPARE(program.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(program.errors(), u"flock(2)"_s);
    QCOMPARE(OnBus::payloads(bus()), QByteArrayList{"before\n"});
    QVERIFY(publish(bus(), "again\n"));
    QCOMPARE(OnBus::leftovers(bus()), QStringList());
}

// As if the locks of two hosts did not exclude each other, and neither saw the other when it started.
void TestOwners::aLockThatExcludesNobody()
{
    m_directory = std::make_unique<BusDirectory>();
    std::array<std::unique_ptr<Program>, 2> producers;
    for (std::unique_ptr<Program> &producer : producers) {
        producer = std::make_unique<Program>(producerOf(bus(), {u"--block-size"_s, u"4"_s}));
        producer->setShell(u"export FILEBUS_FLOCK=0 FILEBUS_FLOCK_PATH=bus.lock LD_PRELOAD=%1; exec \"$@\" < <(yes abc)"_s.arg(
            preloadable(QStringLiteral(FLOCK_SHIM))));
        QVERIFY(producer->begin());
    }
    EVENTUALLY(std::any_of(producers.begin(), producers.end(), [](const auto &producer) {
        return producer->state() == QProcess::NotRunning && producer->errors().contains("locks do not work");
    }));
    for (std::unique_ptr<Program> &producer : producers) {
        producer->kill();
        producer->status();
    }
    const QList<FileBus::Chunk> history = OnBus::historyAfter(bus(), 0);
    QVERIFY(!history.isEmpty());
    for (qsizetype i = 1; i < history.size(); ++i) // no number was used twice or left out
        QCOMPARE(history[i].sequence(), history[i - 1].sequence() + 1);
}

void TestOwners::aReaderHoldsALock_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("how");
    for (const char *what : {"bus.d/inbox", "bus.d/producers", "bus.d/inbox/me.owner"}) {
        QTest::addRow("%s, shared", what) << QString::fromLatin1(what) << u"-s"_s;
        QTest::addRow("%s, exclusive", what) << QString::fromLatin1(what) << u"-x"_s;
    }
}

// The consumer "me" is dead. A reader of its owner file must stop neither a successor nor producers.
void TestOwners::aReaderHoldsALock()
{
    QFETCH(const QString, what);
    QFETCH(const QString, how);
    m_directory = std::make_unique<BusDirectory>();
    Program dead(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    QVERIFY(dead.begin());
    EVENTUALLY_EQUAL(waitingIn(bus(), u"me"_s), 0);
    dead.send(SIGKILL);
    dead.status();
    QProcess reader;
    reader.start(u"flock"_s, {how, u"--no-fork"_s, m_directory->file(what), u"sh"_s, u"-c"_s, u"echo locked; exec sleep 1000"_s});
    EVENTUALLY(reader.bytesAvailable() > 0);
    Program consumer(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    Program producer(losslessProducerOf(bus(), {u"--block-size"_s, u"16"_s}));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed(numberedLines(100)));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(100));
    QCOMPARE(reader.state(), QProcess::Running);
    reader.kill();
    reader.waitForFinished();
}

void TestOwners::whomAProducerWaitsFor()
{
    m_directory = std::make_unique<BusDirectory>();
    Program consumer(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(waitingIn(bus(), u"me"_s), 0);
    suspend(consumer);
    Program producer(losslessProducerOf(bus(), {u"-v"_s, u"--window"_s, u"1"_s, u"--block-size"_s, u"16"_s}));
    QVERIFY(producer.begin() && producer.feed(numberedLines(20)));
    const QByteArray whom = "inbox/me, of PID " + QByteArray::number(consumer.processId()) + " (filebus) on ";
    EVENTUALLY(producer.errors().contains(whom));
}

void TestOwners::aDeadUnnamedInboxGoes_data()
{
    QTest::addColumn<bool>("isLossless");
    QTest::newRow("lossy producer") << false;
    QTest::newRow("lossless producer") << true;
}

void TestOwners::aDeadUnnamedInboxGoes()
{
    QFETCH(const bool, isLossless);
    m_directory = std::make_unique<BusDirectory>();
    Program dead(losslessConsumerOf(bus()));
    QVERIFY(dead.begin());
    EVENTUALLY_EQUAL(inboxes(bus()).size(), 1);
    suspend(dead);
    QVERIFY(publish(bus(), "1\n2\n3\n", {u"--block-size"_s, u"2"_s}));
    QCOMPARE(waitingIn(bus(), inboxes(bus()).first()), 3);
    dead.send(SIGKILL);
    dead.status();
    const QStringList verbose{u"-v"_s};
    Program producer(isLossless ? losslessProducerOf(bus(), verbose) : producerOf(bus(), verbose));
    QVERIFY(producer.begin() && producer.feed("first\n"));
    EVENTUALLY(inboxes(bus()).isEmpty());
    EVENTUALLY(producer.errors().contains("3 chunks that it has not dealt with"));
    QCOMPARE(namesIn(bus() + u".d/inbox"_s), QStringList());
}

QTEST_GUILESS_MAIN(TestOwners)
#include "tst_owners.moc"
