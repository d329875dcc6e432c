// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "support/files.h"
#include "support/nobus.h"
#include "support/scratchdirectory.h"
#include "support/tar.h"

#include <QtTest/QSignalSpy>

#include <algorithm>

using namespace Qt::StringLiterals;
using FileBus::Error;
using FileBus::Producer;

class TestProducer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void chunksAreNumberedFromOneOn();
    void producersShareOneNumbering();
    void goesOnWhereAnotherProducerEnded();
    void chunksOfTheOriginalDoNotDisturbTheNumbering();
    void whatNobodyTookIsReplaced();
    void whatIsNoRegularFileIsRefused_data() { NoBus::addKinds(); }
    void whatIsNoRegularFileIsRefused();
    void aMissingDirectoryIsRefused();
    void aChunkThatIsTooLargeIsRefused();
    void theSideDirectoryIsMadeAgain();
    void theNextFileIsMadeAhead();
    void isMadeAnewWhereTheSideDirectoryVanished();
    void whatWasSwappedOutIsRemoved();
    void whatWasSwappedOutTakesNoSpace();
    void theModeOfTheBusIsKept();
    void aNameThatIsNotUtf8();

private:
    static QList<quint64> numbers(const QSignalSpy &spy);
    qsizetype stagedChunks() const;

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    QString m_name;
};

void TestProducer::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
    m_name = QFile::decodeName(m_path);
}

QList<quint64> TestProducer::numbers(const QSignalSpy &spy)
{
    QList<quint64> found;
    for (const QVariantList &arguments : spy)
        found += arguments.first().toULongLong();
    return found;
}

// Other files there are empty: the next one, and those that keep an inode number in quarantine.
qsizetype TestProducer::stagedChunks() const
{
    const QByteArrayList names = Files::names(m_path + ".d/staging");
    return std::count_if(names.begin(), names.end(),
                         [this](const QByteArray &name) { return Files::status(m_path + ".d/staging/" + name).st_size > 0; });
}

void TestProducer::chunksAreNumberedFromOneOn()
{
    Producer producer(m_name);
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(producer.streamId().isNull());
    for (const char *payload : {"one", "", "three"})
        QVERIFY2(producer.publish(payload), qPrintable(producer.errorString()));
    QCOMPARE(numbers(published), (QList<quint64>{1, 2, 3}));
    QVERIFY(!producer.streamId().isNull());
    QCOMPARE(producer.error(), Error::NoError);
    QCOMPARE(Files::names(m_scratch->path()), (QByteArrayList{"bus", "bus.d", "bus.lock"}));
}

void TestProducer::producersShareOneNumbering()
{
    Producer one(m_name);
    Producer two(m_name);
    QSignalSpy ofOne(&one, &Producer::published);
    QSignalSpy ofTwo(&two, &Producer::published);
    for (int i = 0; i < 3; ++i)
        QVERIFY(one.publish("one") && two.publish("two") && two.publish("two"));
    QCOMPARE(numbers(ofOne), (QList<quint64>{1, 4, 7}));
    QCOMPARE(numbers(ofTwo), (QList<quint64>{2, 3, 5, 6, 8, 9}));
    QCOMPARE(one.streamId(), two.streamId());
}

void TestProducer::goesOnWhereAnotherProducerEnded()
{
    QUuid stream;
    {
        Producer producer(m_name);
        QVERIFY(producer.publish("one"));
        stream = producer.streamId();
    }
    Producer producer(m_name);
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(producer.publish("two"));
    QCOMPARE(numbers(published), (QList<quint64>{2}));
    QCOMPARE(producer.streamId(), stream);
}

void TestProducer::chunksOfTheOriginalDoNotDisturbTheNumbering()
{
    Producer producer(m_name);
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(producer.publish("one"));
    const QUuid stream = producer.streamId();
    QVERIFY(Files::replace(m_path, Tar::originalChunk("of the original")));
    QVERIFY(producer.publish("two"));
    QCOMPARE(numbers(published), (QList<quint64>{1, 2}));
    QCOMPARE(producer.streamId(), stream);
}

// The bus never grows.
void TestProducer::whatNobodyTookIsReplaced()
{
    {
        Producer producer(m_name);
        for (int i = 0; i < 200; ++i)
            QVERIFY(producer.publish(QByteArray(1000, 'x')));
    }
    QVERIFY(Files::status(m_path).st_size < 5000);
    QCOMPARE(Files::names(m_path + ".d/history").size(), 64);
    QCOMPARE(Files::names(m_path + ".d/staging"), QByteArrayList());
    QCOMPARE(Files::names(m_path + ".d/producers"), QByteArrayList());
}

void TestProducer::whatIsNoRegularFileIsRefused()
{
    QFETCH(const QByteArray, kind);
    QVERIFY(Files::write(m_scratch->path("target"), "kept"));
    QVERIFY(NoBus::make(kind, m_path, m_scratch->path("target")));
    const struct stat before = Files::status(m_path);
    Producer producer(m_name);
    QVERIFY(!producer.open());
    QCOMPARE(producer.error(), Error::NotARegularFile);
    QVERIFY(!producer.publish("chunk"));
    QCOMPARE(producer.error(), Error::NotARegularFile);
    QVERIFY2(producer.errorString().contains(m_name + u" is a "_s + QLatin1StringView(kind)), qPrintable(producer.errorString()));
    QCOMPARE(producer.pendingChunks(), 0);
    QCOMPARE(Files::status(m_path).st_ino, before.st_ino);
    QCOMPARE(Files::read(m_scratch->path("target")), "kept");
}

