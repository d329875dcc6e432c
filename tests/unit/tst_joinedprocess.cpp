// SPDX-License-Identifier: Apache-2.0
#include "joinedprocess.h"

#include "support/files.h"

#include <QtTest/QTest>

#include <csignal>

/// A command between two pipes.
class TestJoinedProcess : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void itReadsOneAndWritesTheOther();
    void itsStatusIsThatOfAShell_data();
    void itsStatusIsThatOfAShell();
    void whatCannotBeStartedIsExplained();
    void aWriterWithoutAReaderGetsASignal();
    void itEndsWithItsObject();
};

namespace
{

QByteArray readAll(int fd)
{
    QByteArray all;
    char bytes[4096];
    for (ssize_t count = 1; count > 0; all.append(bytes, count)) {
        if ((count = ::read(fd, bytes, sizeof bytes)) <= 0)
            break;
    }
    return all;
}

JoinedProcess *shell(const QByteArray &script, QObject *parent)
{
    return new JoinedProcess({"sh", "-c", script}, parent);
}

} // namespace

void TestJoinedProcess::itReadsOneAndWritesTheOther()
{
    QObject parent;
    JoinedProcess *process = shell("cat; echo end", &parent);
    QVERIFY(process->begin());
    QCOMPARE(::write(process->inputFd(), "bytes ", 6), 6);
    process->closeInput();
    QCOMPARE(readAll(process->outputFd()), "bytes end\n");
    QVERIFY(process->waitForFinished());
    QCOMPARE(process->status(), 0);
}

void TestJoinedProcess::itsStatusIsThatOfAShell_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<int>("status");
    QTest::newRow("success") << QByteArray("exit 0") << 0;
    QTest::newRow("failure") << QByteArray("exit 3") << 3;
    QTest::newRow("a signal") << QByteArray("kill -KILL $$") << 128 + SIGKILL;
}

void TestJoinedProcess::itsStatusIsThatOfAShell()
{
    QFETCH(const QByteArray, script);
    QObject parent;
    JoinedProcess *process = shell(script, &parent);
    QVERIFY(process->begin());
    QVERIFY(process->waitForFinished());
    QTEST(process->status(), "status");
}

void TestJoinedProcess::whatCannotBeStartedIsExplained()
{
    JoinedProcess process({"/nowhere/command", "argument"});
    QVERIFY(!process.begin());
    QVERIFY(!process.errorString().isEmpty());
}

void TestJoinedProcess::aWriterWithoutAReaderGetsASignal()
{
    std::signal(SIGPIPE, SIG_IGN); // as filebus has it; a command must not inherit that
    JoinedProcess process({"yes"});
    QVERIFY(process.begin());
    process.closeOutput();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.status(), 128 + SIGPIPE);
}

void TestJoinedProcess::itEndsWithItsObject()
{
    qint64 pid = 0;
    {
        JoinedProcess process({"sleep", "1000"});
        QVERIFY(process.begin());
        pid = process.processId();
        QVERIFY(Files::exists("/proc/" + QByteArray::number(pid)));
    }
    QTRY_VERIFY(!Files::exists("/proc/" + QByteArray::number(pid)));
}

QTEST_GUILESS_MAIN(TestJoinedProcess)
#include "tst_joinedprocess.moc"
