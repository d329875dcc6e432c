// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "onbus.h"
#include "program.h"

#include <filebus/producer.h>

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <csignal>
#include <memory>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

/// Somebody has planted links, FIFOs, directories and sockets where filebus keeps its files. No program hangs, nothing is changed
/// or created at the target of a link, and the message names what is refused.
class TestPlanted : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void besideABus_data();
    void besideABus();
    void besideAStream_data();
    void besideAStream();
    void aDirectoryInAnInboxIsMovedOutOfTheWay();
    void aClosedBusStaysClosed_data();
    void aClosedBusStaysClosed();
};

namespace
{

const QString chunkTwo = u"00000000000000000002"_s;

struct Obstacle {
    QString kind;
    QString command; ///< creates it at $1; $2 is the directory of the victim
};

const QList<Obstacle> obstacles{
    {u"link to a file"_s, u"ln -s $2/precious $1"_s},
    {u"link to a directory"_s, u"ln -s $2 $1"_s},
    {u"dangling link"_s, u"ln -s $2/nothing $1"_s},
    {u"FIFO"_s, u"mkfifo $1"_s},
    {u"directory"_s, u"mkdir $1"_s},
    {u"socket"_s, u"python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' $1"_s},
};

const QList<QStringList> programs{
    {u"producer"_s},
    {u"producer"_s, u"--format"_s, u"raw"_s},
    {u"--lossless"_s, u"producer"_s, u"--wait-consumers"_s, u"0"_s, u"--no-drain"_s},
    {u"consumer"_s, u"--from"_s, u"all"_s, u"--timeout"_s, u"0.3"_s},
    {u"--lossless"_s, u"consumer"_s, u"--name"_s, u"n"_s, u"--timeout"_s, u"0.3"_s},
    {u"--lossless"_s, u"consumer"_s, u"--format"_s, u"raw"_s, u"--timeout"_s, u"0.3"_s},
    {u"status"_s},
    {u"unsubscribe"_s, u"n"_s},
};

// A program beside the planted file, and the possible targets of a link.
struct Case {
    Case(const Obstacle &obstacle, const QString &path, const QStringList &arguments)
        : name(obstacle.kind + u", "_s + arguments.join(u' '))
        , program(QStringList{u"--filename"_s, directory.bus()} + arguments)
    {
        writeFile(victim.file(u"precious"_s), "precious\n");
        if (path.startsWith(u"bus"_s))
            FileBus::Producer(directory.bus()).publish("before\n");
        planted = directory.shell(u"mkdir -p $(dirname %1); [ %1 != bus.d/inbox/n.owner ] || mkdir bus.d/inbox/n; rm -rf %1; "
                                  "set -- %1 %2; %3"_s.arg(path, victim.path(), obstacle.command));
        before = victim.snapshot();
    }

    bool isDocumented(int status)
    {
        using namespace ExitStatus;
        const QByteArray errors = program.errors();
        if (name.endsWith(u"status"_s))
            return (status == success || status == notABus) && program.output().contains(directory.bus().toUtf8());
        if (status == notABus || status == inputOutput)
            return isOneLineAbout(errors, directory.bus());
        if (status == temporaryFailure)
            return errors.contains("filebus: no chunk arrived on ") || isOneLineAbout(errors, directory.bus());
        return status == success || status == signalled + SIGTERM;
    }

    QString name;
    BusDirectory directory;
    BusDirectory victim;
    Program program;
    QStringList before;
    bool planted = false;
};

} // namespace

