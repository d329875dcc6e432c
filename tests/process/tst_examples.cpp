// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "program.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// The programs in examples/ work as described.
class TestExamples : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsTypedIntoOneChatIsShownInTheOther();
    void theGaugeShowsTheLatestValue();
};

void TestExamples::whatIsTypedIntoOneChatIsShownInTheOther()
{
    BusDirectory directory;
    QProcess one, other;
    one.start(QStringLiteral(EXAMPLE_CHAT), {directory.file(u"chat"_s)});
    other.start(QStringLiteral(EXAMPLE_CHAT), {directory.file(u"chat"_s)});
    QVERIFY(one.waitForStarted() && other.waitForStarted());
    one.write("hello\n");
    other.write("good morning\n");
    QByteArray shownInOne, shownInOther;
    EVENTUALLY((shownInOne += one.readAllStandardOutput()).contains("> good morning\n"));
    EVENTUALLY((shownInOther += other.readAllStandardOutput()).contains("> hello\n"));
    one.closeWriteChannel();
    QVERIFY(one.waitForFinished(patience) && other.waitForFinished(patience));
    QCOMPARE(one.exitCode(), 0);
    QCOMPARE(other.exitCode(), 0);
}

void TestExamples::theGaugeShowsTheLatestValue()
{
    BusDirectory directory;
    QProcess gauge;
    gauge.start(QStringLiteral(EXAMPLE_GAUGE), {directory.bus(), u"0"_s, u"40"_s});
    QVERIFY(gauge.waitForStarted());
    QVERIFY(publish(directory.bus(), "10\n"));
    QVERIFY(publish(directory.bus(), "20\n"));
    QByteArray shown;
    EVENTUALLY((shown += gauge.readAllStandardOutput()).endsWith("[####################....................] 20"));
    gauge.kill();
    gauge.waitForFinished(patience);
}

QTEST_GUILESS_MAIN(TestExamples)
#include "tst_examples.moc"
