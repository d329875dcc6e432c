// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>
#include <filebus/stream.h>

#include "support/lockholder.h"
#include "support/movetest.h"

#include <filesystem>
#include <thread>

using FileBus::Producer;
using FileBus::Stream;

/// A stream that is moved to another thread continues there.
class TestMovedStream : public MoveTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }
    void cleanup() { end(); }

    void aProducerAndAStreamFromAThreadWithoutAnEventLoop();
    void aStream();
    void aStreamThatIsAlone();
    void aStreamThatWaitsForALock();
};

void TestMovedStream::aProducerAndAStreamFromAThreadWithoutAnEventLoop()
{
    LockHolder bus(m_path + ".lock"), stream(m_path + ".b.lock");
    QVERIFY(bus.holds() && stream.holds());
    std::unique_ptr<Producer> producer;
    std::unique_ptr<Stream> moved;
    std::thread([&] {
        producer = std::make_unique<Producer>(m_name);
        connect(producer.get(), &Producer::published, producer.get(), [this] { ++m_there; });
        QVERIFY(producer->publish("1"));
        moveThere(producer.get());
        moved = std::make_unique<Stream>(m_name);
        QVERIFY(moved->open());
        moved->write("early");
        moveThere(moved.get());
    }).join();
    bus.letGo();
    stream.letGo();
    QTRY_COMPARE(m_there, 1);
    Stream other(m_name);
    QVERIFY(other.open());
    QByteArray came;
    QTRY_COMPARE(came += other.readAll(), "early");
    deleteThere(producer);
    deleteThere(moved);
}

void TestMovedStream::aStream()
{
    Stream other(m_name);
    auto moved = std::make_unique<Stream>(m_name);
    QVERIFY(moved->open() && other.open());
    QTRY_COMPARE(moved->state(), Stream::ConnectedState);
    QTRY_COMPARE(other.state(), Stream::ConnectedState);
    connect(moved.get(), &QIODevice::readyRead, moved.get(), [this, stream = moved.get()] {
        ++(QThread::currentThread() == m_thread.get() ? m_there : m_elsewhere);
        stream->write(stream->readAll());
    });
    moved->write("on its way");
    moveThere(moved.get());
    QByteArray first;
    QTRY_COMPARE(first += other.readAll(), "on its way");
    for (const char *text : {"one", "two", "three"}) {
        other.write(text);
        QByteArray echo;
        QTRY_COMPARE(echo += other.readAll(), text);
    }
    QVERIFY(m_there >= 3);
    QCOMPARE(m_elsewhere, 0);
    inItsThread(moved.get(), [&] { moved->disconnectFromBus(); });
    QTRY_VERIFY(other.isReadChannelFinished());
    other.abort();
    deleteThere(moved);
}

void TestMovedStream::aStreamThatIsAlone()
{
    auto moved = std::make_unique<Stream>(m_name);
    std::atomic<bool> isConnected = false;
    connect(moved.get(), &Stream::connected, moved.get(), [&] { isConnected = QThread::currentThread() == m_thread.get(); });
    QVERIFY(moved->open());
    moved->write("early");
    moveThere(moved.get());
    Stream other(m_name);
    QVERIFY(other.open());
    QTRY_VERIFY(isConnected);
    QByteArray first;
    QTRY_COMPARE(first += other.readAll(), "early");
    deleteThere(moved);
}

void TestMovedStream::aStreamThatWaitsForALock()
{
    LockHolder holder(m_path + ".b.lock");
    QVERIFY(holder.holds());
    auto moved = std::make_unique<Stream>(m_name);
    std::atomic<bool> isConnected = false;
    connect(moved.get(), &Stream::connected, moved.get(), [&] { isConnected = true; });
    QVERIFY(moved->open());
    std::filesystem::remove_all((m_path + ".b.d").toStdString());
    moveThere(moved.get());
    QTRY_VERIFY(Files::exists(m_path + ".b.d/inbox")); // it retries there
    holder.letGo();
    Stream other(m_name);
    QVERIFY(other.open());
    QTRY_VERIFY(isConnected);
    deleteThere(moved);
}

QTEST_GUILESS_MAIN(TestMovedStream)
#include "tst_movedstream.moc"
