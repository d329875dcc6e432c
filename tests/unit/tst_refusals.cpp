// SPDX-License-Identifier: Apache-2.0
#include <filebus/businspection.h>
#include <filebus/consumer.h>
#include <filebus/producer.h>
#include <filebus/stream.h>

#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>

#include <functional>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using FileBus::Consumer;
using FileBus::Error;
using FileBus::Producer;
using FileBus::Stream;

/// Invalid values: a setter warns and changes nothing, and an invalid name creates no file anywhere.
class TestRefusals : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();
    void cleanup();

    void aConsumerKeepsItsValues();
    void aProducerKeepsItsValues();
    void aStreamKeepsItsValues();
    void whatWasSetIsTold();
    void aRunningConsumerKeepsItsName();
    void aConnectedStreamKeepsItsNameAndWindow();
    void aStreamNeedsAMode();
    void aLosslessConsumerHasNoStart();
    void namesOfNothing_data();
    void namesOfNothing();
    void aStreamIsNoDirectory();
    void onlyANamedSubscriptionCanBeRemoved();

private:
    /// Expects a warning that names @p function and contains @p what.
    void expectWarning(const QString &function, const QString &what) const
    {
        const QString pattern =
            u"^"_s + QRegularExpression::escape(function) + u"\\(\\): .*"_s + QRegularExpression::escape(what);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(pattern));
    }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QString m_name;
    QString m_before; ///< working directory
};

void TestRefusals::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_name = QFile::decodeName(m_scratch->path("bus"));
    m_before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(QFile::decodeName(m_scratch->path())));
}

void TestRefusals::cleanup()
{
    QVERIFY(QDir::setCurrent(m_before));
}

void TestRefusals::aConsumerKeepsItsValues()
{
    Consumer consumer;
    for (const std::chrono::milliseconds interval : {0ms, -1ms, std::chrono::milliseconds(24h + 1ms)}) {
        expectWarning(u"FileBus::Consumer::setSleepInterval"_s,
                      u"%1 ms is out of range; the range is from 1 to 86400000 ms"_s.arg(interval.count()));
        consumer.setSleepInterval(interval);
    }
    QCOMPARE(consumer.sleepInterval(), 100ms);
    for (const std::chrono::milliseconds length : {-1ms, std::chrono::milliseconds(25h)}) {
        expectWarning(u"FileBus::Consumer::setTurn"_s, u"from 0 to 86400000 ms"_s);
        consumer.setTurn(length, {1});
    }
    QCOMPARE(consumer.turn(), 0ms);
    QCOMPARE(consumer.turnInterrupts(), QList<int>());
    expectWarning(u"FileBus::Consumer::setStartSequence"_s, u"0 is out of range; the least is 1"_s);
    consumer.setStartSequence(0);
    QCOMPARE(consumer.startSequence(), 0u);
    QCOMPARE(consumer.startMode(), Consumer::Start::Last);
}

void TestRefusals::aProducerKeepsItsValues()
{
    Producer producer(m_name);
    expectWarning(u"FileBus::Producer::setWindow"_s, u"0 is out of range; the least is 1"_s);
    producer.setWindow(0);
    QCOMPARE(producer.window(), 64u);
    expectWarning(u"FileBus::Producer::setHistory"_s, u"-1 bytes is out of range"_s);
    producer.setHistory(1, -1);
    QCOMPARE(producer.historyChunks(), 64u);
    QCOMPARE(producer.historyBytes(), 16 << 20);
    expectWarning(u"FileBus::Producer::setLockTimeout"_s, u"-1 ms is out of range"_s);
    producer.setLockTimeout(-1ms);
    QCOMPARE(producer.lockTimeout(), 10s);
    expectWarning(u"FileBus::Producer::setSleepInterval"_s, u"0 ms is out of range"_s);
    producer.setSleepInterval(0ms);
    QCOMPARE(producer.sleepInterval(), 100ms);

    producer.setLossless(true);
    QVERIFY(producer.publish("pending"));
    const std::pair<QString, std::function<void()>> setters[] = {
        {u"setFormat"_s, [&] { producer.setFormat(FileBus::Format::Raw); }},
        {u"setLossless"_s, [&] { producer.setLossless(false); }},
        {u"setAwaitedConsumers"_s, [&] { producer.setAwaitedConsumers(0); }}};
    for (const auto &[setter, call] : setters) {
        expectWarning(u"FileBus::Producer::"_s + setter, u"chunks are pending"_s);
        call();
    }
    QCOMPARE(producer.format(), FileBus::Format::Tar);
    QVERIFY(producer.isLossless());
    QCOMPARE(producer.awaitedConsumers(), 1u);
    producer.abort();
}

