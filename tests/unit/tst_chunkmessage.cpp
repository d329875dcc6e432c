// SPDX-License-Identifier: Apache-2.0
#include "cluster/chunkmessage.h"

#include "base/failure.h"
#include "cluster/natshandle.h"

#include <filebus/chunk.h>
#include <filebus/error.h>

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using FileBus::Chunk;
using FileBus::ChunkMessage;
using FileBus::Error;
using FileBus::NatsMessage;
using FileBus::ProducerInfo;
using FileBus::ReceivedChunk;
using FileBus::Result;

namespace
{

const QUuid stream(u"0f9b6a52-3c1e-4d7a-9b84-2a6d5e8c7f10"_s);
const ProducerInfo producer{QUuid(u"6a1c3f0e-98d2-4b7c-8f15-0a9e4d2b7c61"_s), 4711, u"höst"_s, u"pro\"gram\n"_s};

// As a consumer of JetStream gets it: the reply subject says which chunk it is.
NatsMessage received(const QByteArray &payload, quint64 sequence, const QByteArray &metadata, const QByteArray &number = "3")
{
    NatsMessage message;
    const QByteArray reply = "$JS.ACK.FB_x.consumer.1." + QByteArray::number(sequence) + ".1.1700000000000000000.0";
    receive(message, natsMsg_Create, "fb.x.in.6a1c3f0e", reply.constData(), payload.constData(), int(payload.size()));
    if (!metadata.isEmpty())
        natsMsgHeader_Set(message.get(), ChunkMessage::metadataHeader, metadata.constData());
    if (!number.isEmpty())
        natsMsgHeader_Set(message.get(), ChunkMessage::numberHeader, number.constData());
    return message;
}

QByteArray reason(const Result<ReceivedChunk> &chunk)
{
    return chunk ? QByteArray() : chunk.failure().text.toUtf8();
}

QByteArray header(const NatsMessage &message, const char *name)
{
    const char *value = nullptr;
    natsMsgHeader_Get(message.get(), name, &value);
    return value;
}

} // namespace

class TestChunkMessage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { nats_Open(-1); } // which destroying messages needs
    void aChunkComesBackAsItWas();
    void theHeadersOfAMessage();
    void headersStayBelowTheirLimit();
    void anEmptyChunk();
    void membersInAnotherOrder();
    void aRelayedChunkKeepsItsIdAndNumber();
    void aMessageOfAnotherProgram();
    void damagedMetadata_data();
    void damagedMetadata();
    void aMessageThatDoesNotComeFromAStream();
    void placesInAStream_data();
    void placesInAStream();
};

