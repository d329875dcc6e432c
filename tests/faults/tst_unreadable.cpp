// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "preload.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace Qt::StringLiterals;

/// Chunks that wait for a lossless consumer, or for a side of a stream, cannot be read: for a moment, for long, for lack of
/// permission, or because they are no chunks. An entry leaves an inbox only if it was delivered, or is no chunk; then it is
/// counted and kept aside.
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
    void whatIsNoChunkIsCountedAndKeptAside_data();
    void whatIsNoChunkIsCountedAndKeptAside();
    void whatIsNoChunkIsALossForThoseWhoAsk();
    void aStreamStopsBeforeWhatIsNoChunk();
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
const QByteArrayList input{"chunk 1\n", "chunk 2\n", "chunk 3\n"};
const QStringList perChunk{u"--block-size"_s, u"8"_s};
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

QStringList durable(const QStringList &options)
{
    return QStringList{u"--name"_s, u"log"_s, u"--sleep-interval"_s, u"0.05"_s} + options;
}

// A bus with an inbox "log" in which the input waits.
struct WaitingBus : BusDirectory {
    /// If the first waiting number is 1, no consumer needs to look for it; otherwise it must read the directory.
    explicit WaitingBus(bool beginsWithOne = true)
    {
        if (!beginsWithOne)
            publish(bus(), "before\n");
        Program subscribing(losslessConsumerOf(bus(), durable({u"--timeout"_s, u"0.001"_s})));
        wellMade = subscribing.begin() && subscribing.status() == ExitStatus::temporaryFailure
            && publish(bus(), input.join(), perChunk + QStringList{u"--lossless"_s, u"--no-drain"_s})
            && waitingIn(bus(), u"log"_s) == input.size();
    }
    QString inbox() const { return bus() + u".d/inbox/log"_s; }
    QString entry(int number) const { return inbox() + u"/%1"_s.arg(number, 20, 10, QLatin1Char('0')); }
    QStringList damaged() const { return namesIn(bus() + u".d/damaged"_s); }

    bool wellMade = false;
};

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

void TestUnreadable::whatIsNoChunkIsCountedAndKeptAside_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("script"); // creates it at $1
    const std::pair<const char *, QString> things[] = {
        {"other bytes", u"echo garbage >$1"_s},
        {"empty", u">$1"_s},
        {"cut off", u"head -c 700 bus >$1"_s},
        {"too large", u"truncate -s 100M $1"_s},
        {"another chunk", u"cp bus.d/history/00000000000000000003 $1; echo >>$1"_s},
        {"directory", u"mkdir $1; touch $1/file"_s},
        {"link", u"ln -s /etc/passwd $1"_s},
        {"FIFO", u"mkfifo $1"_s},
    };
    for (const auto &[name, script] : things)
        QTest::newRow(name) << 2 << script;
    QTest::newRow("the first") << 1 << things[0].second;
    QTest::newRow("the last") << 3 << things[0].second;
    QTest::newRow("another chunk, first") << 1 << things[4].second;
}

void TestUnreadable::whatIsNoChunkIsCountedAndKeptAside()
{
    QFETCH(int, number);
    QFETCH(QString, script);
    const WaitingBus bus;
    QVERIFY(bus.wellMade && bus.shell(u"set -- %1; rm $1; %2"_s.arg(bus.entry(number), script)));
    Program consumer(losslessConsumerOf(bus.bus(), durable({})));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), 0);
    QByteArrayList others = input;
    others.removeAt(number - 1);
    QCOMPARE(consumer.output(), others.join());
    const QByteArray errors = consumer.errors();
    const QByteArray loss = "filebus: 1 chunk lost, number N\n";
    QVERIFY2(errors.contains(QByteArray(loss).replace("N", QByteArray::number(number))), errors.constData());
    QVERIFY2(errors.contains("received 2 chunks, 16 bytes; lost: 1\n"), errors.constData());
    QCOMPARE(errors.count("it counts as lost, and is kept in "), 1);
    QCOMPARE(bus.damaged(), QStringList{u"log."_s + bus.entry(number).section(u'/', -1)});
    QCOMPARE(waitingIn(bus.bus(), u"log"_s), 0);

    QVERIFY(publish(bus.bus(), "next\n", {u"--lossless"_s, u"--no-drain"_s, u"--wait-consumers"_s, u"0"_s}));
    Program next(losslessConsumerOf(bus.bus(), durable({u"--once"_s})));
    QVERIFY(next.begin());
    QCOMPARE(next.status(), 0);
    QCOMPARE(next.output(), "next\n");
    QCOMPARE(next.errors(), "");
}

void TestUnreadable::whatIsNoChunkIsALossForThoseWhoAsk()
{
    const WaitingBus bus;
    QVERIFY(bus.wellMade && bus.shell(u"rm %1; echo garbage >%1"_s.arg(bus.entry(2))));
    Program consumer(losslessConsumerOf(bus.bus(), durable({u"--fail-on-loss"_s})));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::dataLost);
    QCOMPARE(consumer.output(), input.first());
    QCOMPARE(waitingIn(bus.bus(), u"log"_s), 1);
}

// Nobody may continue after a gap that was not reported.
void TestUnreadable::aStreamStopsBeforeWhatIsNoChunk()
{
    const BusDirectory directory;
    Program end({u"--filename"_s, directory.bus(), u"stream"_s});
    QVERIFY(end.begin());
    EVENTUALLY(QFile::exists(directory.bus() + u".b.d/inbox/a"_s));
    suspend(end);
    Program peer({u"--filename"_s, directory.bus(), u"stream"_s, u"--block-size"_s, u"8"_s});
    QVERIFY(peer.begin() && peer.feed(input.join()));
    EVENTUALLY_EQUAL(waitingIn(directory.bus() + u".b"_s, u"a"_s), 3);
    QVERIFY(directory.shell(u"cd bus.b.d/inbox/a; rm *2; echo garbage >00000000000000000002"_s));
    end.send(SIGCONT);
    QCOMPARE(end.status(), ExitStatus::inputOutput);
    QCOMPARE(end.output(), input.first());
    for (int successors = 0; successors < 2; ++successors) {
        Program successor({u"--filename"_s, directory.bus(), u"stream"_s});
        QVERIFY(successor.begin());
        QCOMPARE(successor.status(), ExitStatus::inputOutput);
        QCOMPARE(successor.output(), "");
        VERIFY_ONE_LINE_ABOUT(successor.errors(), u".b.d/inbox/a/00000000000000000002"_s);
    }
    QCOMPARE(waitingIn(directory.bus() + u".b"_s, u"a"_s), 2);
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