void TestRefusals::aStreamKeepsItsValues()
{
    Stream stream;
    expectWarning(u"FileBus::Stream::setWindow"_s, u"0 chunks is out of range"_s);
    stream.setWindow(0, 1);
    for (const qsizetype size : {qsizetype(0), qsizetype(-1), FileBus::Chunk::maximumPayloadSize + 1}) {
        expectWarning(u"FileBus::Stream::setWindow"_s,
                      u"%1 bytes is out of range; the range is from 1 to 67108864 bytes"_s.arg(size));
        stream.setWindow(1, size);
    }
    QCOMPARE(stream.window(), 64u);
    QCOMPARE(stream.blockSize(), 65536);
    expectWarning(u"FileBus::Stream::setReadBufferSize"_s, u"-1 bytes is out of range"_s);
    stream.setReadBufferSize(-1);
    QCOMPARE(stream.readBufferSize(), 0);
    expectWarning(u"FileBus::Stream::setSleepInterval"_s, u"0 ms is out of range"_s);
    stream.setSleepInterval(0ms);
    QCOMPARE(stream.sleepInterval(), 100ms);
}

void TestRefusals::whatWasSetIsTold()
{
    Consumer consumer;
    consumer.setNativeFileName("/a\xff");
    QCOMPARE(consumer.nativeFileName(), "/a\xff");
    consumer.setFormat(FileBus::Format::Raw);
    QVERIFY(consumer.format() == FileBus::Format::Raw);
    consumer.setFormat({});
    QVERIFY(!consumer.format());
    consumer.setTurn(5ms, {3});
    QCOMPARE(consumer.turnInterrupts(), QList<int>{3});
    consumer.setStart(Consumer::Start::All);
    QCOMPARE(consumer.startMode(), Consumer::Start::All);
    consumer.setStartSequence(7);
    QCOMPARE(consumer.startSequence(), 7u);
    consumer.setStart(Consumer::Start::New);
    QCOMPARE(consumer.startMode(), Consumer::Start::New);
    QCOMPARE(consumer.startSequence(), 0u);

    Producer producer;
    producer.setNativeFileName("/a\xff");
    QCOMPARE(producer.nativeFileName(), "/a\xff");
    producer.setFileMonitoring(false);
    producer.setSleepInterval(24h);
    QVERIFY(!producer.isFileMonitoring());
    QCOMPARE(producer.sleepInterval(), 24h);

    Stream stream;
    stream.setNativeFileName("/a\xff");
    QCOMPARE(stream.nativeFileName(), "/a\xff");
    stream.setFileMonitoring(false);
    stream.setSleepInterval(1ms);
    stream.setWindow(2, 3);
    QVERIFY(!stream.isFileMonitoring());
    QCOMPARE(stream.sleepInterval(), 1ms);
    QCOMPARE(stream.window(), 2u);
    QCOMPARE(stream.blockSize(), 3);
}

void TestRefusals::aRunningConsumerKeepsItsName()
{
    Consumer consumer(m_name);
    consumer.start();
    expectWarning(u"FileBus::Consumer::setFileName"_s, u"the consumer is running"_s);
    consumer.setFileName(m_name + u"2"_s);
    QCOMPARE(consumer.fileName(), m_name);
    consumer.stop();
    consumer.setFileName(m_name + u"2"_s);
    QCOMPARE(consumer.fileName(), m_name + u"2"_s);
}

