// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "processfigures.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QSysInfo>

#include <csignal>

using namespace Qt::StringLiterals;

/// filebus stream joins two processes.
class TestStreamCommand : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void twoFilesGoBothWays_data() { BusDirectory::addPlaces(); }
    void twoFilesGoBothWays();
    void aLineIsAnsweredWhileBothStayOpen();
    void theEndOfOneInputDoesNotEndTheOther();
    void aReaderThatStopsHoldsTheWriterUp();
    void aReaderThatCannotPrintHoldsTheWriterUp();
    void aThirdIsRefused();
    void aCommandIsJoined();
    void itsStatusIsOurs_data();
    void itsStatusIsOurs();
    void aCommandThatReadsNoMore();
    void aCommandThatIsNotThere();
    void theDeadAreReportedAndSucceeded();
    void whoDoesNotWaitEnds();
    void theDirectoryIsRemoved();
    void waitingCostsNothing();
};

namespace
{

QStringList streamOf(const QString &bus, const QStringList &options = {})
{
    return QStringList{u"--filename"_s, bus, u"stream"_s} + options;
}

QStringList joining(const QString &bus, const QString &script)
{
    return streamOf(bus, {u"--"_s, u"sh"_s, u"-c"_s, script});
}

} // namespace

void TestStreamCommand::twoFilesGoBothWays()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    QVERIFY(directory.shell(u"head -c 20000000 /dev/urandom >big; seq 1000000 >lines"_s));
    Program one(streamOf(directory.bus())), two(streamOf(directory.bus()));
    one.setStandardInputFile(directory.file(u"lines"_s));
    one.setStandardOutputFile(directory.file(u"a"_s));
    two.setStandardInputFile(directory.file(u"big"_s));
    two.setStandardOutputFile(directory.file(u"b"_s));
    QVERIFY(one.begin() && two.begin());
    for (Program *program : {&one, &two}) {
        QCOMPARE(program->status(), ExitStatus::success);
        QCOMPARE(program->errors(), QByteArray());
    }
    QVERIFY(directory.shell(u"cmp big a && cmp lines b"_s));
    QVERIFY(inboxes(directory.bus() + u".a"_s).isEmpty() && inboxes(directory.bus() + u".b"_s).isEmpty());
}

void TestStreamCommand::aLineIsAnsweredWhileBothStayOpen()
{
    BusDirectory directory;
    Program one(streamOf(directory.bus())), two(streamOf(directory.bus()));
    QVERIFY(one.begin() && two.begin());
    for (int round = 0; round < 3; ++round) {
        const QByteArray line = numberedLines(1, round);
        QVERIFY(one.feed(line));
        EVENTUALLY_EQUAL(two.output(), numberedLines(round + 1));
        QVERIFY(two.feed(line));
        EVENTUALLY_EQUAL(one.output(), numberedLines(round + 1));
    }
}

void TestStreamCommand::theEndOfOneInputDoesNotEndTheOther()
{
    BusDirectory directory;
    Program one(streamOf(directory.bus())), two(streamOf(directory.bus()));
    QVERIFY(one.begin() && two.begin() && one.feed("question\n"));
    one.closeWriteChannel();
    EVENTUALLY_EQUAL(two.output(), "question\n");
    QVERIFY(two.looksAgain());
    QVERIFY(two.feed("answer\n"));
    EVENTUALLY_EQUAL(one.output(), "answer\n");
    QCOMPARE(one.state(), QProcess::Running);
    two.closeWriteChannel();
    QCOMPARE(one.status(), ExitStatus::success);
    QCOMPARE(two.status(), ExitStatus::success);
}

void TestStreamCommand::aReaderThatStopsHoldsTheWriterUp()
{
    BusDirectory directory;
    Program writer(streamOf(directory.bus(), {u"--window"_s, u"4"_s, u"--block-size"_s, u"1000"_s}));
    Program reader(streamOf(directory.bus()));
    QVERIFY(writer.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus() + u".b"_s, u"a"_s), 0);
    QVERIFY(reader.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus() + u".a"_s, u"b"_s), 0);
    suspend(reader);
    const QByteArray sent = numberedLines(100'000);
    writer.write(sent);
    writer.closeWriteChannel();
    EVENTUALLY_EQUAL(waitingIn(directory.bus() + u".a"_s, u"b"_s), 4);
    QVERIFY(writer.looksAgain());
    QCOMPARE(waitingIn(directory.bus() + u".a"_s, u"b"_s), 4);
    QVERIFY(writer.bytesToWrite() > 0); // its input waits in the pipe
    reader.send(SIGCONT);
    EVENTUALLY_EQUAL(reader.output().size(), sent.size());
    QVERIFY(reader.output() == sent);
}

