// SPDX-License-Identifier: Apache-2.0
#include "spelling.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

class TestSpelling : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void guesses_data();
    void guesses();
    void noWordsNoGuess();
};

void TestSpelling::guesses_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("guess");
    const QString filename = u"; did you mean --filename?"_s;
    QTest::newRow("the word itself") << u"filename"_s << filename;
    QTest::newRow("a letter too few") << u"filenme"_s << filename;
    QTest::newRow("a letter too many") << u"filenname"_s << filename;
    QTest::newRow("a wrong letter") << u"filemame"_s << filename;
    QTest::newRow("letters swapped") << u"fliename"_s << filename;
    QTest::newRow("the nearest of two") << u"line"_s << u"; did you mean --lines?"_s;
    QTest::newRow("a third of a long word") << u"sleep-intv"_s << u"; did you mean --sleep-interval?"_s;
    QTest::newRow("something else") << u"bogus-and-far"_s << QString();
}

void TestSpelling::guesses()
{
    QFETCH(const QString, word);
    const QStringList words{u"help"_s, u"lines"_s, u"filename"_s, u"sleep-interval"_s};
    QTEST(Spelling::guess(word, words, u"--"_s), "guess");
}

void TestSpelling::noWordsNoGuess()
{
    QCOMPARE(Spelling::guess(u"word"_s, {}, {}), QString());
}

QTEST_GUILESS_MAIN(TestSpelling)
#include "tst_spelling.moc"
