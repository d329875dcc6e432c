// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <csignal>
#include <fcntl.h>
#include <memory>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// systemd-tmpfiles(8) cleans the directory of the bus by age, as Debian does with /tmp. Files that living processes need stay,
/// and the loss of others is repaired where possible.
class TestCleaner : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void anIdleProducerRefreshesTheBus();
    void anIdleProducerKeepsWhatLiesBesideIt();
    void anIdleLosslessConsumerKeepsItsInbox();
    void aNamedSubscriberIsToldWhatWent_data();
    void aNamedSubscriberIsToldWhatWent();
    void anIdleProducerGoesOnRefreshing_data();
    void anIdleProducerGoesOnRefreshing();
    void nobodyLives();
    void aBusThatWentIsFoundInItsHistory_data();
    void aBusThatWentIsFoundInItsHistory();
    void aProducerRestoresTheBus();
    void nobodyWaitsForTheGuard();

private:
    QString bus() const { return m_directory->file(u"tmp/bus"_s); }
    bool clean(const QString &age) const;
    void growOld() const;

    std::unique_ptr<BusDirectory> m_directory;
};

void TestCleaner::init()
{
    m_directory = std::make_unique<BusDirectory>();
    QVERIFY(m_directory->shell(u"mkdir tmp"_s));
}

bool TestCleaner::clean(const QString &age) const
{
    const QString script = u"echo \"d $PWD/tmp 0755 - - %1\" >tmpfiles.conf && systemd-tmpfiles --clean $PWD/tmpfiles.conf"_s;
    return m_directory->shell(script.arg(age));
}

// Change times cannot be set, so this takes a moment.
void TestCleaner::growOld() const
{
    QVERIFY(m_directory->shell(
        u"touch mark && while test -z \"$(find mark -not -newerct '1.2 seconds ago')\"; do sleep 0.1; done"_s));
}

void TestCleaner::anIdleProducerRefreshesTheBus()
{
    QVERIFY(publish(bus(), "value\n"));
    QVERIFY(m_directory->shell(u"touch -d '2 days ago' tmp/bus tmp/bus.lock"_s));
    struct stat before, after;
    QCOMPARE(::stat(QFile::encodeName(bus()).constData(), &before), 0);
    Program producer(producerOf(bus()));
    QVERIFY(producer.begin());
    EVENTUALLY(m_directory->shell(u"test -n \"$(find tmp/bus -amin -60)\" && test -n \"$(find tmp/bus.lock -amin -60)\""_s));
    QCOMPARE(::stat(QFile::encodeName(bus()).constData(), &after), 0);
    QCOMPARE(after.st_mtim.tv_sec, before.st_mtim.tv_sec); // for consumers it is the same chunk
}