void TestStreamCommand::aReaderThatCannotPrintHoldsTheWriterUp()
{
    BusDirectory directory;
    FullPipe pipe;
    Program writer(streamOf(directory.bus(), {u"--window"_s, u"4"_s, u"--block-size"_s, u"1000"_s}));
    Program reader(streamOf(directory.bus()));
    reader.setOutput(pipe.writeEnd());
    QVERIFY(writer.begin());
    EVENTUALLY_EQUAL(waitingIn(directory.bus() + u".b"_s, u"a"_s), 0);
    QVERIFY(reader.begin());
    writer.write(QByteArray(1'000'000, 'x'));
    const QString inbox = directory.bus() + u".a.d/inbox/b"_s;
    const auto isAtRest = [&] {
        const QStringList before = namesIn(inbox) + namesIn(inbox + u"/held"_s);
        return writer.looksAgain(3) && reader.looksAgain(3) && namesIn(inbox) + namesIn(inbox + u"/held"_s) == before;
    };
    EVENTUALLY(isAtRest());
    QCOMPARE(waitingIn(directory.bus() + u".a"_s, u"b"_s), 4);
    QVERIFY(namesIn(inbox + u"/held"_s).size() <= 340); // 320 KiB and a little
    QVERIFY(writer.bytesToWrite() > 0);                 // its input waits in the pipe
}

void TestStreamCommand::aThirdIsRefused()
{
    BusDirectory directory;
    Program one(streamOf(directory.bus())), two(streamOf(directory.bus())), third(streamOf(directory.bus()));
    QVERIFY(one.begin() && two.begin());
    EVENTUALLY(!inboxes(directory.bus() + u".a"_s).isEmpty() && !inboxes(directory.bus() + u".b"_s).isEmpty());
    QVERIFY(third.begin());
    QCOMPARE(third.status(), ExitStatus::temporaryFailure);
    for (const Program *holder : {&one, &two})
        VERIFY_ONE_LINE_ABOUT(third.errors(),
                              u"PID %1 (filebus) on %2"_s.arg(QString::number(holder->processId()), QSysInfo::machineHostName()));
}

void TestStreamCommand::aCommandIsJoined()
{
    BusDirectory directory;
    Program server(joining(directory.bus(), u"tr a-z A-Z"_s));
    Program client(streamOf(directory.bus()));
    QVERIFY(server.begin() && client.begin() && client.feed("shout\n"));
    client.closeWriteChannel();
    QCOMPARE(client.status(), ExitStatus::success);
    QCOMPARE(client.output(), "SHOUT\n");
    QCOMPARE(server.status(), ExitStatus::success);
    QCOMPARE(server.errors(), QByteArray());
}

void TestStreamCommand::itsStatusIsOurs_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("status");
    QTest::newRow("it fails") << u"cat; exit 7"_s << 7;
    QTest::newRow("it is killed") << u"cat; kill -9 $$"_s << 128 + SIGKILL;
}

void TestStreamCommand::itsStatusIsOurs()
{
    QFETCH(QString, script);
    QFETCH(int, status);
    BusDirectory directory;
    Program server(joining(directory.bus(), script)), client(streamOf(directory.bus()));
    QVERIFY(server.begin() && client.begin() && client.feed("echo\n"));
    client.closeWriteChannel();
    QCOMPARE(client.status(), ExitStatus::success);
    QCOMPARE(client.output(), "echo\n");
    QCOMPARE(server.status(), status);
}

