// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;
using FileBus::Error;

/// How two ends connect and disconnect, with an event loop.
class TestStream : public StreamTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void aNewOneIsUnconnected();
    void statesComeInOrder();
    void bothAreToldOfTheOther();
    void aThirdIsRefusedAndToldWhoHoldsTheEnds();
    void itCannotBeOpenedWithoutADirectory();
    void openedTwiceItBeginsAnew();
    void closedItCanBeOpenedAgain();
    void closingOneEndDisconnectsTheOther();
    void disconnectingSendsAllThatWasWritten();
    void whatWasWrittenBeforeTheOtherCameArrives();
    void whatWasWrittenAndClosedBeforeTheOtherCameArrives();
    void aHalfClosedOneGoesOnReading_data();
    void aHalfClosedOneGoesOnReading();
    void nothingAtAllCanBeSent();
    void nothingCanBeWrittenAfterTheWriteChannelWasClosed();
    void whatTheOtherDoesNotWantAnyMoreIsAnError();
    void largeTransfersBothWaysAtOnce();
    void withoutEventsItOnlyTakesLonger();
};

void TestStream::aNewOneIsUnconnected()
{
    QCOMPARE(m_left->fileName(), m_name);
    QCOMPARE(m_left->state(), Stream::UnconnectedState);
    QVERIFY(m_left->isSequential());
    QVERIFY(!m_left->isOpen());
    QCOMPARE(m_left->bytesAvailable(), 0);
    QCOMPARE(m_left->bytesToWrite(), 0);
    QCOMPARE(m_left->error(), Error::NoError);
    QCOMPARE(m_left->peer(), QString());
    QVERIFY(!m_left->waitForDisconnected(0));
    QVERIFY(!m_left->waitForConnected(0));
    m_left->abort();
    m_left->disconnectFromBus();
    m_left->closeWriteChannel();
    QCOMPARE(Files::names(m_directory), QByteArrayList());
}

void TestStream::statesComeInOrder()
{
    QList<Stream::State> states;
    QByteArrayList events;
    connect(m_left.get(), &Stream::stateChanged, this, [&](Stream::State state) { states += state; });
    connect(m_left.get(), &Stream::connected, this, [&] { events += "connected"; });
    connect(m_left.get(), &Stream::disconnected, this, [&] { events += "disconnected"; });
    m_left->connectToBus();
    QCOMPARE(m_left->state(), Stream::ConnectingState);
    QVERIFY(m_left->isOpen());
    m_right->connectToBus();
    QTRY_COMPARE(m_left->state(), Stream::ConnectedState);
    m_left->write("bytes");
    m_left->disconnectFromBus();
    QCOMPARE(m_left->state(), Stream::ClosingState);
    QTRY_COMPARE(m_right->bytesAvailable(), 5);
    QCOMPARE(m_right->readAll(), "bytes");
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
    QCOMPARE(states, QList({Stream::ConnectingState, Stream::ConnectedState, Stream::ClosingState, Stream::UnconnectedState}));
    QCOMPARE(events, QByteArrayList({"connected", "disconnected"}));
}

void TestStream::bothAreToldOfTheOther()
{
    connectBoth();
    const QString name = u"PID %1 (tst_stream) on "_s.arg(QCoreApplication::applicationPid());
    QVERIFY2(m_left->peer().startsWith(name), qPrintable(m_left->peer()));
    QVERIFY2(m_right->peer().startsWith(name), qPrintable(m_right->peer()));
}

void TestStream::aThirdIsRefusedAndToldWhoHoldsTheEnds()
{
    connectBoth();
    Stream third(m_name);
    QSignalSpy errors(&third, &Stream::errorOccurred);
    QVERIFY(!third.open());
    QCOMPARE(errors.size(), 1);
    QCOMPARE(third.error(), Error::NameInUse);
    QCOMPARE(third.state(), Stream::UnconnectedState);
    const QString holder = u"PID %1 (tst_stream) on "_s.arg(QCoreApplication::applicationPid());
    QVERIFY2(third.errorString().count(holder) == 2 && third.errorString().contains(m_name), qPrintable(third.errorString()));
    m_left->write("not disturbed");
    TRY_READ(m_right, "not disturbed");
}

