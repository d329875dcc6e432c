// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "onbus.h"
#include "program.h"

#include <QtTest/QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

class TestSignals : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void endAConsumerThatIsIdle_data() { addSignals(); }
    void endAConsumerThatIsIdle();
    void endAConsumerThatIsBlockedWriting_data() { addSignals(); }
    void endAConsumerThatIsBlockedWriting();
    void endAProducerThatWaitsForInput_data() { addSignals(); }
    void endAProducerThatWaitsForInput();
    void endAProducerThatWaitsForTheLock_data() { addSignals(); }
    void endAProducerThatWaitsForTheLock();
    void endAProducerInFullFlight_data() { addSignals(); }
    void endAProducerInFullFlight();
    void aReaderThatGoesEndsAConsumer_data();
    void aReaderThatGoesEndsAConsumer();
    void aReaderThatGoesEndsAConsumerThatIsBlockedWriting();
    void aPipelineEndsWithHead();

private:
    static void addSignals();
};

namespace
{

/// A pipe of one page, whose ends no child inherits by accident.
struct Pipe {
    Pipe()
    {
        if (::pipe2(ends, O_CLOEXEC) != 0 || ::fcntl(ends[0], F_SETPIPE_SZ, 1) < 0)
            qFatal("no pipe");
    }
    ~Pipe()
    {
        closeReader();
        closeWriter();
    }
    Q_DISABLE_COPY_MOVE(Pipe)

    void closeReader() { ::close(std::exchange(ends[0], -1)); }
    void closeWriter() { ::close(std::exchange(ends[1], -1)); }
    int unread() const
    {
        int bytes = 0;
        ::ioctl(ends[0], FIONREAD, &bytes);
        return bytes;
    }
    bool isFull() const { return unread() == ::fcntl(ends[0], F_GETPIPE_SZ); }

    int ends[2];
};

// One chunk larger than the pipe, so the consumer that has filled the pipe is still writing.
bool publishMoreThanThePipeHolds(const BusDirectory &directory)
{
    writeFile(directory.file(u"input"_s), QByteArray(1 << 20, 'x'));
    Program producer(producerOf(directory.bus(), {u"--block-size"_s, u"1048576"_s}));
    producer.setStandardInputFile(directory.file(u"input"_s));
    return producer.begin() && producer.status() == 0;
}

} // namespace

void TestSignals::addSignals()
{
    QTest::addColumn<int>("signalNumber");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void TestSignals::endAConsumerThatIsIdle()
{
    QFETCH(int, signalNumber);
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "chunk\n"));
    Program consumer(consumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "chunk\n");
    consumer.send(signalNumber);
    QCOMPARE(consumer.status(), 128 + signalNumber);
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestSignals::endAConsumerThatIsBlockedWriting()
{
    QFETCH(int, signalNumber);
    BusDirectory directory;
    QVERIFY(publishMoreThanThePipeHolds(directory));
    Pipe pipe;
    Program consumer(consumerOf(directory.bus()));
    consumer.setOutput(pipe.ends[1]);
    QVERIFY(consumer.begin());
    EVENTUALLY(pipe.isFull());
    consumer.send(signalNumber);
    QCOMPARE(consumer.status(), 128 + signalNumber);
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestSignals::endAProducerThatWaitsForInput()
{
    QFETCH(int, signalNumber);
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin() && producer.feed("chunk\n"));
    EVENTUALLY(OnBus::chunkAt(directory.bus()));
    producer.send(signalNumber);
    QCOMPARE(producer.status(), 128 + signalNumber);
    QCOMPARE(producer.errors(), QByteArray());
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

void TestSignals::endAProducerThatWaitsForTheLock()
{
    QFETCH(int, signalNumber);
    BusDirectory directory;
    HeldLock lock(directory.bus());
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin() && producer.feed("chunk\n"));
    EVENTUALLY(!namesIn(directory.bus() + u".d/staging"_s).isEmpty());
    producer.send(signalNumber);
    QCOMPARE(producer.status(), 128 + signalNumber);
    QCOMPARE(producer.errors(), QByteArray());
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

void TestSignals::endAProducerInFullFlight()
{
    QFETCH(int, signalNumber);
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    producer.setStandardInputFile(u"/dev/zero"_s);
    QVERIFY(producer.begin());
    EVENTUALLY(OnBus::chunkAt(directory.bus()));
    producer.send(signalNumber);
    QCOMPARE(producer.status(), 128 + signalNumber);
    QCOMPARE(producer.errors(), QByteArray());
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

void TestSignals::aReaderThatGoesEndsAConsumer_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("as it is") << u"exec \"$@\""_s;
    QTest::newRow("started by one who ignores SIGPIPE") << u"trap '' PIPE; exec \"$@\""_s;
}

// The bus stays idle, so no write(2) can notice.
void TestSignals::aReaderThatGoesEndsAConsumer()
{
    QFETCH(QString, script);
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "chunk\n"));
    Pipe pipe;
    Program consumer(consumerOf(directory.bus(), {u"--sleep-interval"_s, u"3600"_s}));
    consumer.setShell(script);
    consumer.setOutput(pipe.ends[1]);
    QVERIFY(consumer.begin());
    pipe.closeWriter();
    EVENTUALLY_EQUAL(pipe.unread(), 6);
    pipe.closeReader();
    QCOMPARE(consumer.status(), 128 + SIGPIPE);
    QCOMPARE(consumer.exitStatus(), QProcess::CrashExit);
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestSignals::aReaderThatGoesEndsAConsumerThatIsBlockedWriting()
{
    BusDirectory directory;
    QVERIFY(publishMoreThanThePipeHolds(directory));
    Pipe pipe;
    Program consumer(consumerOf(directory.bus()));
    consumer.setOutput(pipe.ends[1]);
    QVERIFY(consumer.begin());
    pipe.closeWriter();
    EVENTUALLY(pipe.isFull());
    pipe.closeReader();
    QCOMPARE(consumer.status(), 128 + SIGPIPE);
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestSignals::aPipelineEndsWithHead()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "first\nsecond\n"));
    Program consumer(consumerOf(directory.bus()));
    consumer.setShell(u"\"$@\" | head -n 1; exit ${PIPESTATUS[0]}"_s);
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), 141);
    QCOMPARE(consumer.output(), "first\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

QTEST_GUILESS_MAIN(TestSignals)
#include "tst_signals.moc"
