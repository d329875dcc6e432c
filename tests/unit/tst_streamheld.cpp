// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

#include <filebus/businspection.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QProcess>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Data that a side holds in memory, beyond the window of the other one, is not lost when it dies.
class TestStreamHeld : public StreamTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void aKilledReadersSuccessorGetsAll_data();
    void aKilledReadersSuccessorGetsAll();
    void readersAreKilledAtAnyInstant();
    void theWriterWaitsForWhatIsHeld();
    void aNumberThatWasPutInOnceMoreComesOnce();
    void leavingRemovesWhatIsHeld();
    void numbersGoOnAfterWhatIsHeld();

private:
    void writePieces(int count);
    /// A process that holds the side "b", has read this many bytes, and never reads more.
    std::unique_ptr<QProcess> beginReader(int bytes) const;
    static void kill(QProcess &process);
};

namespace
{

constexpr int pieceSize = 10;

QByteArray piece(int number)
{
    return QByteArray::number(number).rightJustified(pieceSize - 1, '.') + '\n';
}

QByteArray pieces(int count, int first = 0)
{
    QByteArray all;
    for (int number = first; number < count; ++number)
        all += piece(number);
    return all;
}

int readAndWait(const QStringList &arguments)
{
    FileBus::Stream stream(arguments[2]);
    const qint64 wanted = arguments[3].toLongLong();
    QObject::connect(&stream, &QIODevice::readyRead, &stream, [&, read = qint64(0)]() mutable {
        if (read < wanted && stream.bytesAvailable() >= wanted)
            read += stream.read(wanted).size();
    });
    return stream.open() ? QCoreApplication::exec() : 1;
}

} // namespace

// As separate chunks, as long as the reader receives them.
void TestStreamHeld::writePieces(int count)
{
    for (int number = 0; number < count; ++number) {
        m_left->write(piece(number));
        m_left->flush();
        QTRY_VERIFY(m_left->bytesToWrite() < 1000);
    }
}

std::unique_ptr<QProcess> TestStreamHeld::beginReader(int bytes) const
{
    auto process = std::make_unique<QProcess>();
    process->setProcessChannelMode(QProcess::ForwardedChannels);
    process->start(QCoreApplication::applicationFilePath(), {u"reader"_s, m_name, QString::number(bytes)});
    return process->waitForStarted() ? std::move(process) : nullptr;
}

void TestStreamHeld::kill(QProcess &process)
{
    ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
    process.waitForFinished();
}

void TestStreamHeld::aKilledReadersSuccessorGetsAll_data()
{
    QTest::addColumn<int>("alreadyRead");
    QTest::newRow("nothing was read") << 0;
    QTest::newRow("some was read") << 95;
}

void TestStreamHeld::aKilledReadersSuccessorGetsAll()
{
    QFETCH(int, alreadyRead);
    m_left->setWindow(8, pieceSize);
    QVERIFY(m_left->open());
    QTRY_VERIFY(Files::exists(m_path + ".b.d/inbox/a"));
    const auto reader = beginReader(alreadyRead);
    QVERIFY(reader);
    QTRY_COMPARE(m_left->state(), Stream::ConnectedState);
    writePieces(100);
    QTRY_COMPARE(m_left->bytesToWrite(), 0);
    QTRY_COMPARE(unacknowledged(), 100 - alreadyRead / pieceSize);
    QVERIFY(held() > 8);
    kill(*reader);
    QByteArray all;
    Stream successor(m_name);
    collect(&successor, &all);
    QVERIFY(successor.open());
    m_left->write(piece(100));
    QTRY_COMPARE(all, pieces(101, alreadyRead / pieceSize));
    QTRY_COMPARE(unacknowledged(), 0);
}

