// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <csignal>

using namespace Qt::StringLiterals;

/// filebus status, and --progress.
class TestStatus : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsARunningBus();
    void namesAProducerThatWasKilled();
    void aBusThatIsNotThereIsSaidToBeSo();
    void whatCannotBeInspectedIsSaid();
    void aBusOfTheOriginalHasUnknownOrLeastLosses();
    void severalBusesAtOnce();
    void aSlowBusHasItsRateAtOnce();
    void watchesUntilItIsEnded();
    void peopleCanReadIt();
    void writesNothing();
    void progressIsPlainWhereThereIsNoTerminal();
};

namespace
{

QList<QJsonObject> statusOf(const QStringList &files, int expectedStatus = ExitStatus::success)
{
    Program program(QStringList{u"status"_s, u"--json"_s} + files);
    QList<QJsonObject> objects;
    if (!program.begin() || program.status() != expectedStatus)
        return objects;
    for (const QByteArray &line : program.output().trimmed().split('\n'))
        objects.append(QJsonDocument::fromJson(line).object());
    return objects;
}

} // namespace

void TestStatus::showsARunningBus()
{
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin());
    QVERIFY(producer.feed("one"));
    EVENTUALLY(QFile::exists(directory.bus()));
    const QList<QJsonObject> status = statusOf({directory.bus()});
    QCOMPARE(status.size(), 1);
    const QJsonObject &bus = status.first();
    QCOMPARE(bus["file"_L1].toString(), directory.bus());
    QCOMPARE(bus["sequence"_L1].toInteger(), 1);
    QVERIFY(!bus["stream"_L1].toString().isEmpty());
    QCOMPARE(bus["history"_L1]["chunks"_L1].toInteger(), 1);
    QCOMPARE(bus["history"_L1]["bytes"_L1].toInteger(), 3072);
    QCOMPARE(bus["lost"_L1].toInteger(), 0);
    QCOMPARE(bus["lossKnowledge"_L1].toString(), u"exact"_s);
    QVERIFY(bus["events"_L1].toBool());
    const QJsonObject seen = bus["producers"_L1].toArray().first().toObject();
    QCOMPARE(seen["pid"_L1].toInteger(), producer.processId());
    QCOMPARE(seen["program"_L1].toString(), u"filebus"_s);
    QVERIFY(seen["alive"_L1].toBool());
}

void TestStatus::namesAProducerThatWasKilled()
{
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    QVERIFY(producer.begin());
    QVERIFY(producer.feed("one"));
    EVENTUALLY(QFile::exists(directory.bus()));
    const qint64 pid = producer.processId();
    producer.send(SIGKILL);
    QCOMPARE(producer.status(), 128 + SIGKILL);
    const QJsonObject seen = statusOf({directory.bus()}).value(0)["producers"_L1].toArray().first().toObject();
    QCOMPARE(seen["pid"_L1].toInteger(), pid);
    QVERIFY(!seen["alive"_L1].toBool());
}

void TestStatus::aBusThatIsNotThereIsSaidToBeSo()
{
    BusDirectory directory;
    const QJsonObject bus = statusOf({directory.bus()}, ExitStatus::notABus).value(0);
    QVERIFY(bus["stream"_L1].isNull());
    QVERIFY(bus["error"_L1].toString().startsWith(directory.bus() + u" does not exist; "_s));
    Program text({u"status"_s, directory.bus()});
    QVERIFY(text.begin());
    QCOMPARE(text.status(), ExitStatus::notABus);
    QVERIFY2(text.output().contains(" does not exist; "), text.output().constData());
    QVERIFY(directory.shell(u"touch bus"_s));
    const QJsonObject empty = statusOf({directory.bus()}, ExitStatus::notABus).value(0);
    QVERIFY(empty["file"_L1].isString() && empty["error"_L1].isNull());
    QVERIFY(directory.shell(u"rm bus && mkdir bus"_s));
    const QJsonObject refused = statusOf({directory.bus()}, ExitStatus::notABus).value(0);
    QVERIFY(refused["error"_L1].toString().contains(u"directory"));
}

