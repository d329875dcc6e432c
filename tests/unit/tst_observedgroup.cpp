// SPDX-License-Identifier: Apache-2.0
#include "observedgroup.h"

#include "support/scratchdirectory.h"

#include <filebus/producer.h>

#include <QtCore/QJsonDocument>
#include <QtTest/QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Buses that are observed in a thread of their own, and the reports on them.
class TestObservedGroup : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }

    void itReportsInTheOrderOfItsBuses();
    void oneQuestionHasOneAnswer();
    void whatNeverBeganEnds();
    void aSilentBusIsReportedAsSuch();
};

namespace
{

Options jsonOptions()
{
    Options options;
    options.json = true;
    return options;
}

} // namespace

void TestObservedGroup::itReportsInTheOrderOfItsBuses()
{
    const ScratchDirectory scratch;
    QVERIFY(FileBus::Producer(QFile::decodeName(scratch.path("full"))).publish("chunk"));
    ObservedGroup group(jsonOptions());
    for (const char *name : {"empty", "full"})
        group.add(scratch.path(name));
    QCOMPARE(group.fileNames(), QByteArrayList({scratch.path("empty"), scratch.path("full")}));
    group.start();
    QVERIFY(group.reports().isEmpty());
    const auto seesTheChunk = [&] {
        group.ask();
        return group.reports().size() == 2 && group.reports()[1].isThere;
    };
    QTRY_VERIFY(seesTheChunk());
    QTRY_VERIFY(!group.isAsked()); // otherwise the end would not wait for the thread
    QVERIFY(!group.reports()[0].isThere);
    for (qsizetype i = 0; i < 2; ++i) {
        const QByteArray &line = group.reports()[i].output;
        QCOMPARE(line.indexOf('\n'), line.size() - 1);
        QCOMPARE(QJsonDocument::fromJson(line)["file"_L1].toString(), QFile::decodeName(group.fileNames()[i]));
    }
    QVERIFY(group.end());
}

void TestObservedGroup::oneQuestionHasOneAnswer()
{
    const ScratchDirectory scratch;
    ObservedGroup group({});
    QSignalSpy answered(&group, &ObservedGroup::answered);
    group.add(scratch.path("bus"));
    group.start();
    QVERIFY(!group.isAsked());
    group.ask();
    group.ask();
    QVERIFY(group.isAsked());
    QTRY_VERIFY(!group.isAsked());
    QCOMPARE(group.silence(), 0s);
    group.ask();
    QTRY_COMPARE(answered.size(), 2); // the second question of the first two would have had the second answer
    QVERIFY(!group.isAsked());
    QVERIFY2(group.reports().constFirst().output.contains("does not exist"), group.reports().constFirst().output.constData());
    QVERIFY(group.end());
}

void TestObservedGroup::whatNeverBeganEnds()
{
    ObservedGroup group({});
    QVERIFY(group.end());
}

void TestObservedGroup::aSilentBusIsReportedAsSuch()
{
    const ObservedReport text = ObservedReport::ofSilent("/far/bus", 7s, false);
    QVERIFY(!text.isThere);
    QVERIFY2(text.output.contains("/far/bus") && text.output.contains("no answer for 7 s"), text.output.constData());
    const ObservedReport json = ObservedReport::ofSilent("/far/bus", 7s, true);
    const QJsonDocument document = QJsonDocument::fromJson(json.output);
    QCOMPARE(document["file"_L1], u"/far/bus"_s);
    QCOMPARE(document["silentSeconds"_L1], 7);
    QVERIFY(!document["error"_L1].toString().isEmpty());
}

QTEST_GUILESS_MAIN(TestObservedGroup)
#include "tst_observedgroup.moc"
