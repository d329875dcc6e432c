// SPDX-License-Identifier: Apache-2.0
#include "preload.h"
#include "waitingbus.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

/// Chunks that wait for a lossless consumer, or a side of a stream, cannot be read: for a moment, for long, or for lack of
/// permission. An entry leaves an inbox only if it was delivered.
class TestUnreadable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatPassesLosesNothing_data();
    void whatPassesLosesNothing();
    void whatPassesLosesNothingOfAStream_data() { whatPassesLosesNothing_data(); }
    void whatPassesLosesNothingOfAStream();
    void whatDoesNotPassStopsTheConsumer();
    void whatRightsForbidIsLeft();
    void whereNobodyCanLookSomebodyMayLive_data();
    void whereNobodyCanLookSomebodyMayLive();
    void whereNobodyCanLookSomebodyMayWait_data() { whereNobodyCanLookSomebodyMayLive_data(); }
    void whereNobodyCanLookSomebodyMayWait();
    void theRawFormatTakesNothingUnread_data();
    void theRawFormatTakesNothingUnread();
    void cleanup();
};

namespace
{

const QList<int> passingErrors{EMFILE, ENFILE, ENOMEM, EINTR, EIO, ESTALE};
const QString always = u"1000000"_s; // times

// The files that the faults of a test create when they happen.
QStringList &reports()
{
    static QStringList files;
    return files;
}

QString nextReport()
{
    static const BusDirectory directory;
    static int number = 0;
    return reports().emplaceBack(directory.file(QString::number(++number)));
}

void setFault(Program &program, const QByteArray &call, int number, int error, const QString &path, const QString &times = u"1"_s)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, preloadable(QStringLiteral(FAULT_SHIM)));
    environment.insert(u"ASAN_OPTIONS"_s, u"verify_asan_link_order=0"_s);
    environment.insert(u"FILEBUS_FAULT"_s,
                       u"%1:%2:%3"_s.arg(QString::fromLatin1(call), QString::number(number), QString::number(error)));
    environment.insert(u"FILEBUS_FAULT_TIMES"_s, times);
    environment.insert(u"FILEBUS_FAULT_PATH"_s, path);
    if (number == 1) // the number of calls depends on timing
        environment.insert(u"FILEBUS_FAULT_REPORT"_s, nextReport());
    program.setProcessEnvironment(environment);
}

// In the directory of the inbox "log" of "bus", or of its entries.
QString faultPath(const QByteArray &call, const QString &inbox)
{
    return call == "opendir" || call == "readdir" ? inbox : inbox + u"/0"_s;
}

// A consumer, or a side of a stream, one of whose calls fails.
struct Run {
    Run(int failsWith, const QStringList &arguments, const QString &bus)
        : error(failsWith)
        , program(QStringList{u"--filename"_s, bus} + arguments)
    { }

    int error;
    Program program;
};

} // namespace

