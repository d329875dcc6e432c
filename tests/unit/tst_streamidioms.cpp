// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDataStream>
#include <QtCore/QThread>

#include <optional>

/// Readers that wait for a whole message, as with any QIODevice, receive it, even if it takes several windows of the writer.
class TestStreamIdioms : public StreamTest
{
    Q_OBJECT
public:
    /// How a reader detects that a message is complete.
    enum Idiom { Line, BytesAvailable, Peek, Transaction, DataStream };
    Q_ENUM(Idiom)

private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void aMessageComesWhole_data();
    void aMessageComesWhole();
    void severalMessagesAreTakenOneByOne_data();
    void severalMessagesAreTakenOneByOne();
    void withoutAnEventLoop_data();
    void withoutAnEventLoop();
    void bothWriteBeforeTheyRead();
    void onlyEventsWake();
    void aTransactionMayBeLargerThanTheBuffer();

private:
    static void addMessages();
};

namespace
{

using Idiom = TestStreamIdioms::Idiom;

QByteArray encoded(Idiom idiom, const QByteArray &message)
{
    if (idiom != Idiom::DataStream)
        return message;
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << message;
    return bytes;
}

/// The message, if all of it has arrived; otherwise nothing is read.
std::optional<QByteArray> tryToRead(FileBus::Stream &stream, Idiom idiom, qsizetype size)
{
    switch (idiom) {
    case Idiom::Line:
        return stream.canReadLine() ? std::optional(stream.readLine()) : std::nullopt;
    case Idiom::BytesAvailable:
        return stream.bytesAvailable() >= size ? std::optional(stream.read(size)) : std::nullopt;
    case Idiom::Peek:
        return stream.peek(size).size() == size ? std::optional(stream.read(size)) : std::nullopt;
    case Idiom::Transaction: {
        stream.startTransaction();
        const QByteArray read = stream.read(size);
        read.size() == size ? stream.commitTransaction() : stream.rollbackTransaction();
        return read.size() == size ? std::optional(read) : std::nullopt;
    }
    case Idiom::DataStream: {
        QDataStream in(&stream);
        QByteArray message;
        in.startTransaction();
        in >> message;
        return in.commitTransaction() ? std::optional(message) : std::nullopt;
    }
    }
    return std::nullopt;
}

/// Each piece as a separate chunk, as long as the reader keeps up.
void writeInPieces(FileBus::Stream &stream, const QByteArray &bytes, qsizetype piece)
{
    for (qsizetype at = 0; at < bytes.size(); at += piece) {
        stream.write(bytes.sliced(at, std::min(piece, bytes.size() - at)));
        stream.flush();
        QCoreApplication::processEvents();
    }
}

} // namespace

void TestStreamIdioms::addMessages()
{
    QTest::addColumn<Idiom>("idiom");
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<qsizetype>("piece");
    for (const Idiom idiom : {Line, BytesAvailable, Peek, Transaction, DataStream}) {
        const char *const name = QMetaEnum::fromType<Idiom>().valueToKey(idiom);
        QTest::addRow("%s, 800 bytes in pieces of ten", name) << idiom << qsizetype(800) << qsizetype(10);
        QTest::addRow("%s, 40 MB at once", name) << idiom << qsizetype(40'000'000) << qsizetype(40'000'004);
    }
}

void TestStreamIdioms::aMessageComesWhole_data()
{
    addMessages();
}

void TestStreamIdioms::aMessageComesWhole()
{
    QFETCH(Idiom, idiom);
    QFETCH(qsizetype, size);
    QFETCH(qsizetype, piece);
    connectBoth();
    const QByteArray message = messageOf(size);
    std::optional<QByteArray> read;
    connect(m_right.get(), &QIODevice::readyRead, this, [&] { read = read ? read : tryToRead(*m_right, idiom, size); });
    writeInPieces(*m_left, encoded(idiom, message), piece);
    QTRY_VERIFY_WITH_TIMEOUT(read, 30000);
    QVERIFY(*read == message);
    QCOMPARE(m_right->bytesAvailable(), 0);
    QTRY_COMPARE(unacknowledged(), 0);
    QCOMPARE(m_left->bytesToWrite(), 0);
    m_left->close();
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
    QTRY_COMPARE(m_right->state(), Stream::UnconnectedState);
    QVERIFY(!Files::exists(m_path + ".a.d/inbox/b"));
}