#define VERIFY_CASE(one, condition)                                                                                              \
    QVERIFY2(condition,                                                                                                          \
             qPrintable(QStringLiteral("%1: %2; %3")                                                                             \
                            .arg((one).name, QStringLiteral(#condition), QString::fromUtf8((one).program.errors()))))

void TestPlanted::besideABus_data()
{
    QTest::addColumn<QString>("path");
    for (const QString &path : {u"bus"_s, u"bus.lock"_s, u"bus.__new__"_s, u"bus.d"_s, u"bus.d/history"_s, u"bus.d/staging"_s,
                                u"bus.d/producers"_s, u"bus.d/inbox"_s, u"bus.d/history/"_s + chunkTwo, u"bus.d/staging/x.1"_s,
                                u"bus.d/producers/x.owner"_s, u"bus.d/inbox/n"_s, u"bus.d/inbox/n.owner"_s,
                                u"bus.d/inbox/~x.owner"_s, u"bus.d/inbox/n/"_s + chunkTwo, u"bus.d/inbox/n/x.end"_s})
        QTest::newRow(qPrintable(path)) << path;
}

void TestPlanted::besideABus()
{
    QFETCH(QString, path);
    std::vector<std::unique_ptr<Case>> cases;
    for (const Obstacle &obstacle : obstacles) {
        for (const QStringList &arguments : programs)
            cases.push_back(std::make_unique<Case>(obstacle, path, arguments));
    }
    for (const auto &one : cases) {
        VERIFY_CASE(*one, one->planted && one->program.begin());
        one->program.write("input\n"); // it may have exited before
        one->program.closeWriteChannel();
    }
    for (const auto &one : cases) {
        if (path.endsWith(u"n/"_s + chunkTwo) && // it may take this for a chunk of another stream, and wait until it is taken
            one->name.contains(u"no-drain"_s))
            one->program.terminate();
        const int status = one->program.status();
        VERIFY_CASE(*one, status >= 0);
        VERIFY_CASE(*one, one->isDocumented(status));
        VERIFY_CASE(*one, one->victim.snapshot() == one->before);
        const bool published = status == 0 && one->name.contains(u"producer");
        VERIFY_CASE(*one, !published || contentOf(one->directory.bus()).contains("input\n"));
    }
}

void TestPlanted::besideAStream_data()
{
    QTest::addColumn<QString>("path");
    for (const QString &way : {u"bus.a"_s, u"bus.b"_s}) {
        const QString reader = way == u"bus.a" ? u"b"_s : u"a"_s;
        for (const QString &path : {QString(), u".lock"_s, u".d"_s, u".d/history"_s, u".d/staging"_s, u".d/producers"_s,
                                    u".d/producers/x.owner"_s, u".d/inbox"_s, u".d/inbox/"_s + reader,
                                    u".d/inbox/"_s + reader + u".owner"_s, u".d/inbox/"_s + reader + u'/' + chunkTwo})
            QTest::newRow(qPrintable(way + path)) << way + path;
    }
}

// Two processes at the ends of their input: both finish, or one is refused, and the other ends when it is interrupted.
void TestPlanted::besideAStream()
{
    QFETCH(QString, path);
    std::vector<std::unique_ptr<Case>> cases;
    std::vector<std::unique_ptr<Program>> peers;
    for (const Obstacle &obstacle : obstacles) {
        cases.push_back(std::make_unique<Case>(obstacle, path, QStringList{u"stream"_s}));
        peers.push_back(std::make_unique<Program>(QStringList{u"--filename"_s, cases.back()->directory.bus(), u"stream"_s}));
        for (Program *program : {&cases.back()->program, peers.back().get()}) {
            VERIFY_CASE(*cases.back(), cases.back()->planted && program->begin());
            program->write("one\n");
            program->closeWriteChannel();
        }
    }
    for (size_t i = 0; i < cases.size(); ++i) {
        Case &one = *cases[i];
        const auto ended = [](Program &program) { return program.waitForFinished(0) || program.state() == QProcess::NotRunning; };
        EVENTUALLY(ended(one.program) || ended(*peers[i]));
        if (one.program.state() == QProcess::NotRunning && one.program.status() == 0)
            QCOMPARE(peers[i]->status(), 0);
        one.program.terminate();
        peers[i]->terminate();
        VERIFY_CASE(one, one.isDocumented(one.program.status()));
        VERIFY_CASE(one, peers[i]->status() >= 0);
        VERIFY_CASE(one, one.victim.snapshot() == one.before);
    }
}

// It is not a chunk, and so no reason to miss one.
void TestPlanted::aDirectoryInAnInboxIsMovedOutOfTheWay()
{
    BusDirectory directory;
    Program consumer({u"--filename"_s, directory.bus(), u"--lossless"_s, u"consumer"_s, u"--name"_s, u"n"_s});
    QVERIFY(consumer.begin());
    EVENTUALLY(QFile::exists(directory.bus() + u".d/inbox/n"_s));
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin() && producer.feed("one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    QVERIFY(directory.shell(u"mkdir bus.d/inbox/n/"_s + chunkTwo));
    EVENTUALLY(consumer.errors().contains(" is not a chunk: "));
    QVERIFY(producer.feed("two\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\n");
    QVERIFY(producer.feed("three\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\nthree\n");
    QCOMPARE(namesIn(directory.bus() + u".d/damaged"_s), QStringList{u"n."_s + chunkTwo});
    QVERIFY2(consumer.errors().contains("inbox/n/" + chunkTwo.toUtf8()), consumer.errors().constData());
    QCOMPARE(consumer.errors().count(" is not a chunk: "), 1);
}

void TestPlanted::aClosedBusStaysClosed_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("tar") << u"tar"_s;
    QTest::newRow("raw") << u"raw"_s;
}

// Not even a chunk that still waits for the lock has wider permissions than the bus.
void TestPlanted::aClosedBusStaysClosed()
{
    QFETCH(QString, format);
    BusDirectory directory;
    directory.setMode(0755);
    QVERIFY(publish(directory.bus(), "one\n"));
    QVERIFY(directory.shell(u"chmod 600 bus; rm bus.d/history/*"_s));
    Program producer(producerOf(directory.bus(), {u"--format"_s, format}));
    {
        const HeldLock lock(directory.bus());
        producer.setShell(u"umask 0; exec \"$@\""_s);
        QVERIFY(producer.begin() && producer.feed("secret\n"));
        EVENTUALLY(format == u"raw" || !namesIn(directory.bus() + u".d/staging"_s).isEmpty());
        QVERIFY(directory.shell(u"[ -z \"$(find bus* -type f ! -name '*.owner' ! -name bus.lock -perm /077)\" ]"_s));
    }
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), 0);
    QVERIFY(contentOf(directory.bus()).contains("secret\n"));
    QVERIFY(directory.shell(u"[ -z \"$(find bus* -type f ! -name bus.lock -perm /077)\" ]"_s));
}

QTEST_GUILESS_MAIN(TestPlanted)
#include "tst_planted.moc"
