// SPDX-License-Identifier: Apache-2.0
#include "chunkfilter.h"
#include "entries.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

class TestChunkFilter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void accepts_data();
    void accepts();
    void lossesAreFoundByTheirNumbers();
    void saysWhatIsWrongWithAnExpression();
};

void TestChunkFilter::accepts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<ChunkFilter::Scope>("scope");
    QTest::addColumn<bool>("regular");
    QTest::addColumn<bool>("accepted");

    // The chunk has number 1234 and the text "Temperature 21.5 °C"; its producer is sensor 4711.
    QTest::newRow("nothing") << u""_s << ChunkFilter::Everywhere << false << true;
    QTest::newRow("a part of the payload") << u"21.5"_s << ChunkFilter::Everywhere << false << true;
    QTest::newRow("whatever the case") << u"TEMPERATURE"_s << ChunkFilter::Payload << false << true;
    QTest::newRow("beyond ASCII") << u"°c"_s << ChunkFilter::Payload << false << true;
    QTest::newRow("what is not there") << u"pressure"_s << ChunkFilter::Everywhere << false << false;
    QTest::newRow("a dot is a dot") << u"21x5"_s << ChunkFilter::Payload << false << false;
    QTest::newRow("an expression") << u"^temp.*\\d\\.\\d"_s << ChunkFilter::Payload << true << true;
    QTest::newRow("an expression that fails") << u"^\\d"_s << ChunkFilter::Payload << true << false;
    QTest::newRow("the number") << u"1234"_s << ChunkFilter::Sequence << false << true;
    QTest::newRow("the number, anywhere") << u"1234"_s << ChunkFilter::Everywhere << false << true;
    QTest::newRow("a part of the number") << u"123"_s << ChunkFilter::Sequence << false << false;
    QTest::newRow("a range") << u"1200-1300"_s << ChunkFilter::Sequence << false << true;
    QTest::newRow("another range") << u"1235 - 1300"_s << ChunkFilter::Sequence << false << false;
    QTest::newRow("an expression on the number") << u"4$"_s << ChunkFilter::Sequence << true << true;
    QTest::newRow("no number") << u"temp"_s << ChunkFilter::Sequence << false << false;
    QTest::newRow("the program") << u"sensor"_s << ChunkFilter::Producer << false << true;
    QTest::newRow("the PID") << u"4711"_s << ChunkFilter::Producer << false << true;
    QTest::newRow("the payload is not the producer") << u"21.5"_s << ChunkFilter::Producer << false << false;
    QTest::newRow("the producer is not the payload") << u"4711"_s << ChunkFilter::Payload << false << false;
}

void TestChunkFilter::accepts()
{
    QFETCH(const QString, text);
    QFETCH(const ChunkFilter::Scope, scope);
    QFETCH(const bool, regular);
    const ChunkFilter filter(text, scope, regular);
    QCOMPARE(filter.error(), QString());
    QTEST(filter.accepts(Entries::chunk(1234, "Temperature 21.5 °C")), "accepted");
}

void TestChunkFilter::lossesAreFoundByTheirNumbers()
{
    const ChunkEntry loss = Entries::loss(100, 10);
    QVERIFY(ChunkFilter(u"105"_s, ChunkFilter::Sequence, false).accepts(loss));
    QVERIFY(ChunkFilter(u"90-100"_s, ChunkFilter::Sequence, false).accepts(loss));
    QVERIFY(!ChunkFilter(u"110"_s, ChunkFilter::Sequence, false).accepts(loss));
    QVERIFY(ChunkFilter(u"text"_s, ChunkFilter::Payload, false).accepts(loss)); // the text may have been in it
    QVERIFY(!ChunkFilter(u"sensor"_s, ChunkFilter::Producer, false).accepts(loss));
}

void TestChunkFilter::saysWhatIsWrongWithAnExpression()
{
    QVERIFY(!ChunkFilter(u"(open"_s, ChunkFilter::Everywhere, true).error().isEmpty());
    QVERIFY(ChunkFilter(u"(open"_s, ChunkFilter::Everywhere, false).error().isEmpty());
}

QTEST_GUILESS_MAIN(TestChunkFilter)
#include "tst_chunkfilter.moc"
