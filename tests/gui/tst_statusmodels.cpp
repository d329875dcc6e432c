// SPDX-License-Identifier: Apache-2.0
#include "activityhistory.h"
#include "producermodel.h"
#include "program.h"
#include "reporttext.h"
#include "subscribermodel.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using FileBus::LossKnowledge;

/// What is known about a bus apart from its chunks.
class TestStatusModels : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void listsProducers();
    void showsWhoseProducersTheyAre();
    void listsSubscribers();
    void slowRatesAreTold();
    void quietSecondsCount();
    void secondsThatComeInPartsAreAddedUp();
    void theOldestSecondsGo();
    void lossesAreWorthWhatIsKnown_data();
    void lossesAreWorthWhatIsKnown();
    void theInboxInWhichMostWaitsIsTold();
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

void TestStatusModels::showsWhoseProducersTheyAre()
{
    ProducerModel model;
    FileBus::ProducerStatus own;
    own.userId = 0;
    FileBus::ProducerStatus claimed;
    claimed.userId = 0;
    claimed.claimedBy = 4'000'000'000; // a user without a name
    model.setProducers({own, claimed, {}});
    const auto user = [&](int row) { return model.index(row, ProducerModel::User); };
    EVENTUALLY_EQUAL(user(0).data().toString(), u"root (0)"_s);
    QCOMPARE(user(1).data().toString(), u"root (0), claimed by 4000000000"_s);
    QCOMPARE(user(2).data().toString(), u"unknown"_s);
    QVERIFY(!user(0).data(ProducerModel::ClaimedRole).toBool());
    QVERIFY(user(1).data(ProducerModel::ClaimedRole).toBool());
    QVERIFY(user(1).data(Qt::ToolTipRole).toString().contains(u"user 4000000000 published"));
    claimed.claimedBy.reset();
    model.setProducers({own, claimed, {}});
    QCOMPARE(user(1).data().toString(), u"root (0)"_s);
}

void TestStatusModels::slowRatesAreTold()
{
    BusReport report;
    report.state.kind = BusState::Receiving;
    const auto shown = [&](double rate) {
        report.figures.seenRate = rate;
        return ReportText::seen(report).value;
    };
    QCOMPARE(shown(0), u"0/s"_s);
    QCOMPARE(shown(0.034), u"0.03/s"_s);
    QCOMPARE(shown(0.5), u"0.5/s"_s);
    QCOMPARE(shown(9.96), u"10.0/s"_s);
    QCOMPARE(shown(12.3), u"12/s"_s);
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
    QTest::addColumn<QString>("share"); // of 100 chunks that came, and the lost ones
    QTest::newRow("none") << quint64(0) << LossKnowledge::Exact << u"0"_s << QString();
    QTest::newRow("one") << quint64(1) << LossKnowledge::Exact << u"1"_s << u"1.0%"_s;
    QTest::newRow("as many as came") << quint64(100) << LossKnowledge::Exact << u"100"_s << u"50%"_s;
    QTest::newRow("some") << quint64(1234) << LossKnowledge::Exact << u"1,234"_s << u"93%"_s;
    QTest::newRow("at least none") << quint64(0) << LossKnowledge::AtLeast << u"≥ 0"_s << QString();
    QTest::newRow("at least some") << quint64(7) << LossKnowledge::AtLeast << u"≥ 7"_s << u"6.5%"_s;
    QTest::newRow("unknown") << quint64(0) << LossKnowledge::Unknown << u"unknown"_s << QString();
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
    QFETCH(const QString, share);
    const QString detail = ReportText::lost(report).detail;
    QVERIFY2(detail.contains(u'%') == !share.isEmpty() && detail.contains(share), qPrintable(detail));
}

void TestStatusModels::theInboxInWhichMostWaitsIsTold()
{
    BusReport report;
    report.subscribers.resize(3);
    report.subscribers[1].waiting = 1234;
    report.subscribers[2].waiting = 7;
    QCOMPARE(ReportText::subscribers(report).value, u"3"_s);
    QCOMPARE(ReportText::subscribers(report).detail, u"up to 1,234 waiting"_s);
    report.subscribers[1].waiting = report.subscribers[2].waiting = 0;
    QCOMPARE(ReportText::subscribers(report).detail, u"none waiting"_s);
}

void TestStatusModels::nothingIsClaimedOfABusThatWasNotSeen()
{
    const BusReport report;
    QCOMPARE(ReportText::lost(report).value, u"–"_s);
    QCOMPARE(ReportText::published(report).value, u"–"_s);
}

QTEST_GUILESS_MAIN(TestStatusModels)
#include "tst_statusmodels.moc"