void TestStatus::whatCannotBeInspectedIsSaid()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "1"));
    QVERIFY(statusOf({directory.bus()}).value(0)["inspectionError"_L1].isNull());
    QVERIFY(directory.shell(u"ln -s inbox bus.d/inbox"_s)); // it leads to itself
    const QJsonObject bus = statusOf({directory.bus()}).value(0);
    QVERIFY(bus["inspectionError"_L1].toString().contains(directory.bus() + u".d/inbox"_s));
    QVERIFY(bus["error"_L1].isNull());
    QCOMPARE(bus["sequence"_L1].toInteger(), 1);
    Program text({u"status"_s, directory.bus()});
    QVERIFY(text.begin());
    QCOMPARE(text.status(), ExitStatus::success);
    QVERIFY2(text.output().contains("\n  incomplete   "), text.output().constData());
}

void TestStatus::aBusOfTheOriginalHasUnknownOrLeastLosses()
{
    BusDirectory directory;
    writeFile(directory.file(u"from_server"_s), "of the original\n");
    QVERIFY(directory.shell(u"tar cf bus from_server"_s));
    const QJsonObject bus = statusOf({directory.bus()}).value(0);
    QVERIFY(bus["sequence"_L1].isNull());
    QCOMPARE(bus["lossKnowledge"_L1].toString(), u"at least"_s);
}

void TestStatus::severalBusesAtOnce()
{
    BusDirectory directory;
    QVERIFY(publish(directory.file(u"a"_s), "1"));
    QVERIFY(publish(directory.file(u"b"_s), "1"));
    const QList<QJsonObject> status = statusOf({directory.file(u"a"_s), u"--filename"_s, directory.file(u"b"_s)});
    QCOMPARE(status.size(), 2);
    QCOMPARE(status[0]["file"_L1].toString(), directory.file(u"a"_s));
    QCOMPARE(status[1]["file"_L1].toString(), directory.file(u"b"_s));
}

// Nothing arrives during the measurement; the chunks in the history came every 4 s.
void TestStatus::aSlowBusHasItsRateAtOnce()
{
    BusDirectory directory;
    for (const char *input : {"1", "2", "3", "4", "5"})
        QVERIFY(publish(directory.bus(), input));
    QVERIFY(directory.shell(u"for entry in bus.d/history/*; do touch -d \"-$((20 - 4 * ++n)) seconds\" $entry; done"_s));
    const double rate = statusOf({directory.bus()}).value(0)["publishedPerSecond"_L1].toDouble();
    QVERIFY2(rate > 0.2 && rate < 0.3, qPrintable(QString::number(rate)));
    QVERIFY(directory.shell(u"touch -d '-1 hour' bus.d/history/*"_s));
    QCOMPARE(statusOf({directory.bus()}).value(0)["publishedPerSecond"_L1].toDouble(-1), 0.0);
}

void TestStatus::watchesUntilItIsEnded()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "1"));
    Program program({u"status"_s, u"--json"_s, u"--watch"_s, directory.bus()});
    QVERIFY(program.begin());
    EVENTUALLY(program.output().count('\n') >= 2);
    program.send(SIGINT);
    QCOMPARE(program.status(), 128 + SIGINT);
}

void TestStatus::peopleCanReadIt()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "1"));
    Program program({u"status"_s, directory.bus()});
    QVERIFY(program.begin());
    QCOMPARE(program.status(), ExitStatus::success);
    for (const char *word : {"stream", "published", "seen", "lost", "latency", "history", "producers", "found by"})
        QVERIFY2(program.output().contains(word), word);
    QCOMPARE(program.errors(), QByteArray());
}

void TestStatus::writesNothing()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "1"));
    const QStringList before = directory.snapshot();
    QCOMPARE(statusOf({directory.bus()}).size(), 1);
    QCOMPARE(directory.snapshot(), before);
}

void TestStatus::progressIsPlainWhereThereIsNoTerminal()
{
    BusDirectory directory;
    Program producer(producerOf(directory.bus(), {u"--progress"_s}));
    QVERIFY(producer.begin());
    QVERIFY(producer.feed("12345"));
    EVENTUALLY(producer.errors().count('\n') >= 1);
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QVERIFY2(producer.errors().startsWith("5 bytes  1 chunk  0:00:0"), producer.errors().constData());
    QVERIFY(!producer.errors().contains('\r') && !producer.errors().contains('\033'));
}

QTEST_GUILESS_MAIN(TestStatus)
#include "tst_status.moc"