#define VERIFY_RUN(run, call, condition)                                                                                         \
    QVERIFY2(condition,                                                                                                          \
             qPrintable(QStringLiteral("%1, call %2: %3; %4")                                                                    \
                            .arg(QLatin1StringView(::strerrorname_np((run).error)), QString::number(call),                       \
                                 QStringLiteral(#condition), QString::fromUtf8((run).program.errors()))))

void TestUnreadable::whatPassesLosesNothing_data()
{
    QTest::addColumn<QByteArray>("call");
    for (const char *call : {"open", "fstat", "pread", "opendir", "readdir", "access"})
        QTest::newRow(call) << QByteArray(call);
}

void TestUnreadable::whatPassesLosesNothing()
{
    QFETCH(QByteArray, call);
    for (int number = 1; number <= input.size(); ++number) {
        std::vector<std::unique_ptr<WaitingBus>> buses;
        std::vector<std::unique_ptr<Run>> runs;
        for (const int error : passingErrors) {
            buses.push_back(std::make_unique<WaitingBus>(call != "opendir" && call != "readdir"));
            QVERIFY(buses.back()->wellMade);
            runs.push_back(std::make_unique<Run>(error, losslessConsumerOf({}, durable({})).sliced(2), buses.back()->bus()));
            setFault(runs.back()->program, call, number, error, faultPath(call, buses.back()->inbox()));
            QVERIFY(runs.back()->program.begin());
        }
        for (size_t i = 0; i < runs.size(); ++i) {
            VERIFY_RUN(*runs[i], number, runs[i]->program.status() == 0);
            VERIFY_RUN(*runs[i], number, runs[i]->program.output() == input.join());
            VERIFY_RUN(*runs[i], number, runs[i]->program.errors().isEmpty());
            VERIFY_RUN(*runs[i], number, waitingIn(buses[i]->bus(), u"log"_s) == 0);
            VERIFY_RUN(*runs[i], number, buses[i]->damaged().isEmpty());
        }
    }
}

// The first end is "a"; it reads X.b.
void TestUnreadable::whatPassesLosesNothingOfAStream()
{
    QFETCH(QByteArray, call);
    for (int number = 1; number <= input.size(); ++number) {
        std::vector<std::unique_ptr<BusDirectory>> directories;
        std::vector<std::unique_ptr<Run>> runs;
        std::vector<std::unique_ptr<Program>> peers;
        for (const int error : passingErrors) {
            directories.push_back(std::make_unique<BusDirectory>());
            const QString bus = directories.back()->bus();
            const QString inbox = bus + u".b.d/inbox/a"_s;
            runs.push_back(std::make_unique<Run>(error, QStringList{u"stream"_s, u"--sleep-interval"_s, u"0.05"_s}, bus));
            setFault(runs.back()->program, call, number, error, faultPath(call, inbox));
            QVERIFY(runs.back()->program.begin());
            EVENTUALLY(QFile::exists(inbox));
            peers.push_back(std::make_unique<Program>(QStringList{u"--filename"_s, bus, u"stream"_s, u"--block-size"_s, u"8"_s}));
            QVERIFY(peers.back()->begin() && peers.back()->feed(input.join()));
            peers.back()->closeWriteChannel();
            runs.back()->program.closeWriteChannel();
        }
        for (size_t i = 0; i < runs.size(); ++i) {
            VERIFY_RUN(*runs[i], number, runs[i]->program.status() == 0);
            VERIFY_RUN(*runs[i], number, runs[i]->program.output() == input.join());
            VERIFY_RUN(*runs[i], number, runs[i]->program.errors().isEmpty());
            VERIFY_RUN(*runs[i], number, peers[i]->status() == 0);
        }
    }
}

// The second of three entries, with an error that could be temporary but is not.
void TestUnreadable::whatDoesNotPassStopsTheConsumer()
{
    const WaitingBus bus;
    const BusDirectory stream;
    QVERIFY(bus.wellMade);
    Program consumer(losslessConsumerOf(bus.bus(), durable({})));
    setFault(consumer, "open", 1, EIO, bus.entry(2), always);
    Program end({u"--filename"_s, stream.bus(), u"stream"_s});
    setFault(end, "open", 1, EIO, u"/inbox/a/00000000000000000002"_s, always);
    QVERIFY(end.begin());
    EVENTUALLY(QFile::exists(stream.bus() + u".b.d/inbox/a"_s));
    Program peer({u"--filename"_s, stream.bus(), u"stream"_s, u"--block-size"_s, u"8"_s});
    QVERIFY(consumer.begin() && peer.begin() && peer.feed(input.join()));
    EVENTUALLY_EQUAL(end.output(), input.first());
    EVENTUALLY_EQUAL(waitingIn(stream.bus() + u".b"_s, u"a"_s), 2);

    QCOMPARE(consumer.status(), ExitStatus::inputOutput);
    QCOMPARE(consumer.output(), input.first());
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), bus.entry(2));
    QCOMPARE(waitingIn(bus.bus(), u"log"_s), 2);
    QVERIFY(bus.damaged().isEmpty());

    QCOMPARE(end.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(end.errors(), u"/inbox/a/00000000000000000002"_s);
    QCOMPARE(end.output(), input.first());
    Program successor({u"--filename"_s, stream.bus(), u"stream"_s});
    QVERIFY(successor.begin());
    EVENTUALLY_EQUAL(successor.output(), input.sliced(1).join());
}

// The situation of a consumer whose producer is another user with umask 077.
void TestUnreadable::whatRightsForbidIsLeft()
{
    if (::geteuid() != 0)
        QSKIP("only root can run programs as other users");
    const WaitingBus bus;
    bus.setMode(0777);
    QVERIFY(bus.wellMade
            && bus.shell(u"find bus.d -type d -exec chmod 777 {} +; chmod 666 bus.lock; chmod 600 bus.d/inbox/log/0*"_s));
    for (int start = 0; start < 3; ++start) {
        Program consumer(losslessConsumerOf(bus.bus(), durable({u"--timeout"_s, u"20"_s})));
        consumer.setUser(1234);
        QVERIFY(consumer.begin());
        QCOMPARE(consumer.status(), ExitStatus::noPermission);
        QCOMPARE(consumer.output(), "");
        VERIFY_ONE_LINE_ABOUT(consumer.errors(), bus.entry(1));
        QCOMPARE(waitingIn(bus.bus(), u"log"_s), input.size());
    }
    QVERIFY(bus.shell(u"chmod 644 bus.d/inbox/log/0*"_s));
    Program consumer(losslessConsumerOf(bus.bus(), durable({u"--count"_s, u"3"_s})));
    consumer.setUser(1234);
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), 0);
    QCOMPARE(consumer.output(), input.join());
}

void TestUnreadable::whereNobodyCanLookSomebodyMayLive_data()
{
    QTest::addColumn<QByteArray>("call");
    for (const char *call : {"opendir", "readdir"})
        QTest::newRow(call) << QByteArray(call);
}

// The producer has not published yet. An unnamed consumer that considered it gone would exit and miss what it publishes.
void TestUnreadable::whereNobodyCanLookSomebodyMayLive()
{
    QFETCH(QByteArray, call);
    const BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), {u"--sleep-interval"_s, u"0.05"_s}));
    setFault(consumer, call, 1, EMFILE, directory.bus() + u".d/producers"_s, u"3"_s); // the consumer checks more than once
    QVERIFY(consumer.begin());
    EVENTUALLY(!inboxes(directory.bus()).isEmpty());
    Program silent(losslessProducerOf(directory.bus()));
    QVERIFY(silent.begin());
    EVENTUALLY(!namesIn(directory.bus() + u".d/producers"_s).isEmpty());
    QVERIFY(publish(directory.bus(), "first\n", {u"--lossless"_s}));
    EVENTUALLY_EQUAL(consumer.output(), "first\n");
    QVERIFY(silent.feed("second\n"));
    silent.closeWriteChannel();
    QCOMPARE(silent.status(), 0);
    QCOMPARE(consumer.status(), 0);
    QCOMPARE(consumer.output(), "first\nsecond\n");
    QCOMPARE(consumer.errors(), "");
}

