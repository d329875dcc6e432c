// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "program.h"

#include <QtTest/QTest>

#include <csignal>

using namespace Qt::StringLiterals;

/// A process that was stopped (^Z, a suspended machine) finds its deadline expired when it continues. It still sees what arrived
/// meanwhile.
class TestSuspended : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aTimeoutSeesWhatCameMeanwhile_data();
    void aTimeoutSeesWhatCameMeanwhile();
    void aTimeoutWithoutAChunkCounts();
};

namespace
{

const QStringList timeout{u"--timeout"_s, u"0.5"_s};
constexpr int longerThanTimeout = 800; // ms; that this time passes is what the tests are about

} // namespace

void TestSuspended::aTimeoutSeesWhatCameMeanwhile_data()
{
    QTest::addColumn<QStringList>("options");
    const QStringList polling{u"--no-file-monitoring"_s, u"--sleep-interval"_s, u"60"_s};
    QTest::newRow("lossy") << QStringList();
    QTest::newRow("lossy, polling") << polling;
    QTest::newRow("lossless") << QStringList{u"--lossless"_s};
    QTest::newRow("lossless, polling") << QStringList{u"--lossless"_s} + polling;
    QTest::newRow("raw lossless, polling") << QStringList{u"--lossless"_s, u"--format"_s, u"raw"_s} + polling;
}

void TestSuspended::aTimeoutSeesWhatCameMeanwhile()
{
    QFETCH(QStringList, options);
    const bool isLossless = options.contains(u"--lossless"_s);
    const bool isRaw = options.contains(u"raw"_s);
    const BusDirectory directory;
    const QByteArray seen =
        isLossless ? "" : "first\n"; // otherwise it is stopped before its first look, and looks when it continues
    QVERIFY(seen.isEmpty() || publish(directory.bus(), seen));
    const QString count = QString::number(isLossless ? 1 : 2);
    Program consumer(consumerOf(directory.bus(), options + timeout + QStringList{u"--count"_s, count, u"-v"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), seen);
    EVENTUALLY(consumer.errors().contains("printing what is published"));
    EVENTUALLY(!isLossless || isRaw || !inboxes(directory.bus()).isEmpty());
    suspend(consumer);
    QVERIFY(publish(directory.bus(), "chunk\n", isRaw ? QStringList{u"--format"_s, u"raw"_s} : QStringList()));
    QTest::qWait(longerThanTimeout);
    consumer.send(SIGCONT);
    QCOMPARE(consumer.status(), 0);
    QCOMPARE(consumer.output(), seen + "chunk\n");
}

void TestSuspended::aTimeoutWithoutAChunkCounts()
{
    const BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus(), timeout));
    QVERIFY(consumer.begin());
    EVENTUALLY(!inboxes(directory.bus()).isEmpty());
    suspend(consumer);
    QTest::qWait(longerThanTimeout);
    consumer.send(SIGCONT);
    QCOMPARE(consumer.status(), ExitStatus::temporaryFailure);
}

QTEST_GUILESS_MAIN(TestSuspended)
#include "tst_suspended.moc"
