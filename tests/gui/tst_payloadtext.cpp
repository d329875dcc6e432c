// SPDX-License-Identifier: Apache-2.0
#include "linediff.h"
#include "payloadtext.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// Payloads as people see them in the window.
class TestPayloadText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void knowsWhatAPayloadIs_data();
    void knowsWhatAPayloadIs();
    void indentsJsonAndChangesNothingElse();
    void dumpsBytes();
    void partsOfALargePayloadAreAllOfIt();
    void comparesLineByLine();
    void showsWhatChangedWithinALine();
    void textsThatAreTooLongAreComparedRoughly();
};

void TestPayloadText::knowsWhatAPayloadIs_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<PayloadText::Kind>("kind");
    QTest::newRow("empty") << QByteArray() << PayloadText::Text;
    QTest::newRow("line") << QByteArray("hello\r\n\tworld") << PayloadText::Text;
    QTest::newRow("UTF-8") << QByteArray("21.5 °C") << PayloadText::Text;
    QTest::newRow("Latin-1") << QByteArray("21.5 \xb0"
                                           "C")
                             << PayloadText::Binary;
    QTest::newRow("zero byte") << QByteArray("a\0b", 3) << PayloadText::Binary;
    QTest::newRow("object") << QByteArray(" {\"a\": 1}\n") << PayloadText::Json;
    QTest::newRow("array") << QByteArray("[1,2]") << PayloadText::Json;
    QTest::newRow("braces only") << QByteArray("{hello}") << PayloadText::Text;
    QTest::newRow("a character that is cut by the judgement") << QByteArray(4095, 'x') + "°" << PayloadText::Text;
}

void TestPayloadText::knowsWhatAPayloadIs()
{
    QFETCH(const QByteArray, payload);
    QTEST(PayloadText::kindOf(payload), "kind");
}

void TestPayloadText::indentsJsonAndChangesNothingElse()
{
    const QByteArray json = "{\"z\":1.0,\"a\":[1e3,{}],\"s\":\"a, \\\"b\\\": {c}\",\"e\":[ ]}";
    const QStringList lines{u"{"_s,
                            u"  \"z\": 1.0,"_s,
                            u"  \"a\": ["_s,
                            u"    1e3,"_s,
                            u"    {}"_s,
                            u"  ],"_s,
                            u"  \"s\": \"a, \\\"b\\\": {c}\","_s,
                            u"  \"e\": []"_s,
                            u"}"_s};
    QCOMPARE(PayloadText::json(json), lines.join(u'\n'));
    QCOMPARE(PayloadText::json("{\"a\":}"), QString());
}

void TestPayloadText::dumpsBytes()
{
    QCOMPARE(PayloadText::hex(QByteArray("0123456789abcdef\0\xff", 18)),
             u"00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n"
             u"00000010  00 ff                                             ..\n"_s);
    QVERIFY(PayloadText::hex("x", 65536).startsWith(u"00010000"));
}

void TestPayloadText::partsOfALargePayloadAreAllOfIt()
{
    const QByteArray payload = QByteArray("x") + QByteArray("°").repeated(100'000);
    QCOMPARE(PayloadText::partCount(payload), 4);
    QByteArray together;
    for (qsizetype number = 0; number < PayloadText::partCount(payload); ++number) {
        const QByteArray part = PayloadText::part(payload, number);
        QVERIFY(PayloadText::isUtf8(part)); // no character is cut in two
        QCOMPARE(PayloadText::partOffset(payload, number), together.size());
        together += part;
    }
    QCOMPARE(together, payload);
    QCOMPARE(PayloadText::partCount(""), 1);
}

void TestPayloadText::comparesLineByLine()
{
    using enum LineDiff::Line::Kind;
    const QList<LineDiff::Line> lines =
        LineDiff::between({u"a"_s, u"b"_s, u"c"_s, u"d"_s}, {u"a"_s, u"x"_s, u"c"_s, u"d"_s, u"e"_s});
    QCOMPARE(lines,
             (QList<LineDiff::Line>{
                 {Same, u"a"_s}, {Removed, u"b"_s}, {Added, u"x"_s}, {Same, u"c"_s}, {Same, u"d"_s}, {Added, u"e"_s}}));
    QCOMPARE(LineDiff::partnerOf(lines, 1), 2);
    QCOMPARE(LineDiff::partnerOf(lines, 2), 1);
    QCOMPARE(LineDiff::partnerOf(lines, 0), -1);
    QCOMPARE(LineDiff::partnerOf(lines, 5), -1);
}

void TestPayloadText::showsWhatChangedWithinALine()
{
    QCOMPARE(LineDiff::changedPart(u"celsius: 21.5,"_s, u"celsius: 22.5,"_s), std::make_pair(10, 1));
    QCOMPARE(LineDiff::changedPart(u"same"_s, u"same"_s), std::make_pair(4, 0));
    QCOMPARE(LineDiff::changedPart(u"aa"_s, u"aaa"_s), std::make_pair(2, 0));
}

void TestPayloadText::textsThatAreTooLongAreComparedRoughly()
{
    QStringList before{u"first"_s};
    QStringList after{u"first"_s};
    for (int number = 0; number < 2000; ++number) {
        before += QString::number(number);
        after += QString::number(-number - 1);
    }
    const QList<LineDiff::Line> lines = LineDiff::between(before, after);
    QCOMPARE(lines.size(), 4001);
    QCOMPARE(lines.first().kind, LineDiff::Line::Same);
}

QTEST_GUILESS_MAIN(TestPayloadText)
#include "tst_payloadtext.moc"
