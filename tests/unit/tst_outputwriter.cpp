// SPDX-License-Identifier: Apache-2.0
#include "outputwriter.h"

#include "support/pipe.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTemporaryFile>
#include <QtTest/QSignalSpy>

#include <cerrno>
#include <csignal>
#include <fcntl.h>

/// Writes what has room, and never blocks.
class TestOutputWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }

    void whatHasRoomIsWritten();
    void aFullPipeTakesTheRestWhenItIsRead();
    void aPipeThatSharesItsDescriptorStaysBlocking();
    void aFileTakesEverything();
    void aReaderThatIsGoneIsAnError();
};

void TestOutputWriter::whatHasRoomIsWritten()
{
    Pipe pipe;
    OutputWriter writer(pipe.writeEnd());
    QSignalSpy room(&writer, &OutputWriter::hasRoom);
    QCOMPARE(writer.write(""), 0);
    QCOMPARE(writer.write("all of it"), 9);
    QCOMPARE(pipe.read(), "all of it");
    QCoreApplication::processEvents();
    QCOMPARE(room.size(), 0);
}

void TestOutputWriter::aFullPipeTakesTheRestWhenItIsRead()
{
    Pipe pipe;
    OutputWriter writer(pipe.writeEnd());
    QSignalSpy room(&writer, &OutputWriter::hasRoom);
    QByteArray bytes;
    for (int i = 0; bytes.size() < 1'000'000; ++i)
        bytes += QByteArray::number(i);
    QByteArray all;
    qint64 written = writer.write(bytes);
    QVERIFY(written > 0 && written < bytes.size());
    QCoreApplication::processEvents();
    QCOMPARE(room.size(), 0);
    while (written < bytes.size()) {
        QCOMPARE(writer.write(QByteArrayView(bytes).sliced(written)), 0); // nothing was read since
        all += pipe.read();
        QTRY_COMPARE(room.size(), 1);
        room.clear();
        const qint64 more = writer.write(QByteArrayView(bytes).sliced(written));
        QVERIFY(more > 0);
        written += more;
    }
    all += pipe.read();
    QVERIFY(all == bytes);
    QCoreApplication::processEvents();
    QCOMPARE(room.size(), 0); // nothing waits any more
}

void TestOutputWriter::aPipeThatSharesItsDescriptorStaysBlocking()
{
    const Pipe pipe;
    OutputWriter writer(pipe.writeEnd());
    QVERIFY(writer.write(QByteArray(1'000'000, 'x')) < 1'000'000);
    QCOMPARE(::fcntl(pipe.writeEnd(), F_GETFL) & O_NONBLOCK, 0);
}

void TestOutputWriter::aFileTakesEverything()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    OutputWriter writer(file.handle());
    QCOMPARE(writer.write(QByteArray(1'000'000, 'x')), 1'000'000);
    QCOMPARE(file.size(), 1'000'000);
}

void TestOutputWriter::aReaderThatIsGoneIsAnError()
{
    Pipe pipe;
    OutputWriter writer(pipe.writeEnd());
    pipe.closeReadEnd();
    QCOMPARE(writer.write("to nobody"), -1);
    QCOMPARE(errno, EPIPE);
}

QTEST_GUILESS_MAIN(TestOutputWriter)
#include "tst_outputwriter.moc"
