// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

#include <QtCore/QThread>

#include <algorithm>
#include <functional>
#include <thread>

/// Two ends in two threads, neither of which has an event loop. A thread that Qt did not start cannot even have timers.
class TestStreamBlocking : public StreamTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void aQuestionIsAnswered_data() { addThreads(); }
    void aQuestionIsAnswered();
    void theOneThatComesFirstWaitsForTheOther_data() { addThreads(); }
    void theOneThatComesFirstWaitsForTheOther();
    void largeTransfersBothWaysAtOnce_data() { addThreads(); }
    void largeTransfersBothWaysAtOnce();
    void aSlowReaderHoldsTheWriterUp_data() { addThreads(); }
    void aSlowReaderHoldsTheWriterUp();
    void disconnectingSendsAllThatWasWritten_data() { addThreads(); }
    void disconnectingSendsAllThatWasWritten();

private:
    static void addThreads()
    {
        QTest::addColumn<bool>("ofQt");
        QTest::newRow("QThread") << true;
        QTest::newRow("std::thread") << false;
    }
    /// Runs both to their end, each with its own stream. True if both succeeded.
    bool runBoth(const std::function<bool(Stream &)> &left, const std::function<bool(Stream &)> &right) const;
};

namespace
{

constexpr int patience = 10'000;

#define OR_FALSE(condition)                                                                                                      \
    if (!(condition)) {                                                                                                          \
        qWarning("%s:%d: %s", __FILE__, __LINE__, #condition);                                                                   \
        return false;                                                                                                            \
    }

/// Like std::thread, but either.
class Thread
{
public:
    Thread(bool ofQt, const std::function<void()> &work)
    {
        if (ofQt) {
            m_ofQt.reset(QThread::create(work));
            m_ofQt->start();
        } else {
            m_ofStandard = std::thread(work);
        }
    }
    ~Thread()
    {
        if (m_ofQt)
            m_ofQt->wait();
        else
            m_ofStandard.join();
    }
    Q_DISABLE_COPY_MOVE(Thread)

private:
    std::unique_ptr<QThread> m_ofQt;
    std::thread m_ofStandard;
};

bool readUntil(FileBus::Stream &stream, qsizetype size, QByteArray &all)
{
    while (all.size() < size) {
        if (stream.bytesAvailable() == 0)
            OR_FALSE(stream.waitForReadyRead(patience));
        all += stream.readAll();
    }
    return true;
}

bool writeAll(FileBus::Stream &stream)
{
    while (stream.bytesToWrite() > 0)
        OR_FALSE(stream.waitForBytesWritten(patience));
    return true;
}

} // namespace

bool TestStreamBlocking::runBoth(const std::function<bool(Stream &)> &left, const std::function<bool(Stream &)> &right) const
{
    QFETCH(bool, ofQt);
    bool results[2] = {};
    const auto work = [this](const std::function<bool(Stream &)> &half, bool *result) {
        Stream stream(m_name);
        *result = half(stream);
    };
    {
        Thread leftThread(ofQt, [&] { work(left, &results[0]); });
        Thread rightThread(ofQt, [&] { work(right, &results[1]); });
    }
    return results[0] && results[1];
}

void TestStreamBlocking::aQuestionIsAnswered()
{
    const auto ask = [](Stream &stream) {
        OR_FALSE(stream.open() && stream.waitForConnected(patience));
        for (int i = 0; i < 100; ++i) {
            stream.write("question\n");
            while (!stream.canReadLine())
                OR_FALSE(stream.waitForReadyRead(patience));
            OR_FALSE(stream.readLine() == "answer\n");
        }
        stream.disconnectFromBus();
        return stream.state() == Stream::UnconnectedState || stream.waitForDisconnected(patience);
    };
    const auto answer = [](Stream &stream) {
        OR_FALSE(stream.open() && stream.waitForConnected(patience));
        do { // early data may have arrived while waiting for the connection
            while (stream.canReadLine()) {
                OR_FALSE(stream.readLine() == "question\n");
                stream.write("answer\n");
            }
        } while (stream.waitForReadyRead(patience));
        OR_FALSE(stream.isReadChannelFinished());
        return stream.state() == Stream::UnconnectedState || stream.waitForDisconnected(patience);
    };
    QVERIFY(runBoth(ask, answer));
}

void TestStreamBlocking::theOneThatComesFirstWaitsForTheOther()
{
    QAtomicInt isOpen = 0;
    const auto first = [&](Stream &stream) {
        OR_FALSE(stream.open());
        OR_FALSE(!stream.waitForConnected(50));
        stream.write("early");
        isOpen = 1;
        OR_FALSE(stream.waitForConnected(patience));
        stream.close();
        return stream.waitForDisconnected(patience);
    };
    const auto second = [&](Stream &stream) {
        while (!isOpen.loadAcquire())
            std::this_thread::yield();
        QByteArray all;
        OR_FALSE(stream.open() && readUntil(stream, 5, all) && all == "early");
        return stream.waitForDisconnected(patience);
    };
    QVERIFY(runBoth(first, second));
}

void TestStreamBlocking::largeTransfersBothWaysAtOnce()
{
    const QByteArray fromLeft = randomBytes(10'000'000, 1), fromRight = randomBytes(8'000'000, 2);
    const auto half = [](const QByteArray &sent, const QByteArray &expected) {
        return [&](Stream &stream) {
            OR_FALSE(stream.open());
            stream.write(sent);
            QByteArray all;
            OR_FALSE(readUntil(stream, expected.size(), all) && writeAll(stream));
            OR_FALSE(all == expected);
            stream.disconnectFromBus();
            return stream.state() == Stream::UnconnectedState || stream.waitForDisconnected(patience);
        };
    };
    QVERIFY(runBoth(half(fromLeft, fromRight), half(fromRight, fromLeft)));
}

void TestStreamBlocking::aSlowReaderHoldsTheWriterUp()
{
    const QByteArray sent = randomBytes(50'000);
    const auto writer = [&](Stream &stream) {
        stream.setWindow(2, 1000);
        OR_FALSE(stream.open() && stream.waitForConnected(patience));
        for (qsizetype at = 0; at < sent.size(); at += 1000) {
            stream.write(sent.sliced(at, 1000));
            OR_FALSE(writeAll(stream));
            OR_FALSE(chunksIn(m_path + ".a.d/inbox/b") <= 2 && chunksIn(m_path + ".b.d/inbox/a") <= 2);
        }
        stream.disconnectFromBus();
        return stream.state() == Stream::UnconnectedState || stream.waitForDisconnected(patience);
    };
    const auto reader = [&](Stream &stream) {
        stream.setReadBufferSize(1500); // otherwise the writer may be ahead without limit
        OR_FALSE(stream.open());
        QByteArray all;
        while (all.size() < sent.size()) {
            if (stream.bytesAvailable() == 0)
                OR_FALSE(stream.waitForReadyRead(patience));
            all += stream.read(777);
            QThread::usleep(200); // a reader that takes its time; nothing is awaited
        }
        return all == sent;
    };
    QVERIFY(runBoth(writer, reader));
}

void TestStreamBlocking::disconnectingSendsAllThatWasWritten()
{
    const QByteArray sent = randomBytes(3'000'000);
    const auto writer = [&](Stream &stream) {
        OR_FALSE(stream.open());
        stream.write(sent);
        stream.disconnectFromBus();
        return stream.waitForDisconnected(patience) && stream.bytesToWrite() == 0;
    };
    const auto reader = [&](Stream &stream) {
        QByteArray all;
        OR_FALSE(stream.open() && readUntil(stream, sent.size(), all) && all == sent);
        OR_FALSE(stream.state() == Stream::UnconnectedState || stream.waitForDisconnected(patience));
        return stream.isReadChannelFinished();
    };
    QVERIFY(runBoth(writer, reader));
}

QTEST_GUILESS_MAIN(TestStreamBlocking)
#include "tst_streamblocking.moc"
