// SPDX-License-Identifier: Apache-2.0
#include "safejson.h"

#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

class TestSafeJson : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void jsonHoldsNothingThatATerminalObeys();
    void namesAreEscapedAsWell();
    void itIsOneLine();
};

void TestSafeJson::jsonHoldsNothingThatATerminalObeys()
{
    const QString text = u"\x1b[31m \x07 \u009b \u202e \u2028 \u200b \u2060 \U000e0001 tail 日本 😀"_s;
    const QByteArray line = SafeJson::line({{u"text"_s, text}});
    QCOMPARE(line, R"({"text":"\u001b[31m \u0007 \u009B \u202E \u2028 \u200B \u2060 \uDB40\uDC01 tail 日本 😀"})");
    QCOMPARE(QJsonDocument::fromJson(line)["text"_L1].toString(), text);
}

void TestSafeJson::namesAreEscapedAsWell()
{
    const QByteArray line = SafeJson::line({{u"a\u202eb"_s, 1}});
    QCOMPARE(line, R"({"a\u202Eb":1})");
}

void TestSafeJson::itIsOneLine()
{
    const QByteArray line = SafeJson::line({{u"a"_s, u"one\ntwo\u2029three"_s}, {u"b"_s, QJsonObject{{u"c"_s, true}}}});
    QCOMPARE(line, R"({"a":"one\ntwo\u2029three","b":{"c":true}})");
}

QTEST_GUILESS_MAIN(TestSafeJson)
#include "tst_safejson.moc"
