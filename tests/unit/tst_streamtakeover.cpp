// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

using namespace Qt::StringLiterals;
using FileBus::Error;

/// A successor takes over an end that was abandoned before its stream ended, with every byte that was not acknowledged.
class TestStreamTakeover : public StreamTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void theOtherEndIsTold();
    void aSuccessorGetsAllThatWasNotAcknowledged();
    void aSuccessorOfEitherEndGoesOn_data();
    void aSuccessorOfEitherEndGoesOn();
    void whatIsWrittenMeanwhileWaits();
    void bothEndsCanBeTakenOver();
    void anEndThatWasSaidIsKnownToTheSuccessor();
    void anEndThatWasReadIsKnownToTheSuccessor();
    void theDirectoryIsRemoved();
    void theInboxOfOneEndIsRemoved();
    void foreignChunksAreAnError();
};

void TestStreamTakeover::theOtherEndIsTold()
{
    connectBoth();
    QSignalSpy lost(m_left.get(), &Stream::peerLost);
    QSignalSpy disconnected(m_left.get(), &Stream::disconnected);
    const QString peer = m_left->peer();
    m_right->abort();
    QCOMPARE(m_right->state(), Stream::UnconnectedState);
    QTRY_COMPARE(lost.size(), 1);
    QCOMPARE(lost.first().first().toString(), peer);
    QCOMPARE(m_left->state(), Stream::ConnectingState);
    QCOMPARE(disconnected.size(), 0);
    QCOMPARE(m_left->error(), Error::NoError);
}

void TestStreamTakeover::aSuccessorGetsAllThatWasNotAcknowledged()
{
    m_left->setWindow(64, 10);
    connectBoth();
    m_left->write("0123456789abcdefghijABCDEFGHIJ");
    QTRY_COMPARE(m_right->bytesAvailable(), 30);
    QCOMPARE(m_right->read(15), "0123456789abcde");
    QTRY_COMPARE(unacknowledged(), 2);
    m_right->abort();
    Stream successor(m_name);
    QVERIFY(successor.open());
    QTRY_COMPARE(successor.bytesAvailable(), 20);
    QCOMPARE(successor.readAll(), "abcdefghijABCDEFGHIJ");
    m_left->write("more");
    TRY_READ(&successor, "more");
}

void TestStreamTakeover::aSuccessorOfEitherEndGoesOn_data()
{
    QTest::addColumn<bool>("leftDies");
    QTest::newRow("end a") << true;
    QTest::newRow("end b") << false;
}

void TestStreamTakeover::aSuccessorOfEitherEndGoesOn()
{
    QFETCH(bool, leftDies);
    connectBoth();
    Stream *survivor = leftDies ? m_right.get() : m_left.get();
    QSignalSpy connected(survivor, &Stream::connected);
    QSignalSpy lost(survivor, &Stream::peerLost);
    (leftDies ? m_left : m_right).reset();
    QTRY_COMPARE(lost.size(), 1);
    Stream successor(m_name);
    QVERIFY(successor.open());
    QTRY_COMPARE(connected.size(), 1);
    successor.write("to the survivor");
    survivor->write("to the successor");
    TRY_READ(survivor, "to the survivor");
    TRY_READ(&successor, "to the successor");
    successor.close();
    QTRY_COMPARE(survivor->state(), Stream::UnconnectedState);
    QCOMPARE(survivor->error(), Error::NoError);
}

void TestStreamTakeover::whatIsWrittenMeanwhileWaits()
{
    m_left->setWindow(4, 10);
    connectBoth();
    m_right->abort();
    const QByteArray sent = randomBytes(1000);
    m_left->write(sent);
    QTRY_COMPARE(m_left->state(), Stream::ConnectingState);
    QTRY_COMPARE(m_left->bytesToWrite(), 960);
    QByteArray all;
    Stream successor(m_name);
    collect(&successor, &all);
    QVERIFY(successor.open());
    QTRY_COMPARE(all.size(), sent.size());
    QVERIFY(all == sent);
}

void TestStreamTakeover::bothEndsCanBeTakenOver()
{
    connectBoth();
    m_left->write("from the left");
    m_right->write("from the right");
    QTRY_COMPARE(m_left->bytesAvailable(), 14);
    QTRY_COMPARE(m_right->bytesAvailable(), 13);
    m_left->abort();
    m_right->abort();
    connectBoth();
    TRY_READ(m_left, "from the right");
    TRY_READ(m_right, "from the left");
}

void TestStreamTakeover::anEndThatWasSaidIsKnownToTheSuccessor()
{
    connectBoth();
    m_left->write("all");
    m_left->closeWriteChannel();
    QTRY_VERIFY(m_right->isReadChannelFinished());
    m_right->abort();
    Stream successor(m_name);
    QVERIFY(successor.open());
    QTRY_VERIFY(successor.isReadChannelFinished());
    QCOMPARE(successor.readAll(), "all");
    successor.write("answer");
    successor.closeWriteChannel();
    TRY_READ(m_left, "answer");
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
    QTRY_COMPARE(successor.state(), Stream::UnconnectedState);
}

void TestStreamTakeover::anEndThatWasReadIsKnownToTheSuccessor()
{
    connectBoth();
    m_left->write("all");
    m_left->closeWriteChannel();
    QTRY_VERIFY(m_right->isReadChannelFinished());
    QCOMPARE(m_right->readAll(), "all");
    QTRY_VERIFY(!Files::exists(m_path + ".a.d/inbox/b/00000000000000000001"));
    m_right->abort();
    Stream successor(m_name);
    QVERIFY(successor.open());
    successor.write("answer");
    successor.closeWriteChannel();
    TRY_READ(m_left, "answer");
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
    QTRY_COMPARE(successor.state(), Stream::UnconnectedState);
    QVERIFY(successor.isReadChannelFinished());
}

void TestStreamTakeover::theDirectoryIsRemoved()
{
    connectBoth();
    QSignalSpy leftErrors(m_left.get(), &Stream::errorOccurred);
    QSignalSpy rightErrors(m_right.get(), &Stream::errorOccurred);
    std::filesystem::remove_all(m_directory.toStdString());
    for (Stream *stream : {m_left.get(), m_right.get()}) {
        QTRY_COMPARE(stream->state(), Stream::UnconnectedState);
        QCOMPARE(stream->error(), Error::SubscriptionGone);
        QVERIFY2(stream->errorString().contains(m_name), qPrintable(stream->errorString()));
    }
    QCOMPARE(leftErrors.size(), 1);
    QCOMPARE(rightErrors.size(), 1);
}

void TestStreamTakeover::theInboxOfOneEndIsRemoved()
{
    connectBoth();
    std::filesystem::remove_all((m_path + ".a.d").toStdString());
    QTRY_COMPARE(m_right->state(), Stream::UnconnectedState);
    QCOMPARE(m_right->error(), Error::SubscriptionGone);
}

void TestStreamTakeover::foreignChunksAreAnError()
{
    connectBoth();
    QSignalSpy errors(m_right.get(), &Stream::errorOccurred);
    m_left->write("ours");
    TRY_READ(m_right, "ours");
    QVERIFY(Files::write(m_path + ".a.d/inbox/b/00000000000000000002", "not a chunk"));
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(m_right->error(), Error::CorruptChunk);
    QCOMPARE(m_right->state(), Stream::UnconnectedState);
}

QTEST_GUILESS_MAIN(TestStreamTakeover)
#include "tst_streamtakeover.moc"