void TestProducer::aMissingDirectoryIsRefused()
{
    Producer producer(QFile::decodeName(m_scratch->path("missing/bus")));
    QVERIFY(!producer.publish("chunk"));
    QCOMPARE(producer.error(), Error::DirectoryMissing);
    QCOMPARE(Files::names(m_scratch->path()), QByteArrayList());
    QVERIFY(Files::makeDirectory(m_scratch->path("missing")));
    QVERIFY(producer.publish("chunk"));
}

void TestProducer::aChunkThatIsTooLargeIsRefused()
{
    Producer producer(m_name);
    const QByteArray tooLarge(FileBus::Chunk::maximumPayloadSize + 1, 'x');
    QVERIFY(!producer.publish(tooLarge));
    QCOMPARE(producer.error(), Error::ChunkTooLarge);
    QVERIFY2(producer.errorString().contains(u"67108865"_s), qPrintable(producer.errorString()));
    QVERIFY(!Files::exists(m_path));
    QVERIFY(producer.publish("small"));
}

void TestProducer::theSideDirectoryIsMadeAgain()
{
    Producer producer(m_name);
    QSignalSpy published(&producer, &Producer::published);
    QVERIFY(producer.publish("one"));
    QVERIFY(QDir(m_name + u".d"_s).removeRecursively());
    QVERIFY2(producer.publish("two"), qPrintable(producer.errorString()));
    QCOMPARE(numbers(published), (QList<quint64>{1, 2}));
    QVERIFY(Files::exists(m_path + ".d/history"));
}

// So that no consumer has to wait for it.
void TestProducer::theNextFileIsMadeAhead()
{
    Producer producer(m_name);
    producer.setHistory(0); // nothing else is left in staging
    QVERIFY(producer.publish("1"));
    const QByteArrayList staged = Files::names(m_path + ".d/staging");
    QCOMPARE(staged.size(), 1);
    QCOMPARE(Files::status(m_path + ".d/staging/" + staged.first()).st_size, 0);
    const ino_t ahead = Files::status(m_path + ".d/staging/" + staged.first()).st_ino;
    QVERIFY(producer.publish("2"));
    QCOMPARE(Files::status(m_path).st_ino, ahead);
}

void TestProducer::isMadeAnewWhereTheSideDirectoryVanished()
{
    for (const quint64 history : {quint64(64), quint64(0)}) {
        Producer producer(m_name);
        producer.setHistory(history);
        QVERIFY(producer.publish("1"));
        QVERIFY(QDir(QFile::decodeName(m_path + ".d")).removeRecursively()); // and the next file with it
        QVERIFY2(producer.publish("2"), qPrintable(producer.errorString()));
        QCOMPARE(Files::names(m_path + ".d/producers").size(), 1); // others must be able to see that it is alive
    }
}

// However many chunks are published without a pause.
void TestProducer::whatWasSwappedOutIsRemoved()
{
    Producer producer(m_name);
    for (int i = 0; i < 100; ++i)
        QVERIFY(producer.publish("chunk"));
    QVERIFY(stagedChunks() < 10);
    for (int i = 0; i < 3; ++i)
        QVERIFY(producer.publish(QByteArray(65'536, 'x')));
    const qsizetype small = stagedChunks();
    for (int i = 0; i < 3; ++i)
        QVERIFY(producer.publish(QByteArray(65'536, 'x')));
    QCOMPARE(stagedChunks(), small); // a large file does not wait
}

// It is not in the history, so it would take space.
void TestProducer::whatWasSwappedOutTakesNoSpace()
{
    for (const quint64 history : {quint64(0), quint64(1), quint64(3)}) {
        Producer producer(m_name);
        producer.setHistory(history);
        for (int i = 0; i < 10; ++i)
            QVERIFY(producer.publish("chunk"));
        QVERIFY(stagedChunks() < static_cast<qsizetype>(std::max<quint64>(history, 1)));
    }
}

void TestProducer::theModeOfTheBusIsKept()
{
    Producer producer(m_name);
    QVERIFY(producer.publish("one"));
    QCOMPARE(::chmod(m_path.constData(), 0640), 0);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(producer.publish("more"));
        QCOMPARE(Files::mode(m_path), mode_t(0640));
    }
}

void TestProducer::aNameThatIsNotUtf8()
{
    const QByteArray directory = m_scratch->path("caf\xe9");
    QVERIFY(Files::makeDirectory(directory));
    {
        Producer producer;
        producer.setNativeFileName(directory + "/b\xfcs");
        QVERIFY2(producer.publish("chunk"), qPrintable(producer.errorString()));
        QCOMPARE(Files::names(directory), (QByteArrayList{"b\xfcs", "b\xfcs.d", "b\xfcs.lock"}));
    }
    QCOMPARE(::rename(directory.constData(), m_scratch->path("cafe").constData()), 0);
}

QTEST_GUILESS_MAIN(TestProducer)
#include "tst_producer.moc"