void TestRefusals::aConnectedStreamKeepsItsNameAndWindow()
{
    Stream stream(m_name);
    QVERIFY(stream.open());
    expectWarning(u"FileBus::Stream::setFileName"_s, u"not unconnected"_s);
    stream.setFileName(m_name + u"2"_s);
    expectWarning(u"FileBus::Stream::setWindow"_s, u"not unconnected"_s);
    stream.setWindow(1);
    QCOMPARE(stream.fileName(), m_name);
    QCOMPARE(stream.window(), 64u);
}

void TestRefusals::aStreamNeedsAMode()
{
    Stream stream(m_name);
    expectWarning(u"FileBus::Stream::open"_s, u"neither reading nor writing"_s);
    QVERIFY(!stream.open(QIODevice::NotOpen));
    QVERIFY(!stream.isOpen());
    QCOMPARE(stream.state(), Stream::UnconnectedState);
    QVERIFY(Files::names(m_scratch->path()).isEmpty());
}

void TestRefusals::aLosslessConsumerHasNoStart()
{
    Consumer consumer(m_name);
    consumer.setLossless(true);
    consumer.setStart(Consumer::Start::All);
    expectWarning(u"FileBus::Consumer::start"_s, u"setStart() and setStartSequence() mean nothing"_s);
    consumer.start();
    QVERIFY(consumer.isRunning());
}

void TestRefusals::namesOfNothing_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("a directory") << QByteArray("directory/");
    QTest::newRow("this directory") << QByteArray(".");
    QTest::newRow("the one above") << QByteArray("directory/..");
    QTest::newRow("with a NUL") << QByteArray("bus\0hidden", 10);
}

void TestRefusals::namesOfNothing()
{
    QFETCH(const QByteArray, name);
    QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
    Producer producer;
    Stream stream;
    Consumer consumer;
    if (!name.isEmpty()) {
        producer.setNativeFileName(name);
        stream.setNativeFileName(name);
        consumer.setNativeFileName(name);
    }
    QSignalSpy streamFailed(&stream, &Stream::errorOccurred), consumerFailed(&consumer, &Consumer::errorOccurred);
    QVERIFY(!producer.open());
    QCOMPARE(producer.error(), Error::InvalidName);
    QVERIFY(!producer.publish("chunk"));
    QCOMPARE(producer.error(), Error::InvalidName);
    producer.end();
    QVERIFY(!producer.close());
    QCOMPARE(producer.error(), Error::InvalidName);
    producer.abort();
    QVERIFY(!stream.open());
    QCOMPARE(stream.error(), Error::InvalidName);
    QCOMPARE(streamFailed.size(), 1);
    for (const bool lossless : {false, true}) {
        consumer.setLossless(lossless);
        consumer.start();
        QTRY_VERIFY(!consumer.isRunning());
        QCOMPARE(consumer.error(), Error::InvalidName);
        QVERIFY(!consumer.errorString().isEmpty());
    }
    consumer.setSubscription(u"name"_s);
    QVERIFY(!consumer.unsubscribe());
    QCOMPARE(consumer.error(), Error::InvalidName);
    QCOMPARE(consumerFailed.size(), 3);
    QCOMPARE(FileBus::BusInspection::of(name).error, Error::InvalidName);
    QCOMPARE(Files::names(m_scratch->path()), QByteArrayList{"directory"});
    QCOMPARE(Files::names(m_scratch->path("directory")), QByteArrayList());
}

void TestRefusals::aStreamIsNoDirectory()
{
    QVERIFY(Files::makeDirectory(m_scratch->path("bus")));
    Stream stream(m_name);
    QVERIFY(!stream.open());
    QCOMPARE(stream.error(), Error::NotARegularFile);
    QCOMPARE(Files::names(m_scratch->path()), QByteArrayList{"bus"});
}

void TestRefusals::onlyANamedSubscriptionCanBeRemoved()
{
    Consumer consumer(m_name);
    QVERIFY(!consumer.unsubscribe());
    QCOMPARE(consumer.error(), Error::InvalidName);
    QCOMPARE(Files::names(m_scratch->path()), QByteArrayList());
}

QTEST_GUILESS_MAIN(TestRefusals)
#include "tst_refusals.moc"