void TestCleaner::anIdleProducerKeepsWhatLiesBesideIt()
{
    Program producer(producerOf(bus()));
    Program consumer(losslessConsumerOf(bus()));
    QVERIFY(producer.begin() && consumer.begin());
    EVENTUALLY_EQUAL(inboxes(bus()).size(), 1);
    QVERIFY(producer.feed("one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    growOld();
    QVERIFY(clean(u"1s"_s));
    QVERIFY(!QFile::exists(bus())); // at this age limit
    QCOMPARE(OnBus::payloads(bus()), QByteArrayList{"one\n"});
    QCOMPARE(inboxes(bus()).size(), 1);
    QVERIFY(producer.feed("two\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "one\ntwo\n");
}

void TestCleaner::anIdleProducerGoesOnRefreshing_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("producer") << producerOf(u"bus"_s);
    QTest::newRow("raw producer") << producerOf(u"bus"_s, {u"--format"_s, u"raw"_s});
    QTest::newRow("lossless producer") << losslessProducerOf(u"bus"_s);
}

// Hours pass when the test says so. A change in the first one may be the work of the producer when it started.
void TestCleaner::anIdleProducerGoesOnRefreshing()
{
    QFETCH(QStringList, arguments);
    arguments.replace(arguments.indexOf(u"bus"_s), bus());
    const QString isFresh = u"test -n \"$(find tmp/bus -amin -60)\" && test -n \"$(find tmp/bus.lock -amin -60)\""_s;
    Program producer(arguments);
    producer.setShell(
        u"FILEBUS_HOURS_FILE=%1 LD_PRELOAD=%2 exec \"$@\""_s.arg(m_directory->file(u"hours"_s), QLatin1StringView(HOURS_SHIM)));
    QVERIFY(producer.begin());
    QVERIFY(publish(bus(), "value\n"));
    EVENTUALLY(QFile::exists(bus() + u".lock"_s));
    for (const char *hours : {"1", "2", "3"}) {
        QVERIFY(m_directory->shell(u"touch -a -d '2 days ago' tmp/bus tmp/bus.lock"_s));
        writeFile(m_directory->file(u"hours"_s), hours);
        EVENTUALLY(m_directory->shell(isFresh));
    }
    QCOMPARE(producer.state(), QProcess::Running);
    QCOMPARE(producer.errors(), QByteArray());
}

void TestCleaner::anIdleLosslessConsumerKeepsItsInbox()
{
    Program unnamed(losslessConsumerOf(bus()));
    Program named(losslessConsumerOf(bus(), {u"--name"_s, u"me"_s}));
    QVERIFY(unnamed.begin() && named.begin());
    EVENTUALLY_EQUAL(inboxes(bus()).size(), 2);
    growOld();
    QVERIFY(clean(u"1s"_s));
    QVERIFY(publish(bus(), "late\n"));
    for (Program *consumer : {&unnamed, &named}) {
        QCOMPARE(consumer->status(), ExitStatus::success);
        QCOMPARE(consumer->output(), "late\n");
        QCOMPARE(consumer->errors(), QByteArray());
    }
}

void TestCleaner::aNamedSubscriberIsToldWhatWent_data()
{
    QTest::addColumn<int>("chunksBefore");
    QTest::addColumn<int>("chunksSeen");
    QTest::addColumn<bool>("isKilled");
    QTest::addColumn<QByteArray>("mark");
    QTest::newRow("it left") << 0 << 1 << false << QByteArray(" 00000000000000000001\n");
    QTest::newRow("it was killed") << 0 << 1 << true << QByteArray(" 00000000000000000001\n");
    QTest::newRow("it was killed later") << 1 << 2 << true << QByteArray(" 00000000000000000003\n");
    QTest::newRow("it was killed before its first chunk") << 2 << 0 << true << QByteArray(" 00000000000000000002\n");
    QTest::newRow("it was killed before there was a stream")
        << 0 << 0 << true << QByteArray("00000000-0000-0000-0000-000000000000 00000000000000000000\n");
}

// The newest chunk is not old. Of a file with several names, each cleaning removes one, which makes the others look new.
void TestCleaner::aNamedSubscriberIsToldWhatWent()
{
    QFETCH(const int, chunksBefore);
    QFETCH(const int, chunksSeen);
    QFETCH(const bool, isKilled);
    QFETCH(const QByteArray, mark);
    for (int count = 0; count < chunksBefore; ++count)
        QVERIFY(publish(bus(), "before\n"));
    const QStringList subscriber = losslessConsumerOf(bus(), {u"--name"_s, u"me"_s});
    Program before(subscriber);
    QVERIFY(before.begin());
    EVENTUALLY_EQUAL(inboxes(bus()).size(), 1);
    Program producer(producerOf(bus(), {u"--block-size"_s, u"4"_s}));
    QVERIFY(producer.begin());
    for (qsizetype count = 0; count < chunksSeen; ++count) {
        QVERIFY(producer.feed("one\n"));
        EVENTUALLY_EQUAL(before.output().size(), 4 * (count + 1));
    }
    if (isKilled) {
        EVENTUALLY(contentOf(bus() + u".d/inbox/me/mark"_s).endsWith(mark));
        before.send(SIGKILL);
    }
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(before.status(), isKilled ? 128 + SIGKILL : ExitStatus::success);
    QVERIFY(contentOf(bus() + u".d/inbox/me/mark"_s).endsWith(mark));
    QVERIFY(publish(bus(), "two\n") && publish(bus(), "three\n"));
    QCOMPARE(waitingIn(bus(), u"me"_s), 2);
    for (int cleaned = 0; cleaned < 4 && waitingIn(bus(), u"me"_s) > 1; ++cleaned) {
        growOld();
        QVERIFY(m_directory->shell(u"touch -a tmp/bus"_s) && clean(u"1s"_s));
    }
    QCOMPARE(waitingIn(bus(), u"me"_s), 1);
    Program after(subscriber);
    QVERIFY(after.begin());
    EVENTUALLY_EQUAL(after.output(), "three\n");
    QVERIFY(publish(bus(), "four\n"));
    QCOMPARE(after.status(), ExitStatus::success);
    QCOMPARE(after.output(), "three\nfour\n");
    QVERIFY2(after.errors().contains("1 chunk lost"), after.errors().constData());
}

// The user's request to clean is then fulfilled. But removing one name of a file makes its other names look new, so the history
// follows later.
void TestCleaner::nobodyLives()
{
    QVERIFY(publish(bus(), "value\n"));
    growOld();
    QVERIFY(clean(u"1s"_s));
    QVERIFY(!QFile::exists(bus()));
    Program late(consumerOf(bus(), {u"--once"_s}));
    QVERIFY(late.begin());
    QCOMPARE(late.status(), ExitStatus::success);
    QCOMPARE(late.output(), "value\n");
    growOld();
    QVERIFY(clean(u"1s"_s));
    QVERIFY(m_directory->shell(u"test -z \"$(find tmp -type f)\""_s));
    QVERIFY(publish(bus(), "next\n"));
    QCOMPARE(OnBus::chunkAt(bus())->sequence(), quint64(1));
}

void TestCleaner::aBusThatWentIsFoundInItsHistory_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QByteArray>("seen");
    QTest::newRow("last") << u"last"_s << QByteArray("three\nfour\n");
    QTest::newRow("all") << u"all"_s << QByteArray("one\ntwo\nthree\nfour\n");
    QTest::newRow("a number") << u"2"_s << QByteArray("two\nthree\nfour\n");
    QTest::newRow("new") << u"new"_s << QByteArray("four\n");
}

void TestCleaner::aBusThatWentIsFoundInItsHistory()
{
    QFETCH(const QString, from);
    QFETCH(const QByteArray, seen);
    for (const char *payload : {"one\n", "two\n", "three\n"})
        QVERIFY(publish(bus(), payload));
    QVERIFY(QFile::remove(bus()));
    const QStringList before = m_directory->snapshot();
    Program consumer(consumerOf(bus(), {u"-v"_s, u"--fail-on-loss"_s, u"--from"_s, from}));
    QVERIFY(consumer.begin());
    EVENTUALLY(consumer.errors().contains("printing"));
    EVENTUALLY_EQUAL(consumer.output(), seen.chopped(5));
    QCOMPARE(m_directory->snapshot(), before); // the consumer only reads
    if (from == u"new"_s) { // "new" is relative to its first look, whose time is unknown; it also prints what arrives meanwhile
        EVENTUALLY(publish(bus(), "four\n") && consumer.output().startsWith(seen));
        return;
    }
    QVERIFY(publish(bus(), "four\n"));
    EVENTUALLY_EQUAL(consumer.output(), seen);
}

void TestCleaner::aProducerRestoresTheBus()
{
    QVERIFY(publish(bus(), "one\n") && publish(bus(), "two\n"));
    QVERIFY(m_directory->shell(u"chmod 604 tmp/bus; rm tmp/bus"_s));
    Program producer(producerOf(bus()));
    QVERIFY(producer.begin());
    EVENTUALLY(QFile::exists(bus()));
    QVERIFY(m_directory->shell(u"[ $(stat -c %a tmp/bus) = 604 ]"_s));
    QCOMPARE(OnBus::chunkAt(bus())->payload(), "two\n");
    QVERIFY(producer.feed("three\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(OnBus::chunkAt(bus())->sequence(), quint64(3));
    QCOMPARE(OnBus::payloads(bus()), QByteArrayList({"one\n", "two\n", "three\n"}));
}

// Not even for an exclusive lock of X.d held by others: briefly by a cleaner, or permanently by a reader.
void TestCleaner::nobodyWaitsForTheGuard()
{
    QVERIFY(publish(bus(), "one\n"));
    const int fd = ::open(QFile::encodeName(bus() + u".d"_s).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    QCOMPARE(::flock(fd, LOCK_EX), 0);
    Program consumer(losslessConsumerOf(bus()));
    Program producer(losslessProducerOf(bus()));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed("two\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "two\n");
    ::close(fd);
}

QTEST_GUILESS_MAIN(TestCleaner)
#include "tst_cleaner.moc"
