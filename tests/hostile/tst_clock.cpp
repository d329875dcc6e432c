// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "onbus.h"
#include "preload.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTimer>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// The clock is set back or ahead by an hour. Numbers, not times, determine the order of chunks.
class TestClock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingIsLost_data();
    void nothingIsLost();
    void statusShowsNoNegativeTimes();
    void figuresStayRight_data();
    void figuresStayRight();
};

namespace
{

const QStringList perLine{u"--block-size"_s, u"16"_s};

// A program whose clock goes back when the file "back" is created.
void giveClock(Program &program, const BusDirectory &directory)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, preloadable(QStringLiteral(CLOCK_SHIM)));
    environment.insert(u"ASAN_OPTIONS"_s, u"verify_asan_link_order=0"_s);
    environment.insert(u"FILEBUS_CLOCK_FILE"_s, directory.file(u"back"_s));
    program.setProcessEnvironment(environment);
}

QJsonObject lastOf(Program &status)
{
    return QJsonDocument::fromJson(status.output().trimmed().split('\n').constLast()).object();
}

} // namespace

void TestClock::nothingIsLost_data()
{
    QTest::addColumn<QStringList>("kind");
    QTest::addColumn<QStringList>("begin");
    QTest::newRow("lossy") << QStringList() << QStringList{u"--from"_s, u"1"_s};
    QTest::newRow("lossless") << QStringList{u"--lossless"_s} << QStringList();
}

void TestClock::nothingIsLost()
{
    QFETCH(QStringList, kind);
    QFETCH(QStringList, begin);
    BusDirectory directory;
    Program producer(kind + producerOf(directory.bus(), perLine));
    Program consumer(kind + consumerOf(directory.bus(), begin + QStringList{u"--count"_s, u"60"_s, u"--fail-on-loss"_s}));
    giveClock(producer, directory);
    giveClock(consumer, directory);
    QVERIFY(producer.begin() && consumer.begin() && producer.feed(numberedLines(30)));
    EVENTUALLY_EQUAL(consumer.output(), numberedLines(30));
    writeFile(directory.file(u"back"_s), {});
    QVERIFY(producer.feed(numberedLines(30, 30)));
    producer.closeWriteChannel();
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(60));
    QCOMPARE(producer.errors() + consumer.errors(), QByteArray());
    const QList<FileBus::Chunk> history = OnBus::historyAfter(directory.bus(), 0);
    QCOMPARE(history.size(), 60);
    for (qsizetype i = 0; i < history.size(); ++i) {
        QCOMPARE(history[i].sequence(), quint64(i) + 1);
        QCOMPARE(history[i].streamId(), history[0].streamId());
    }
    QVERIFY(history[59].time() < history[0].time()); // otherwise the clock was not set back at all
}

void TestClock::statusShowsNoNegativeTimes()
{
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin() && producer.feed("one\n"));
    EVENTUALLY(QFile::exists(directory.bus()));
    writeFile(directory.file(u"back"_s), {});
    Program status({u"status"_s, u"--json"_s, directory.bus()});
    giveClock(status, directory);
    QVERIFY(status.begin());
    while (!status.waitForFinished(10) && status.state() == QProcess::Running)
        QVERIFY(producer.feed("more\n"));
    QCOMPARE(status.status(), ExitStatus::success);
    const QJsonObject bus = QJsonDocument::fromJson(status.output()).object();
    QVERIFY(bus["sequence"_L1].toInteger() > 1);
    QVERIFY(bus["ageSeconds"_L1].toDouble(-1) >= 0 && bus["ageSeconds"_L1].toDouble(-1) < 2);
    QVERIFY(bus["clocksDiffer"_L1].toBool());
    const QJsonObject latency = bus["latencySeconds"_L1].toObject();
    QVERIFY2(latency["median"_L1].toDouble(0) >= 0 && latency["percentile99"_L1].toDouble(0) >= 0, status.output().constData());
    QCOMPARE(bus["lost"_L1].toInteger(-1), 0);
}

void TestClock::figuresStayRight_data()
{
    QTest::addColumn<QByteArray>("step");
    QTest::newRow("back") << QByteArray();
    QTest::newRow("ahead") << QByteArray("ahead");
}

void TestClock::figuresStayRight()
{
    QFETCH(QByteArray, step);
    BusDirectory directory;
    Program producer(producerOf(directory.bus(), perLine));
    Program status({u"status"_s, u"--watch"_s, u"--json"_s, directory.bus()});
    giveClock(producer, directory);
    giveClock(status, directory);
    QVERIFY(producer.begin() && status.begin());
    QTimer steady;
    QObject::connect(&steady, &QTimer::timeout, &producer, [&] { producer.feed("tick\n"); });
    steady.start(50);
    EVENTUALLY(lastOf(status)["publishedPerSecond"_L1].toDouble() > 5);
    writeFile(directory.file(u"back"_s), step);
    const qsizetype before = status.output().count('\n');
    EVENTUALLY(status.output().count('\n') >= before + 3);
    const QList<QByteArray> lines = status.output().trimmed().split('\n');
    for (const QByteArray &line : lines.sliced(before)) {
        const QJsonObject bus = QJsonDocument::fromJson(line).object();
        QVERIFY2(bus["publishedPerSecond"_L1].toDouble() > 5 && bus["publishedPerSecond"_L1].toDouble() < 25, line.constData());
        QVERIFY2(bus["seenPerSecond"_L1].toDouble() > 5 && bus["ageSeconds"_L1].toDouble() < 2, line.constData());
    }
}

QTEST_GUILESS_MAIN(TestClock)
#include "tst_clock.moc"