void TestStream::itCannotBeOpenedWithoutADirectory()
{
    Stream stream(m_name + u"/nowhere/stream"_s);
    QVERIFY(!stream.open());
    QCOMPARE(stream.error(), Error::DirectoryMissing);
    QVERIFY2(stream.errorString().contains(m_name), qPrintable(stream.errorString()));
}

void TestStream::openedTwiceItBeginsAnew()
{
    QSignalSpy disconnected(m_left.get(), &Stream::disconnected);
    QVERIFY(m_left->open());
    QVERIFY(m_left->open());
    QCOMPARE(disconnected.size(), 1);
    QCOMPARE(m_left->state(), Stream::ConnectingState);
    QVERIFY(m_right->open());
    QTRY_COMPARE(m_left->state(), Stream::ConnectedState);
    m_left->write("once");
    TRY_READ(m_right, "once");
}

void TestStream::closedItCanBeOpenedAgain()
{
    for (const QByteArray round : {"first", "second", "third"}) {
        connectBoth();
        m_left->write(round);
        m_left->close();
        QVERIFY(!m_left->isOpen());
        TRY_READ(m_right, round);
        QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
        QTRY_COMPARE(m_right->state(), Stream::UnconnectedState);
        QCOMPARE(m_right->readAll(), "");
    }
    QCOMPARE(Files::names(m_path + ".a.d/inbox"), QByteArrayList());
    QCOMPARE(Files::names(m_path + ".b.d/inbox"), QByteArrayList());
}

void TestStream::closingOneEndDisconnectsTheOther()
{
    connectBoth();
    QSignalSpy disconnected(m_right.get(), &Stream::disconnected);
    QSignalSpy finished(m_right.get(), &QIODevice::readChannelFinished);
    QSignalSpy lost(m_right.get(), &Stream::peerLost);
    QSignalSpy errors(m_right.get(), &Stream::errorOccurred);
    m_left->close();
    QTRY_COMPARE(disconnected.size(), 1);
    QCOMPARE(finished.size(), 1);
    QCOMPARE(lost.size(), 0);
    QCOMPARE(errors.size(), 0);
    QCOMPARE(m_right->state(), Stream::UnconnectedState);
}

void TestStream::disconnectingSendsAllThatWasWritten()
{
    connectBoth();
    const QByteArray sent = randomBytes(10'000'000);
    m_left->write(sent);
    m_left->disconnectFromBus();
    QVERIFY(m_left->bytesToWrite() > 0);
    QByteArray all;
    collect(m_right.get(), &all);
    QTRY_COMPARE_WITH_TIMEOUT(m_right->state(), Stream::UnconnectedState, 30000);
    QVERIFY(all == sent);
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
    QCOMPARE(m_left->bytesToWrite(), 0);
}

void TestStream::whatWasWrittenBeforeTheOtherCameArrives()
{
    QVERIFY(m_left->open());
    QCOMPARE(m_left->write("early"), 5);
    QCOMPARE(m_left->bytesToWrite(), 5);
    QTRY_VERIFY(Files::exists(m_path + ".a.d/staging"));
    QCOMPARE(m_left->state(), Stream::ConnectingState);
    QVERIFY(m_right->open());
    TRY_READ(m_right, "early");
    QCOMPARE(m_left->bytesToWrite(), 0);
}

void TestStream::whatWasWrittenAndClosedBeforeTheOtherCameArrives()
{
    QVERIFY(m_left->open());
    m_left->write("early");
    m_left->close();
    QCOMPARE(m_left->state(), Stream::ClosingState);
    QVERIFY(m_right->open());
    TRY_READ(m_right, "early");
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
    QTRY_COMPARE(m_right->state(), Stream::UnconnectedState);
}

void TestStream::aHalfClosedOneGoesOnReading_data()
{
    QTest::addColumn<bool>("leftFirst");
    QTest::newRow("end a") << true;
    QTest::newRow("end b") << false;
}

