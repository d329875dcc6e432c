// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

#include <optional>

using namespace Qt::StringLiterals;
using FileBus::Error;

/// A read buffer with a limit, and what is held on disk beside it.
class TestStreamBuffer : public StreamTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void aBoundedReaderHoldsTheWriterUp();
    void aLineThatDoesNotFitIsReported();
    void waitingForWhatDoesNotFitIsReported();
    void aNumberOfBytesThatDoesNotFitIsReported();
    void whoKeepsUpIsToldNothing();
    void readersThatKeepUpHoldNothing();
    void whatCannotBeHeldIsReported();
};

void TestStreamBuffer::aBoundedReaderHoldsTheWriterUp()
{
    m_left->setWindow(4, 1000);
    m_right->setReadBufferSize(5500);
    connectBoth();
    m_left->write(QByteArray(100'000, 'x'));
    QTRY_COMPARE(m_right->bytesAvailable(), 6000);
    QTRY_COMPARE(waiting(), 4);
    QVERIFY(bothLook());
    QCOMPARE(m_right->bytesAvailable(), 6000);
    QCOMPARE(waiting(), 4);
    QVERIFY(held() <= 6);
    QCOMPARE(m_left->bytesToWrite(), 100'000 - unacknowledged() * 1000);
    QByteArray all;
    collect(m_right.get(), &all);
    all += m_right->readAll();
    QTRY_COMPARE(all.size(), 100'000);
    QTRY_COMPARE(unacknowledged(), 0);
}

void TestStreamBuffer::aLineThatDoesNotFitIsReported()
{
    m_left->setWindow(4, 10);
    m_right->setReadBufferSize(25);
    connectBoth();
    QSignalSpy errors(m_right.get(), &Stream::errorOccurred);
    connect(m_right.get(), &QIODevice::readyRead, this, [&] { m_right->canReadLine(); });
    m_left->write(messageOf(200));
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(m_right->error(), Error::BufferFull);
    QVERIFY2(m_right->errorString().contains(u"25"_s), qPrintable(m_right->errorString()));
    QCOMPARE(m_right->state(), Stream::ConnectedState);
    QVERIFY(!m_right->canReadLine());
    m_right->setReadBufferSize(0);
    QTRY_VERIFY(m_right->canReadLine());
    QCOMPARE(m_right->readLine(), messageOf(200));
    QCOMPARE(errors.size(), 1);
}

void TestStreamBuffer::waitingForWhatDoesNotFitIsReported()
{
    m_left->setWindow(4, 10);
    m_right->setReadBufferSize(25);
    connectBoth();
    m_left->write(messageOf(200));
    QTRY_COMPARE(m_right->bytesAvailable(), 30);
    QVERIFY(!m_right->waitForReadyRead(-1));
    QCOMPARE(m_right->error(), Error::BufferFull);
    QCOMPARE(m_right->read(30).size(), 30);
    QVERIFY(m_right->waitForReadyRead(5000));
}

// Once, until something is read. Data that has arrived can still be read.
void TestStreamBuffer::aNumberOfBytesThatDoesNotFitIsReported()
{
    m_left->setWindow(4, 10);
    m_right->setReadBufferSize(25);
    connectBoth();
    QSignalSpy errors(m_right.get(), &Stream::errorOccurred);
    std::optional<QByteArray> read;
    connect(m_right.get(), &QIODevice::readyRead, this, [&] {
        if (!read && m_right->bytesAvailable() >= 200)
            read = m_right->read(200);
    });
    m_left->write(messageOf(200));
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(m_right->error(), Error::BufferFull);
    QCOMPARE(m_right->state(), Stream::ConnectedState);
    QVERIFY(!read);
    m_right->setReadBufferSize(200);
    QTRY_VERIFY(read);
    QCOMPARE(*read, messageOf(200));
    QCOMPARE(errors.size(), 1);
}

void TestStreamBuffer::whoKeepsUpIsToldNothing()
{
    m_left->setWindow(4, 1000);
    m_right->setReadBufferSize(1500);
    connectBoth();
    QSignalSpy errors(m_right.get(), &Stream::errorOccurred);
    qint64 all = 0;
    connect(m_right.get(), &QIODevice::readyRead, this, [&] {
        while (m_right->bytesAvailable() > 0)
            all += m_right->read(700).size();
    });
    m_left->write(QByteArray(100'000, 'x'));
    QTRY_COMPARE(all, 100'000);
    QCOMPARE(errors.size(), 0);
}

void TestStreamBuffer::readersThatKeepUpHoldNothing()
{
    m_left->setWindow(4, 1000);
    connectBoth();
    qsizetype all = 0;
    connect(m_right.get(), &QIODevice::readyRead, this, [&] { all += m_right->readAll().size(); }, Qt::QueuedConnection);
    m_left->write(QByteArray(100'000, 'x'));
    QTRY_COMPARE(all, 100'000);
    QVERIFY(!Files::exists(m_path + ".a.d/inbox/b/held"));
}

void TestStreamBuffer::whatCannotBeHeldIsReported()
{
    m_left->setWindow(4, 10);
    connectBoth();
    QSignalSpy errors(m_right.get(), &Stream::errorOccurred);
    QVERIFY(Files::makeDirectory(m_path + ".elsewhere"));
    QCOMPARE(::symlink((m_path + ".elsewhere").constData(), (m_path + ".a.d/inbox/b/held").constData()), 0);
    m_left->write(messageOf(200));
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(m_right->error(), Error::NotARegularFile);
    QCOMPARE(m_right->state(), Stream::ConnectedState);
    QCOMPARE(Files::names(m_path + ".elsewhere"), QByteArrayList());
    QCOMPARE(::unlink((m_path + ".a.d/inbox/b/held").constData()), 0);
    QTRY_VERIFY(m_right->canReadLine());
    QCOMPARE(m_right->readLine(), messageOf(200));
    QCOMPARE(errors.size(), 1);
}

QTEST_GUILESS_MAIN(TestStreamBuffer)
#include "tst_streambuffer.moc"
