// SPDX-License-Identifier: Apache-2.0
#include <filebus/displaytext.h>

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using FileBus::displayText;

class TestDisplayText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void harmfulCharactersBecomeVisible_data();
    void harmfulCharactersBecomeVisible();
    void bytesThatAreNoTextBecomeVisible_data();
    void bytesThatAreNoTextBecomeVisible();
    void whatPeopleWriteStays_data();
    void whatPeopleWriteStays();
    void longTextIsCut();
    void noCharacterControlsATerminal();
};

void TestDisplayText::harmfulCharactersBecomeVisible_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("escape sequence") << u"\x1b[2J"_s << u"\\x1B[2J"_s;
    QTest::newRow("new line") << u"a\nb\r\tc"_s << u"a\\x0Ab\\x0D\\x09c"_s;
    QTest::newRow("NUL") << QString(QChar(0)) << u"\\x00"_s;
    QTest::newRow("DEL") << u"\x7f"_s << u"\\x7F"_s;
    QTest::newRow("C1: a control sequence in one character") << u"\u009b31m"_s << u"\\x9B31m"_s;
    QTest::newRow("right to left override") << u"gpj\u202Eexe"_s << u"gpj\\u202Eexe"_s;
    QTest::newRow("isolate") << u"\u2066a\u2069"_s << u"\\u2066a\\u2069"_s;
    QTest::newRow("mark") << u"\u200F\u061C"_s << u"\\u200F\\u061C"_s;
    QTest::newRow("line separator") << u"a\u2028b"_s << u"a\\u2028b"_s;
    QTest::newRow("invisible space") << u"\uFEFF\u200B"_s << u"\\uFEFF\\u200B"_s;
    QTest::newRow("tag") << QString::fromUcs4(U"\U000E0041") << u"\\U000E0041"_s;
    QTest::newRow("half a pair") << QString(QChar(0xD83D)) << u"\\uD83D"_s;
}

void TestDisplayText::harmfulCharactersBecomeVisible()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(displayText(text), shown);
    if (!text.contains(QChar(0xD83D)))
        QCOMPARE(displayText(text.toUtf8()), shown);
}

void TestDisplayText::bytesThatAreNoTextBecomeVisible_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("shown");
    QTest::newRow("latin 1") << QByteArray("gr\xfc\xdf") << u"gr\\xFC\\xDF"_s;
    QTest::newRow("cut off") << QByteArray("a\xe2\x82") << u"a\\xE2\\x82"_s;
    QTest::newRow("overlong escape") << QByteArray("\xc0\x9b") << u"\\xC0\\x9B"_s;
    QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << u"\\xED\\xA0\\x80"_s;
    QTest::newRow("C1 as a byte") << QByteArray("\x9b"
                                                "31m")
                                  << u"\\x9B31m"_s;
}

void TestDisplayText::bytesThatAreNoTextBecomeVisible()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, shown);
    QCOMPARE(displayText(bytes), shown);
}

void TestDisplayText::whatPeopleWriteStays_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("a path with spaces and signs") << u"/tmp/my %1 <b>bus</b> & \\x41.bus"_s;
    QTest::newRow("accents") << u"Grüße, Œuvre, Ελλάδα"_s;
    QTest::newRow("right to left") << u"שלום مرحبا"_s;
    QTest::newRow("joined") << QString::fromUcs4(U"\U0001F469\u200D\U0001F52C");
}

void TestDisplayText::whatPeopleWriteStays()
{
    QFETCH(QString, text);
    QCOMPARE(displayText(text), text);
    QCOMPARE(displayText(text.toUtf8()), text);
}

void TestDisplayText::longTextIsCut()
{
    QCOMPARE(displayText(QString(255, u'x')), QString(255, u'x'));
    QCOMPARE(displayText(QString(256, u'x')), QString(255, u'x') + u'…');
    QCOMPARE(displayText(QByteArray(60000, '\xff')), u"\\xFF"_s.repeated(255) + u'…');
    QCOMPARE(displayText(u"abc"_s, 2), u"ab…"_s);
}

void TestDisplayText::noCharacterControlsATerminal()
{
    for (char32_t character = 0; character < 0x110000; ++character) {
        const QString shown = displayText(QString::fromUcs4(&character, 1));
        for (const QChar c : shown) {
            if (c.category() == QChar::Other_Control)
                QFAIL(qPrintable(QString::number(character, 16)));
        }
    }
}

QTEST_GUILESS_MAIN(TestDisplayText)
#include "tst_displaytext.moc"