void TestStreamHeld::readersAreKilledAtAnyInstant()
{
    m_left->setWindow(4, pieceSize);
    QVERIFY(m_left->open());
    QTRY_VERIFY(Files::exists(m_path + ".b.d/inbox/a"));
    int written = 0;
    for (int victim = 0; victim < 5; ++victim) {
        const auto reader = beginReader(0);
        QVERIFY(reader);
        QTRY_COMPARE(m_left->state(), Stream::ConnectedState);
        for (const int last = written + QRandomGenerator::global()->bounded(1, 100); written < last; ++written) {
            m_left->write(piece(written));
            m_left->flush();
            QCoreApplication::processEvents();
        }
        kill(*reader);
        QTRY_COMPARE(m_left->state(), Stream::ConnectingState);
    }
    QByteArray all;
    Stream last(m_name);
    collect(&last, &all);
    QVERIFY(last.open());
    QTRY_COMPARE(all, pieces(written));
    QTRY_COMPARE(unacknowledged(), 0);
    QCOMPARE(m_left->error(), FileBus::Error::NoError);
}

void TestStreamHeld::theWriterWaitsForWhatIsHeld()
{
    const auto setSleepIntervals = [this](std::chrono::milliseconds interval) {
        m_left->setSleepInterval(interval);
        m_right->setSleepInterval(interval);
    };
    setSleepIntervals(1h); // only events wake
    m_left->setWindow(4, pieceSize);
    connectBoth();
    m_left->write(pieces(50));
    m_left->disconnectFromBus();
    QTRY_COMPARE(unacknowledged(), 50);
    QVERIFY(held() > 4);
    QTRY_VERIFY(m_right->isReadChannelFinished());
    QCOMPARE(FileBus::BusInspection::of(m_path + ".a").subscribers.first().waiting, 50U);
    setSleepIntervals(5ms);
    QVERIFY(bothLook());
    QCOMPARE(m_left->state(), Stream::ClosingState);
    setSleepIntervals(1h);
    QCOMPARE(m_right->readAll(), pieces(50));
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
}

void TestStreamHeld::aNumberThatWasPutInOnceMoreComesOnce()
{
    m_left->setWindow(4, pieceSize);
    connectBoth();
    m_left->write(pieces(20));
    QTRY_COMPARE(held(), 20);
    const QByteArray inbox = m_path + ".a.d/inbox/b/", number = "00000000000000000007";
    QCOMPARE(::link((inbox + "held/" + number).constData(), (inbox + number).constData()), 0);
    QTRY_COMPARE(waiting(), 0); // the running reader drops it
    QCOMPARE(::link((inbox + "held/" + number).constData(), (inbox + number).constData()), 0);
    m_right->abort();
    QByteArray all;
    Stream successor(m_name);
    collect(&successor, &all);
    QVERIFY(successor.open());
    QTRY_COMPARE(all, pieces(20));
    QTRY_COMPARE(unacknowledged(), 0);
    QCOMPARE(Files::names(inbox + "held"), QByteArrayList());
}

void TestStreamHeld::leavingRemovesWhatIsHeld()
{
    m_left->setWindow(4, pieceSize);
    connectBoth();
    m_left->write(pieces(50));
    QTRY_COMPARE(held(), 50);
    m_right->disconnectFromBus(); // it refuses the data
    QTRY_COMPARE(m_right->state(), Stream::UnconnectedState);
    QCOMPARE(Files::names(m_path + ".a.d/inbox"), QByteArrayList());
}

void TestStreamHeld::numbersGoOnAfterWhatIsHeld()
{
    m_left->setWindow(4, pieceSize);
    connectBoth();
    m_left->write(pieces(20));
    QTRY_COMPARE(held(), 20);
    QCOMPARE(::unlink((m_path + ".a").constData()), 0);
    m_left->write(pieces(40, 20));
    QTRY_COMPARE(held(), 40);
    QVERIFY(Files::exists(m_path + ".a.d/inbox/b/held/00000000000000000040"));
    QCOMPARE(m_right->readAll(), pieces(40));
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (application.arguments().value(1) == u"reader"_s)
        return readAndWait(application.arguments());
    TestStreamHeld test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_streamheld.moc"