void TestChunkMessage::aChunkComesBackAsItWas()
{
    const NatsMessage sent =
        ChunkMessage("fb.x.in.6a1c3f0e", producer).encode("payload", 1'700'000'000'123'456'789, 3, 17, "_INBOX.1");
    for (const quint64 sequence :
         {quint64(18), quint64(19), quint64(0x7fff'ffff'ffff'ffff)}) { // the second time, from what was read last
        const NatsMessage message = received("payload", sequence, header(sent, ChunkMessage::metadataHeader));
        const Result<ReceivedChunk> chunk = ChunkMessage::decode(message.get(), stream);
        QVERIFY2(chunk, reason(chunk).constData());
        QCOMPARE(chunk->chunk.payload(), "payload");
        QCOMPARE(chunk->chunk.streamId(), stream);
        QCOMPARE(chunk->chunk.sequence(), sequence);
        QCOMPARE(chunk->chunk.time(), 1'700'000'000'123'456'789);
        QVERIFY(chunk->chunk.producer() == producer);
        QCOMPARE(chunk->sequence, sequence);
        QCOMPARE(chunk->number, 3u);
        QCOMPARE(chunk->producer, "6a1c3f0e");
    }
}

void TestChunkMessage::theHeadersOfAMessage()
{
    const NatsMessage sent = ChunkMessage("fb.x.in.6a1c3f0e", producer).encode("payload", 12, 3, 17, "_INBOX.1");
    QCOMPARE(natsMsg_GetSubject(sent.get()), "fb.x.in.6a1c3f0e");
    QCOMPARE(natsMsg_GetReply(sent.get()), "_INBOX.1");
    QCOMPARE(header(sent, "Filebus-Number"), "3");
    QCOMPARE(header(sent, "Nats-Expected-Last-Subject-Sequence"), "17");
    const QByteArray metadata = header(sent, "Filebus");
    QVERIFY2(metadata.startsWith("{\"format\":1,\"time\":                  12,\"producer\":{"), metadata.constData());
    QVERIFY(!metadata.contains('\n'));
    QVERIFY(metadata.endsWith('}'));
}

void TestChunkMessage::headersStayBelowTheirLimit()
{
    const ChunkMessage messages("fb.x.in.6a1c3f0e", producer);
    const qint64 greatest = std::numeric_limits<qint64>::max();
    const NatsMessage sent = messages.encode({}, greatest, quint64(greatest), quint64(greatest), "_INBOX.1");
    const char *const names[] = {"Filebus", "Filebus-Number", "Nats-Expected-Last-Subject-Sequence"};
    qint64 size = QByteArray("NATS/1.0\r\n\r\n").size();
    for (const char *name : names)
        size += QByteArray(name).size() + header(sent, name).size() + QByteArray(": \r\n").size();
    QVERIFY(size <= messages.largestHeader());
}

void TestChunkMessage::anEmptyChunk()
{
    const NatsMessage sent = ChunkMessage("fb.x.in.6a1c3f0e", producer).encode({}, 12, 1, 0, "_INBOX.1");
    QCOMPARE(natsMsg_GetDataLength(sent.get()), 0);
    const Result<ReceivedChunk> chunk = ChunkMessage::decode(received({}, 5, header(sent, "Filebus")).get(), stream);
    QVERIFY2(chunk, reason(chunk).constData());
    QCOMPARE(chunk->chunk.payload(), "");
    QCOMPARE(chunk->chunk.sequence(), 5u);
}

void TestChunkMessage::membersInAnotherOrder()
{
    const Result<ReceivedChunk> chunk =
        ChunkMessage::decode(received("x", 5, R"({ "producer": {"pid": 7}, "time": 12, "format": 1 })").get(), stream);
    QVERIFY2(chunk, reason(chunk).constData());
    QCOMPARE(chunk->chunk.sequence(), 5u);
    QCOMPARE(chunk->chunk.time(), 12);
    QCOMPARE(chunk->chunk.producer().pid, 7);
}

void TestChunkMessage::aRelayedChunkKeepsItsIdAndNumber()
{
    const QUuid origin = QUuid::createUuid();
    const QByteArray metadata =
        R"({"format":1,"stream":")" + origin.toByteArray(QUuid::WithoutBraces) + R"(","sequence":40,"time":12})";
    const Result<ReceivedChunk> chunk = ChunkMessage::decode(received("x", 5, metadata).get(), stream);
    QVERIFY2(chunk, reason(chunk).constData());
    QCOMPARE(chunk->chunk.streamId(), origin);
    QCOMPARE(chunk->chunk.sequence(), 40u);
    QCOMPARE(chunk->sequence, 5u);
}

void TestChunkMessage::aMessageOfAnotherProgram()
{
    const Result<ReceivedChunk> chunk = ChunkMessage::decode(received("x", 5, {}, {}).get(), stream);
    QVERIFY(chunk);
    QCOMPARE(chunk->chunk.streamId(), stream);
    QCOMPARE(chunk->chunk.sequence(), 5u);
    QCOMPARE(chunk->chunk.time(), 1'700'000'000'000'000'000);
    QVERIFY(chunk->chunk.producer() == ProducerInfo());
    QCOMPARE(chunk->number, 0u);
}

void TestChunkMessage::damagedMetadata_data()
{
    QTest::addColumn<QByteArray>("metadata");
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("a list") << QByteArray("[1]");
    QTest::newRow("no format") << QByteArray(R"({"time":12})");
    QTest::newRow("begins well") << QByteArray(R"({"format":1,"time":)");
    QTest::newRow("negative time") << QByteArray(R"({"format":1,"time":-1})");
    QTest::newRow("too long") << R"({"format":1,"time":1,"x":")" + QByteArray(70000, 'x') + "\"}";
}

void TestChunkMessage::damagedMetadata()
{
    QFETCH(const QByteArray, metadata);
    const Result<ReceivedChunk> chunk = ChunkMessage::decode(received("x", 5, metadata).get(), stream);
    QVERIFY(!chunk);
    QCOMPARE(chunk.failure().error, Error::CorruptChunk);
}

void TestChunkMessage::aMessageThatDoesNotComeFromAStream()
{
    NatsMessage message;
    receive(message, natsMsg_Create, "fb.x.in.a", "_INBOX.1", "x", 1);
    const Result<ReceivedChunk> chunk = ChunkMessage::decode(message.get(), stream);
    QVERIFY(!chunk);
    QCOMPARE(chunk.failure().error, Error::CorruptChunk);
}

void TestChunkMessage::placesInAStream_data()
{
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<quint64>("sequence");
    QTest::newRow("usual") << QByteArray("$JS.ACK.FB_x.c.1.18.2.1700000000000000000.5") << quint64(18);
    QTest::newRow("domain") << QByteArray("$JS.ACK.hub.ACCOUNT.FB_x.c.1.18.2.1700000000000000000.5") << quint64(18);
    QTest::newRow("domain and token") << QByteArray("$JS.ACK._.ACCOUNT.FB_x.c.1.18.2.1700000000000000000.5.abc") << quint64(18);
    QTest::newRow("too short") << QByteArray("$JS.ACK.FB_x.c.1.18.2.5") << quint64(0);
    QTest::newRow("between") << QByteArray("$JS.ACK.FB_x.c.1.18.2.17.5.6") << quint64(0);
    QTest::newRow("sequence 0") << QByteArray("$JS.ACK.FB_x.c.1.0.2.1700000000000000000.5") << quint64(0);
    QTest::newRow("no number") << QByteArray("$JS.ACK.FB_x.c.1.x.2.1700000000000000000.5") << quint64(0);
    QTest::newRow("other") << QByteArray("_INBOX.a.b.c.d.e.f.g.h") << quint64(0);
}

void TestChunkMessage::placesInAStream()
{
    QFETCH(const QByteArray, reply);
    QFETCH(const quint64, sequence);
    NatsMessage message;
    receive(message, natsMsg_Create, "fb.x.in.a", reply.constData(), "x", 1);
    const Result<ReceivedChunk> chunk = ChunkMessage::decode(message.get(), stream);
    QCOMPARE(bool(chunk), sequence != 0);
    if (chunk)
        QCOMPARE(chunk->sequence, sequence);
}

QTEST_GUILESS_MAIN(TestChunkMessage)
#include "tst_chunkmessage.moc"
