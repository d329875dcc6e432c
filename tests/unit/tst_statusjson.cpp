// SPDX-License-Identifier: Apache-2.0
#include "statusjson.h"

#include <QtCore/QJsonArray>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What scripts read: names, units, and null for what is not known.
class TestStatusJson : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void figuresHaveTheirUnits();
    void whatIsNotKnownIsNull();
    void processesAreDescribed();
};

namespace
{

QJsonObject statusOf(const FileBus::BusInspection &inspection, const FileBus::BusStatistics::Figures &figures)
{
    const BusObserver bus("/nowhere/bus");
    return StatusJson::of(bus, QString(), inspection, figures);
}

} // namespace

void TestStatusJson::figuresHaveTheirUnits()
{
    FileBus::BusStatistics::Figures figures;
    figures.publishedRate = 4;
    figures.seenRate = 3;
    figures.byteRate = 2000;
    figures.chunks = 10;
    figures.bytes = 5000;
    figures.lost = 7;
    figures.age = 1500ms;
    figures.latencyMedian = 2ms;
    figures.latency99 = 30ms;
    figures.clocksDiffer = true;
    FileBus::BusInspection inspection;
    inspection.historyChunks = 64;
    inspection.historyBytes = 196'608;
    const QJsonObject status = statusOf(inspection, figures);
    QCOMPARE(status["file"_L1], u"/nowhere/bus"_s);
    QCOMPARE(status["publishedPerSecond"_L1], 4);
    QCOMPARE(status["seenPerSecond"_L1], 3);
    QCOMPARE(status["bytesPerSecond"_L1], 2000);
    QCOMPARE(status["chunks"_L1], 10);
    QCOMPARE(status["bytes"_L1], 5000);
    QCOMPARE(status["lost"_L1], 7);
    QCOMPARE(status["ageSeconds"_L1], 1.5);
    QCOMPARE(status["latencySeconds"_L1]["median"_L1], 0.002);
    QCOMPARE(status["latencySeconds"_L1]["percentile99"_L1], 0.03);
    QCOMPARE(status["clocksDiffer"_L1], true);
    QCOMPARE(status["history"_L1]["chunks"_L1], 64);
    QCOMPARE(status["history"_L1]["bytes"_L1], 196'608);
}

void TestStatusJson::whatIsNotKnownIsNull()
{
    FileBus::BusInspection inspection;
    inspection.producers.resize(1);
    inspection.producers[0].judged = false;
    inspection.subscribers.resize(1);
    inspection.subscribers[0].judged = false;
    const QJsonObject status = statusOf(inspection, {});
    for (const QLatin1StringView name :
         {"error"_L1, "inspectionError"_L1, "stream"_L1, "sequence"_L1, "userId"_L1, "ageSeconds"_L1})
        QVERIFY2(status.contains(name) && status[name].isNull(), name.data());
    QVERIFY(status["latencySeconds"_L1]["median"_L1].isNull());
    const QJsonObject producer = status["producers"_L1][0].toObject();
    QVERIFY(producer["pid"_L1].isNull() && producer["alive"_L1].isNull() && producer["userId"_L1].isNull());
    const QJsonObject subscriber = status["subscribers"_L1][0].toObject();
    QVERIFY(subscriber["name"_L1].isNull() && subscriber["alive"_L1].isNull() && subscriber["since"_L1].isNull());
}

void TestStatusJson::processesAreDescribed()
{
    FileBus::BusInspection inspection;
    inspection.producers.resize(1);
    inspection.producers[0].info.pid = 4711;
    inspection.producers[0].judged = true;
    inspection.producers[0].userId = 0;
    inspection.producers[0].claimedBy = 1000;
    inspection.subscribers.resize(1);
    inspection.subscribers[0].name = u"archive"_s;
    inspection.subscribers[0].judged = inspection.subscribers[0].alive = true;
    inspection.subscribers[0].since = 1'767'225'600'123'456'789;
    inspection.subscribers[0].waiting = 5;
    const QJsonObject status = statusOf(inspection, {});
    const QJsonObject producer = status["producers"_L1][0].toObject();
    QCOMPARE(producer["pid"_L1], 4711);
    QCOMPARE(producer["alive"_L1], false);
    QCOMPARE(producer["userId"_L1], 0);
    QCOMPARE(producer["claimedByUserId"_L1], 1000);
    const QJsonObject subscriber = status["subscribers"_L1][0].toObject();
    QCOMPARE(subscriber["name"_L1], u"archive"_s);
    QCOMPARE(subscriber["alive"_L1], true);
    QCOMPARE(subscriber["since"_L1], u"2026-01-01T00:00:00Z"_s);
    QCOMPARE(subscriber["waiting"_L1], 5);
}

QTEST_GUILESS_MAIN(TestStatusJson)
#include "tst_statusjson.moc"