void TestStreamIdioms::severalMessagesAreTakenOneByOne_data()
{
    QTest::addColumn<Idiom>("idiom");
    for (const Idiom idiom : {Line, BytesAvailable, Peek, Transaction, DataStream})
        QTest::addRow("%s", QMetaEnum::fromType<Idiom>().valueToKey(idiom)) << idiom;
}

void TestStreamIdioms::severalMessagesAreTakenOneByOne()
{
    QFETCH(Idiom, idiom);
    m_left->setWindow(4, 100);
    connectBoth();
    const QByteArray message = messageOf(1234);
    int complete = 0;
    connect(m_right.get(), &QIODevice::readyRead, this, [&] {
        while (const std::optional<QByteArray> read = tryToRead(*m_right, idiom, message.size()))
            complete += *read == message ? 1 : 1000;
    });
    for (int count = 0; count < 8; ++count)
        m_left->write(encoded(idiom, message));
    QTRY_COMPARE(complete, 8);
    QTRY_COMPARE(unacknowledged(), 0);
}

void TestStreamIdioms::withoutAnEventLoop_data()
{
    addMessages();
}

// The writer has one, in the thread of the test.
void TestStreamIdioms::withoutAnEventLoop()
{
    QFETCH(Idiom, idiom);
    QFETCH(qsizetype, size);
    QFETCH(qsizetype, piece);
    const QByteArray message = messageOf(size);
    QVERIFY(m_left->open());
    QTRY_VERIFY(Files::exists(m_path + ".b.d/inbox/a"));
    std::optional<QByteArray> read;
    const std::unique_ptr<QThread> reader(QThread::create([&] {
        Stream stream(m_name);
        stream.open();
        do
            read = tryToRead(stream, idiom, size);
        while (!read && stream.waitForReadyRead(20000));
        stream.close();
        stream.waitForDisconnected(10000);
    }));
    reader->start();
    QTRY_COMPARE(m_left->state(), Stream::ConnectedState);
    writeInPieces(*m_left, encoded(idiom, message), piece);
    m_left->disconnectFromBus();
    QTRY_VERIFY_WITH_TIMEOUT(reader->isFinished(), 40000);
    QVERIFY(read && *read == message);
    QTRY_COMPARE(m_left->state(), Stream::UnconnectedState);
}

void TestStreamIdioms::bothWriteBeforeTheyRead()
{
    connectBoth();
    const QByteArray message = messageOf(40'000'000);
    int requests = 0, answers = 0;
    for (Stream *stream : {m_left.get(), m_right.get()}) {
        connect(stream, &QIODevice::readyRead, this, [&, stream] {
            QDataStream io(stream);
            while (true) {
                bool isAnswer = false;
                QByteArray body;
                io.startTransaction();
                io >> isAnswer >> body;
                if (!io.commitTransaction())
                    return;
                (isAnswer ? answers : requests) += body == message ? 1 : 1000;
                if (!isAnswer)
                    io << true << body;
            }
        });
        QDataStream(stream) << false << message;
    }
    QTRY_COMPARE_WITH_TIMEOUT(answers, 2, 30000);
    QCOMPARE(requests, 2);
}

void TestStreamIdioms::onlyEventsWake()
{
    for (Stream *stream : {m_left.get(), m_right.get()})
        stream->setSleepInterval(std::chrono::hours(1));
    m_left->setWindow(2, 10);
    connectBoth();
    m_left->write(messageOf(1000));
    QTRY_VERIFY(m_right->canReadLine());
    QCOMPARE(held() + waiting(), 100);
    QCOMPARE(m_right->readLine(), messageOf(1000));
    QTRY_COMPARE(unacknowledged(), 0);
}

void TestStreamIdioms::aTransactionMayBeLargerThanTheBuffer()
{
    m_left->setWindow(4, 1000);
    m_right->setReadBufferSize(1500);
    connectBoth();
    const QByteArray message = messageOf(50'000);
    std::optional<QByteArray> read;
    connect(m_right.get(), &QIODevice::readyRead, this, [&] { read = tryToRead(*m_right, DataStream, message.size()); });
    QDataStream out(m_left.get());
    out << message;
    QTRY_VERIFY(read);
    QVERIFY(*read == message);
}

QTEST_GUILESS_MAIN(TestStreamIdioms)
#include "tst_streamidioms.moc"
