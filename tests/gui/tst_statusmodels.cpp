// SPDX-License-Identifier: Apache-2.0
#include "activityhistory.h"
#include "producermodel.h"
#include "reporttext.h"
#include "subscribermodel.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using FileBus::LossKnowledge;

/// What is known of a bus beside its chunks.
class TestStatusModels : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void listsProducers();
    void listsSubscribers();
    void quietSecondsCount();
    void secondsThatComeInPartsAreAddedUp();
    void theOldestSecondsGo();
    void lossesAreWorthWhatIsKnown_data();
    void lossesAreWorthWhatIsKnown();
    void nothingIsClaimedOfABusThatWasNotSeen();
};

void TestStatusModels::listsProducers()
{
    ProducerModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    FileBus::ProducerStatus alive;
    alive.info.pid = 12;
    alive.info.program = u"one"_s;
    alive.alive = true;
    model.setProducers({alive, {}});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, ProducerModel::Program).data().toString(), u"one"_s);
    QCOMPARE(model.index(0, ProducerModel::State).data().toString(), u"alive"_s);
    QCOMPARE(model.index(1, ProducerModel::State).data().toString(), u"ended"_s);
    model.setProducers({});
    QCOMPARE(model.rowCount(), 0);
}

void TestStatusModels::listsSubscribers()
{
    SubscriberModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    FileBus::SubscriberStatus subscriber;
    subscriber.name = u"archive"_s;
    subscriber.alive = true;
    subscriber.waiting = 1234;
    model.setSubscribers({subscriber});
    QCOMPARE(model.index(0, SubscriberModel::Name).data().toString(), u"archive"_s);
    QCOMPARE(model.index(0, SubscriberModel::Waiting).data().toString(), u"1,234"_s);
    subscriber.alive = false;
    model.setSubscribers({subscriber});
    QCOMPARE(model.index(0, SubscriberModel::State).data().toString(), u"gone"_s);
    model.setSubscribers({});
    QCOMPARE(model.rowCount(), 0);
}

void TestStatusModels::quietSecondsCount()
{
    ActivityHistory history;
    history.add({{.second = 10, .chunks = 3}, {.second = 12, .chunks = 1, .bytes = 5, .lost = 2}});
    const QList<Activity> seconds = history.between(9, 12);
    QCOMPARE(seconds.size(), 4);
    QCOMPARE(seconds[0].chunks, 0u);
    QCOMPARE(seconds[1].chunks, 3u);
    QCOMPARE(seconds[2].second, 11);
    QCOMPARE(seconds[2].chunks, 0u);
    QCOMPARE(seconds[3].lost, 2u);
}

void TestStatusModels::secondsThatComeInPartsAreAddedUp()
{
    ActivityHistory history;
    history.add({{.second = 10, .chunks = 3}});
    history.add({{.second = 10, .chunks = 4}, {.second = 11, .chunks = 1}});
    history.add({{.second = 9, .chunks = 7}}); // late
    QCOMPARE(history.between(9, 9).first().chunks, 7u);
    QCOMPARE(history.between(10, 10).first().chunks, 7u);
}

void TestStatusModels::theOldestSecondsGo()
{
    ActivityHistory history;
    history.add(
        {{.second = 1, .chunks = 1}, {.second = 2, .chunks = 1}, {.second = 1 + ActivityHistory::keptSeconds, .chunks = 1}});
    QCOMPARE(history.firstSecond(), 2);
}

void TestStatusModels::lossesAreWorthWhatIsKnown_data()
{
    QTest::addColumn<quint64>("lost");
    QTest::addColumn<LossKnowledge>("knowledge");
    QTest::addColumn<QString>("value");
    QTest::newRow("none") << quint64(0) << LossKnowledge::Exact << u"0"_s;
    QTest::newRow("some") << quint64(1234) << LossKnowledge::Exact << u"1,234"_s;
    QTest::newRow("at least none") << quint64(0) << LossKnowledge::AtLeast << u"≥ 0"_s;
    QTest::newRow("at least some") << quint64(7) << LossKnowledge::AtLeast << u"≥ 7"_s;
    QTest::newRow("unknown") << quint64(0) << LossKnowledge::Unknown << u"unknown"_s;
}

void TestStatusModels::lossesAreWorthWhatIsKnown()
{
    BusReport report;
    report.state.kind = BusState::Receiving;
    report.figures.chunks = 100;
    QFETCH(const quint64, lost);
    report.figures.lost = lost;
    QFETCH(const LossKnowledge, knowledge);
    report.lossKnowledge = knowledge;
    QTEST(ReportText::lost(report).value, "value");
}

void TestStatusModels::nothingIsClaimedOfABusThatWasNotSeen()
{
    const BusReport report;
    QCOMPARE(ReportText::lost(report).value, u"–"_s);
    QCOMPARE(ReportText::published(report).value, u"–"_s);
}

QTEST_GUILESS_MAIN(TestStatusModels)
#include "tst_statusmodels.moc"