void TestStreamCommand::aCommandThatReadsNoMore()
{
    BusDirectory directory;
    Program server(joining(directory.bus(), u"head -n 1; exec 0<&-"_s)), client(streamOf(directory.bus()));
    QVERIFY(server.begin() && client.begin());
    client.write(numberedLines(100'000));
    client.closeWriteChannel();
    QCOMPARE(client.status(), ExitStatus::success);
    QCOMPARE(client.output(), numberedLines(1));
    QCOMPARE(server.status(), ExitStatus::success);
}

void TestStreamCommand::aCommandThatIsNotThere()
{
    BusDirectory directory;
    Program program(streamOf(directory.bus(), {u"--"_s, u"/no/such/command"_s}));
    QVERIFY(program.begin());
    QCOMPARE(program.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(program.errors(), u"/no/such/command"_s);
}

void TestStreamCommand::theDeadAreReportedAndSucceeded()
{
    BusDirectory directory;
    Program survivor(streamOf(directory.bus())), dying(streamOf(directory.bus()));
    QVERIFY(survivor.begin() && dying.begin() && survivor.feed("first\n"));
    EVENTUALLY_EQUAL(dying.output(), "first\n");
    suspend(dying);
    QVERIFY(survivor.feed("unseen\n"));
    const QByteArray pid = QByteArray::number(dying.processId());
    QElapsedTimer timer;
    timer.start();
    dying.send(SIGKILL);
    EVENTUALLY(!survivor.errors().isEmpty());
    qInfo("told after %lld ms", timer.elapsed());
    QVERIFY2(timer.elapsed() < 5000, "not soon");
    VERIFY_ONE_LINE_ABOUT(survivor.errors(), u"PID %1 (filebus)"_s.arg(QLatin1StringView(pid)));
    Program successor(streamOf(directory.bus()));
    QVERIFY(successor.begin());
    EVENTUALLY(successor.output().endsWith("unseen\n"));
    QVERIFY(successor.feed("back\n"));
    EVENTUALLY_EQUAL(survivor.output(), "back\n");
    survivor.closeWriteChannel();
    successor.closeWriteChannel();
    QCOMPARE(survivor.status(), ExitStatus::success);
    QCOMPARE(successor.status(), ExitStatus::success);
}

void TestStreamCommand::whoDoesNotWaitEnds()
{
    BusDirectory directory;
    Program survivor(streamOf(directory.bus(), {u"--no-wait"_s})), dying(streamOf(directory.bus()));
    QVERIFY(survivor.begin() && dying.begin() && dying.feed("connected\n"));
    EVENTUALLY_EQUAL(survivor.output(), "connected\n");
    const qint64 pid = dying.processId();
    dying.send(SIGKILL);
    QCOMPARE(survivor.status(), ExitStatus::unavailable);
    QCOMPARE(ExitStatus::unavailable, 69);
    VERIFY_ONE_LINE_ABOUT(survivor.errors(), u"PID %1 (filebus)"_s.arg(pid));
}

void TestStreamCommand::theDirectoryIsRemoved()
{
    BusDirectory directory;
    QVERIFY(directory.shell(u"mkdir sub"_s));
    const QString bus = directory.file(u"sub/stream"_s);
    Program one(streamOf(bus)), two(streamOf(bus));
    QVERIFY(one.begin() && two.begin() && one.feed("connected\n"));
    EVENTUALLY_EQUAL(two.output(), "connected\n");
    QVERIFY(directory.shell(u"until rm -rf sub && test ! -e sub; do :; done"_s));
    for (Program *program : {&one, &two}) {
        QCOMPARE(program->status(), ExitStatus::notABus);
        // Between two removals, a process may briefly consider the other side dead.
        const QByteArray lastLine = program->errors().chopped(1).split('\n').constLast() + '\n';
        VERIFY_ONE_LINE_ABOUT(lastLine, bus);
    }
}

void TestStreamCommand::waitingCostsNothing()
{
    BusDirectory directory;
    Program one(streamOf(directory.bus())), two(streamOf(directory.bus()));
    QVERIFY(one.begin() && two.begin() && one.feed("connected\n"));
    EVENTUALLY_EQUAL(two.output(), "connected\n");
    suspend(two);
    one.write(QByteArray(10'000'000, 'x')); // more than the window holds
    EVENTUALLY_EQUAL(waitingIn(directory.bus() + u".a"_s, u"b"_s) + waitingIn(directory.bus() + u".b"_s, u"a"_s), 64);
    EVENTUALLY(ProcessFigures::effortInASecond(one.processId()).cpuTime <= 50);
    two.send(SIGCONT);
}

QTEST_GUILESS_MAIN(TestStreamCommand)
#include "tst_stream_command.moc"