// A producer that cannot see an inbox must not publish without it.
void TestUnreadable::whereNobodyCanLookSomebodyMayWait()
{
    QFETCH(QByteArray, call);
    for (int number = 1; number <= 12; ++number) {
        const WaitingBus bus;
        QVERIFY(bus.wellMade);
        Program producer(losslessProducerOf(bus.bus(), {u"--wait-consumers"_s, u"0"_s, u"--no-drain"_s}));
        setFault(producer, call, number, EMFILE, bus.bus() + u".d/inbox"_s);
        QVERIFY(producer.begin());
        producer.write("next\n"); // the producer may have exited before
        producer.closeWriteChannel();
        const int status = producer.status();
        QVERIFY2(status == 0 || status == ExitStatus::inputOutput, producer.errors().constData());
        const qsizetype waiting = waitingIn(bus.bus(), u"log"_s);
        QVERIFY(waiting == input.size() + 1 || (waiting == input.size() && status != 0));
    }
}

void TestUnreadable::theRawFormatTakesNothingUnread_data()
{
    QTest::addColumn<QByteArray>("call");
    for (const char *call : {"open", "fstat", "pread", "lstat"})
        QTest::newRow(call) << QByteArray(call);
}

void TestUnreadable::theRawFormatTakesNothingUnread()
{
    QFETCH(QByteArray, call);
    std::vector<std::unique_ptr<BusDirectory>> directories;
    std::vector<std::unique_ptr<Run>> runs;
    for (const int error : passingErrors) {
        directories.push_back(std::make_unique<BusDirectory>());
        const QString bus = directories.back()->bus();
        QVERIFY(publish(bus, "chunk", {u"--format"_s, u"raw"_s}));
        runs.push_back(std::make_unique<Run>(
            error, losslessConsumerOf({}, {u"--format"_s, u"raw"_s, u"--once"_s, u"--sleep-interval"_s, u"0.05"_s}).sliced(2),
            bus));
        setFault(runs.back()->program, call, 1, error, bus);
        QVERIFY(runs.back()->program.begin());
    }
    for (const auto &run : runs) {
        VERIFY_RUN(*run, 1, run->program.status() == 0);
        VERIFY_RUN(*run, 1, run->program.output() == "chunk");
        VERIFY_RUN(*run, 1, run->program.errors().isEmpty());
    }
}

// A test whose faults did not happen proves nothing.
void TestUnreadable::cleanup()
{
    const QStringList faults = std::exchange(reports(), {});
    for (const QString &fault : faults)
        QVERIFY(QFile::exists(fault));
}

QTEST_GUILESS_MAIN(TestUnreadable)
#include "tst_unreadable.moc"
