// SPDX-License-Identifier: Apache-2.0
#include "clusterbustest.h"

#include <filebus/chunk.h>

#include <QtTest/QTest>

using FileBus::Chunk;
using FileBus::Consumer;

namespace
{

const QByteArray other("cccccccc-0000-4000-8000-000000000000");

QByteArray metadata(const QByteArray &stream, const QByteArray &sequence)
{
    return "{\"format\":1,\"stream\":\"" + stream + "\",\"sequence\":" + sequence
        + ",\"time\":1700000000000000000,\"producer\":{\"id\":\"" + other + "\",\"pid\":1,\"host\":\"h\",\"program\":\"p\"}}";
}

} // namespace

/// Anyone who can publish on the subjects of a bus can publish anything. A consumer survives that, and loses no chunk of other
/// producers.
class TestClusterHostile : public ClusterBusTest
{
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }

    void amongChunks_data();
    void amongChunks();
    void asTheOnlyChunk();
    void aChunkThatCallsItselfAnotherOfThisBus();
    void relayedChunksKeepTheirNumbers();
    void anotherProducersSubject();
    void chunksAsLargeAsAnyServerAllows();
};

void TestClusterHostile::amongChunks_data()
{
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<QByteArrayList>("expected");
    const QByteArrayList damaged{"error CorruptChunk", "lost 2+1"};
    const QByteArrayList ignored{"lost 2+1"};
    const auto row = [](const char *name, const Headers &headers, const QByteArrayList &expected, const QByteArray &payload = "x",
                        const QByteArray &subject = other) {
        QTest::addRow("%s", name) << subject << payload << headers << expected;
    };
    row("no header", {}, {"x"});
    row("no header, empty", {}, {""}, "");
    row("an unknown header", {{"X", "y"}}, {"x"});
    row("not JSON", {{"Filebus", "rubbish"}}, damaged);
    row("no object", {{"Filebus", "[]"}}, damaged);
    row("an empty object", {{"Filebus", "{}"}}, damaged);
    row("nothing", {{"Filebus", ""}}, {"x"});
    row("cut off", {{"Filebus", "{\"format\":1,\"time\":"}}, damaged);
    row("brackets", {{"Filebus", QByteArray(60'000, '[')}}, damaged);
    row("a later format", {{"Filebus", "{\"format\":2,\"time\":5}"}}, {"x"});
    row("a time that is none", {{"Filebus", "{\"format\":1,\"time\":\"now\"}"}}, {"x"});
    row("a stream that is none", {{"Filebus", metadata("this", "5")}}, damaged);
    row("a number of 0", {{"Filebus", metadata(other, "0")}}, damaged);
    row("a negative number", {{"Filebus", metadata(other, "-1")}}, damaged);
    row("a number of 64 bits", {{"Filebus", metadata(other, "18446744073709551615")}}, damaged);
    row("a number of a hundred digits", {{"Filebus", metadata(other, QByteArray(100, '9'))}}, damaged);
    row("the greatest number", {{"Filebus", metadata(other, "9223372036854775807")}}, {"x"});
    row("a count that is none", {{"Filebus-Number", "many"}}, {"x"});
    row("a negative count", {{"Filebus-Number", "-1"}}, {"x"});
    row("the greatest count", {{"Filebus-Number", "18446744073709551615"}}, {"x"});
    row("a greater count", {{"Filebus-Number", QByteArray(1000, '9')}}, {"x"});
    row("a heartbeat", {{"Status", "100"}, {"Description", "Idle Heartbeat"}}, ignored, "");
    row("an end", {{"Status", "409"}, {"Description", "Consumer Deleted"}}, ignored, "");
    row("no responders", {{"Status", "503"}}, ignored, "");
    row("nothing found", {{"Status", "404"}}, ignored, "");
    row("an unknown status", {{"Status", "999"}}, ignored, "");
    row("a subject that is no id", {}, {"x"}, "x", "somebody");
    row("a subject of many characters", {}, {"x"}, "x", QByteArray(2000, 'a'));
    row("a subject of other characters", {}, {"x"}, "x", "\303\244-$JS-\001");
}

void TestClusterHostile::amongChunks()
{
    QFETCH(const QByteArray, subject);
    QFETCH(const QByteArray, payload);
    QFETCH(const Headers, headers);
    QFETCH(const QByteArrayList, expected);
    publish({"before"});
    m_consumer->start();
    settle();
    QVERIFY(publishRaw(subject, payload, headers));
    publish({"after"});
    QTRY_COMPARE_WITH_TIMEOUT(m_events, QByteArrayList{"before"} + expected + QByteArrayList{"after"}, patience);
    QVERIFY(m_consumer->isRunning());
}

void TestClusterHostile::asTheOnlyChunk()
{
    publish({"before"});
    QVERIFY(publishRaw(other, "x", {{"Filebus", "rubbish"}}));
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, QByteArrayList{"error CorruptChunk"}, patience);
    publish({"after"});
    QTRY_COMPARE_WITH_TIMEOUT(m_events, (QByteArrayList{"error CorruptChunk", "lost 2+1", "after"}), patience);
}

void TestClusterHostile::aChunkThatCallsItselfAnotherOfThisBus()
{
    publish({"before"});
    m_consumer->start();
    settle();
    const QByteArray stream = m_chunks.last().streamId().toByteArray(QUuid::WithoutBraces);
    QVERIFY(publishRaw(other, "x", {{"Filebus", metadata(stream, "1000000000000")}}));
    QVERIFY(publishRaw(other, "y", {{"Filebus", metadata(stream, "3")}}));
    publish({"after"});
    QTRY_COMPARE_WITH_TIMEOUT(m_events, (QByteArrayList{"before", "error CorruptChunk", "lost 2+1", "y", "after"}), patience);
}

void TestClusterHostile::relayedChunksKeepTheirNumbers()
{
    publish({"before"});
    QVERIFY(m_stored->purge(m_bus));
    m_consumer->setStart(Consumer::Start::All);
    for (const char *number : {"41", "42", "45"})
        QVERIFY(publishRaw(other, number, {{"Filebus", metadata(other, number)}, {"Filebus-Number", number}}));
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events, (QByteArrayList{"41", "42", "lost 43+2", "45"}), patience);
    const Chunk chunk = m_chunks.last();
    QCOMPARE(chunk.streamId(), QUuid::fromString(QLatin1StringView(other)));
    QCOMPARE(chunk.sequence(), quint64(45));
    QCOMPARE(chunk.time(), qint64(1'700'000'000'000'000'000));
    QCOMPARE(chunk.producer().program, QStringLiteral("p"));
}

// As if the answer to a publish had been lost, and the server no longer kept the chunk.
void TestClusterHostile::anotherProducersSubject()
{
    m_consumer->start();
    publish({"1", "2"});
    settle();
    const QByteArray producer = m_chunks.last().producer().id.toByteArray(QUuid::WithoutBraces);
    QVERIFY(publishRaw(producer, "2 again", {{"Filebus-Number", "2"}}));
    QVERIFY(publishRaw(other, "3", {{"Filebus-Number", "1"}}));
    QTRY_COMPARE_WITH_TIMEOUT(m_events, (QByteArrayList{"1", "2", "3"}), patience);
    QCOMPARE(m_consumer->lostChunks(), quint64(0));
}

void TestClusterHostile::chunksAsLargeAsAnyServerAllows()
{
    m_server.kill();
    m_server.setConfiguration(NatsServer::usualConfiguration + QByteArray("max_payload: 33554432\n"));
    QVERIFY(m_server.start());
    m_producer->setHistory(8, 300 << 20);
    m_consumer->setStart(Consumer::Start::All);
    const QByteArrayList payloads{QByteArray(30 << 20, 'a'), QByteArray(30 << 20, 'b'), "small", QByteArray(30 << 20, 'c'),
                                  QByteArray(30 << 20, 'd')};
    publish(payloads);
    m_consumer->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_events.size(), payloads.size(), patience);
    QVERIFY(m_events == payloads);
}

QTEST_GUILESS_MAIN(TestClusterHostile)
#include "tst_clusterhostile.moc"