void TestStream::aHalfClosedOneGoesOnReading()
{
    QFETCH(bool, leftFirst);
    connectBoth();
    Stream *closing = leftFirst ? m_left.get() : m_right.get();
    Stream *other = leftFirst ? m_right.get() : m_left.get();
    QSignalSpy finished(other, &QIODevice::readChannelFinished);
    QSignalSpy disconnected(closing, &Stream::disconnected);
    closing->write("question");
    closing->closeWriteChannel();
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(other->isReadChannelFinished());
    QCOMPARE(other->readAll(), "question");
    QCOMPARE(other->state(), Stream::ConnectedState);
    other->write("answ");
    TRY_READ(closing, "answ");
    other->write("er");
    TRY_READ(closing, "er");
    QCOMPARE(closing->state(), Stream::ConnectedState);
    QCOMPARE(disconnected.size(), 0);
    other->closeWriteChannel();
    QTRY_COMPARE(closing->state(), Stream::UnconnectedState);
    QTRY_COMPARE(other->state(), Stream::UnconnectedState);
    QCOMPARE(disconnected.size(), 1);
    QCOMPARE(finished.size(), 1);
}

void TestStream::nothingAtAllCanBeSent()
{
    connectBoth();
    QSignalSpy ready(m_right.get(), &QIODevice::readyRead);
    m_left->closeWriteChannel();
    m_right->closeWriteChannel();
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
    QTRY_COMPARE(m_right->state(), Stream::UnconnectedState);
    QVERIFY(m_left->isReadChannelFinished() && m_right->isReadChannelFinished());
    QCOMPARE(ready.size(), 0);
    QVERIFY(!Files::exists(m_path + ".a") && !Files::exists(m_path + ".b"));
}

void TestStream::nothingCanBeWrittenAfterTheWriteChannelWasClosed()
{
    connectBoth();
    m_left->closeWriteChannel();
    QCOMPARE(m_left->write("late"), -1);
    QVERIFY(!m_left->errorString().isEmpty());
    m_left->abort();
    QTest::ignoreMessage(QtWarningMsg, "QIODevice::write (FileBus::Stream): device not open");
    QCOMPARE(m_left->write("later"), -1);
}

void TestStream::whatTheOtherDoesNotWantAnyMoreIsAnError()
{
    m_left->setWindow(1, 1);
    connectBoth();
    m_right->setReadBufferSize(1);
    QSignalSpy errors(m_left.get(), &Stream::errorOccurred);
    m_left->write("many bytes");
    QTRY_COMPARE(m_right->bytesAvailable(), 1);
    m_right->close();
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(m_left->error(), Error::PeerClosed);
    QCOMPARE(m_left->state(), Stream::UnconnectedState);
}

void TestStream::largeTransfersBothWaysAtOnce()
{
    connectBoth();
    const QByteArray fromLeft = randomBytes(20'000'000, 1), fromRight = randomBytes(15'000'000, 2);
    QByteArray atLeft, atRight;
    collect(m_left.get(), &atLeft);
    collect(m_right.get(), &atRight);
    m_left->write(fromLeft);
    m_right->write(fromRight);
    m_left->closeWriteChannel();
    m_right->closeWriteChannel();
    QTRY_COMPARE_WITH_TIMEOUT(m_left->state(), Stream::UnconnectedState, 60000);
    QTRY_COMPARE_WITH_TIMEOUT(m_right->state(), Stream::UnconnectedState, 60000);
    QVERIFY(atRight == fromLeft);
    QVERIFY(atLeft == fromRight);
}

void TestStream::withoutEventsItOnlyTakesLonger()
{
    for (Stream *stream : {m_left.get(), m_right.get()}) {
        stream->setFileMonitoring(false);
        stream->setSleepInterval(std::chrono::milliseconds(5));
        stream->setWindow(2, 100);
    }
    connectBoth();
    const QByteArray sent = randomBytes(2000);
    QByteArray all;
    collect(m_right.get(), &all);
    m_left->write(sent);
    m_left->disconnectFromBus();
    QTRY_COMPARE(m_right->state(), Stream::UnconnectedState);
    QVERIFY(all == sent);
}

QTEST_GUILESS_MAIN(TestStream)
#include "tst_stream.moc"
