// SPDX-License-Identifier: Apache-2.0
#include "losswarning.h"

#include "support/capturedstream.h"

#include <QtTest/QTest>

#include <unistd.h>

/// What a consumer says about lost chunks: the first ones at once, the others together.
class TestLossWarning : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lossesAreNamed_data();
    void lossesAreNamed();
    void thoseThatFollowAreGathered();
    void gatheredOnesAreToldAfterAPause();
    void nothingIsToldTwice();
};

void TestLossWarning::lossesAreNamed_data()
{
    QTest::addColumn<quint64>("first");
    QTest::addColumn<quint64>("count");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("one") << quint64(7) << quint64(1) << QByteArray("filebus: 1 chunk lost, number 7\n");
    QTest::newRow("some") << quint64(7) << quint64(3) << QByteArray("filebus: 3 chunks lost, numbers 7 to 9\n");
    QTest::newRow("without numbers") << quint64(0) << quint64(3) << QByteArray("filebus: at least 3 chunks lost\n");
}

void TestLossWarning::lossesAreNamed()
{
    QFETCH(const quint64, first);
    QFETCH(const quint64, count);
    LossWarning warning;
    CapturedStream errors(STDERR_FILENO);
    warning.chunksLost(first, count);
    QTEST(errors.take(), "expected");
}

void TestLossWarning::thoseThatFollowAreGathered()
{
    LossWarning warning;
    CapturedStream errors(STDERR_FILENO);
    warning.chunksLost(1, 1);
    QCOMPARE(errors.take(), "filebus: 1 chunk lost, number 1\n");
    warning.chunksLost(3, 2);
    warning.chunksLost(5, 1);
    QCOMPARE(errors.take(), "");
    warning.flush();
    QCOMPARE(errors.take(), "filebus: 3 chunks lost, numbers 3 to 5\n");
    warning.chunksLost(10, 1);
    warning.chunksLost(20, 2);
    warning.flush();
    QCOMPARE(errors.take(), "filebus: 3 chunks lost between numbers 10 and 21\n");
}

void TestLossWarning::gatheredOnesAreToldAfterAPause()
{
    LossWarning warning;
    CapturedStream errors(STDERR_FILENO);
    warning.chunksLost(1, 1);
    errors.take();
    warning.chunksLost(2, 1);
    QByteArray told;
    QTRY_VERIFY(!(told += errors.take()).isEmpty());
    QCOMPARE(told, "filebus: 1 chunk lost, number 2\n");
}

void TestLossWarning::nothingIsToldTwice()
{
    LossWarning warning;
    CapturedStream errors(STDERR_FILENO);
    warning.flush();
    QCOMPARE(errors.take(), "");
    warning.chunksLost(1, 1);
    errors.take();
    warning.flush();
    QCOMPARE(errors.take(), "");
}

QTEST_GUILESS_MAIN(TestLossWarning)
#include "tst_losswarning.moc"
