// SPDX-License-Identifier: Apache-2.0
#include "standardstreams.h"

#include "support/pipe.h"
#include "support/sleepingthread.h"

#include <QtCore/QTemporaryFile>
#include <QtTest/QTest>

#include <cerrno>
#include <csignal>
#include <future>

using namespace std::chrono_literals;

/// Standard streams as descriptors: pipes, files, and what is at their other end.
class TestStandardStreams : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void allIsWrittenHoweverLongItTakes_data();
    void allIsWrittenHoweverLongItTakes();
    void whatCannotBeWrittenIsAnError();
    void aPipeHasAReaderAndAFileHasNone();
    void aReaderGoes();
    void dataAndTheEndCanBeRead();
    void aPipeIsWidenedAndNeverNarrowed();
};

void TestStandardStreams::allIsWrittenHoweverLongItTakes_data()
{
    QTest::addColumn<bool>("isNonblocking"); // another process that shares the descriptor made it so
    QTest::newRow("a pipe that blocks") << false;
    QTest::newRow("one that does not") << true;
}

void TestStandardStreams::allIsWrittenHoweverLongItTakes()
{
    QFETCH(const bool, isNonblocking);
    const Pipe pipe;
    if (isNonblocking)
        ::fcntl(pipe.writeEnd(), F_SETFL, O_NONBLOCK);
    const QByteArray bytes(1'000'000, 'x');
    const SleepingThread writing;
    auto reading = std::async(std::launch::async, [&] {
        const bool isFull = writing.isAsleep();
        qsizetype read = 0;
        while (isFull && read < bytes.size())
            read += pipe.read().size();
        return read;
    });
    QVERIFY(StandardStreams::writeAll(pipe.writeEnd(), bytes));
    QCOMPARE(reading.get(), bytes.size());
}

void TestStandardStreams::whatCannotBeWrittenIsAnError()
{
    Pipe pipe;
    pipe.closeReadEnd();
    QVERIFY(!StandardStreams::writeAll(pipe.writeEnd(), "to nobody"));
    QCOMPARE(errno, EPIPE);
    QVERIFY(!StandardStreams::writeAll(-1, "nowhere"));
    QCOMPARE(errno, EBADF);
    QVERIFY(StandardStreams::writeAll(-1, ""));
}

void TestStandardStreams::aPipeHasAReaderAndAFileHasNone()
{
    const Pipe pipe;
    QTemporaryFile file;
    QVERIFY(file.open());
    QVERIFY(StandardStreams::hasReader(pipe.writeEnd()));
    QVERIFY(!StandardStreams::hasReader(file.handle()));
    QVERIFY(!StandardStreams::hasReader(-1));
    QVERIFY(!StandardStreams::readerIsGone(file.handle()));
}

void TestStandardStreams::aReaderGoes()
{
    Pipe pipe;
    QVERIFY(!StandardStreams::readerIsGone(pipe.writeEnd()));
    pipe.closeReadEnd();
    QVERIFY(StandardStreams::readerIsGone(pipe.writeEnd()));
}

void TestStandardStreams::dataAndTheEndCanBeRead()
{
    Pipe pipe;
    QVERIFY(!StandardStreams::isReadable(pipe.readEnd()));
    QVERIFY(pipe.write("x"));
    QVERIFY(StandardStreams::isReadable(pipe.readEnd()));
    QCOMPARE(pipe.read(), "x");
    QVERIFY(!StandardStreams::isReadable(pipe.readEnd(), 1ms));
    pipe.closeWriteEnd();
    QVERIFY(StandardStreams::isReadable(pipe.readEnd()));
}

void TestStandardStreams::aPipeIsWidenedAndNeverNarrowed()
{
    const Pipe pipe;
    const int before = ::fcntl(pipe.writeEnd(), F_GETPIPE_SZ);
    StandardStreams::widenPipe(pipe.writeEnd());
    QCOMPARE(::fcntl(pipe.writeEnd(), F_GETPIPE_SZ), std::max<int>(before, StandardStreams::usualChunkSize));
    if (::fcntl(pipe.writeEnd(), F_SETPIPE_SZ, 1 << 20) < 0)
        QSKIP("this user may not have a larger pipe");
    StandardStreams::widenPipe(pipe.writeEnd());
    QCOMPARE(::fcntl(pipe.writeEnd(), F_GETPIPE_SZ), 1 << 20);
}

QTEST_GUILESS_MAIN(TestStandardStreams)
#include "tst_standardstreams.moc"
