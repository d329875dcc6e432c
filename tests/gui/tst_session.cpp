// SPDX-License-Identifier: Apache-2.0
#include "activityplot.h"
#include "bustabs.h"
#include "inspector.h"
#include "viewerfixture.h"

#include <QtCore/QFile>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHeaderView>

using namespace Qt::StringLiterals;

/// What is restored at the next start.
class TestSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tabsComeBackInTheirOrder();
    void choicesComeBack();
    void allViewsShareTheChoices();
    void columnsComeBack();
    void theWindowIsAsLargeAsItWas();
    void aClosedTabStaysClosed();
    void aNameThatIsNoTextComesBack();
    void tabsAreRememberedAlsoIfTheProgramIsKilled();
    void secretsOfAddressesAreNeitherShownNorKept();

private:
    static BusTabs &tabs(ViewerFixture &viewer) { return *viewer.window().findChild<BusTabs *>(); }
};

void TestSession::tabsComeBackInTheirOrder()
{
    ViewerFixture viewer;
    for (const QString &name : {u"a"_s, u"b"_s, u"c"_s})
        viewer.open(viewer.file(name));
    tabs(viewer).tabBar()->moveTab(2, 0);
    tabs(viewer).setCurrentIndex(1);
    viewer.restart();
    QCOMPARE(tabs(viewer).count(), 3);
    QCOMPARE(tabs(viewer).tabText(0), u"c"_s);
    QCOMPARE(tabs(viewer).tabText(2), u"b"_s);
    QCOMPARE(tabs(viewer).currentIndex(), 1);
    QVERIFY(publish(viewer.file(u"a"_s), "x"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1); // and they are live
}

void TestSession::choicesComeBack()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    viewer.press(Qt::CTRL | Qt::SHIFT | Qt::Key_T);
    viewer.press(Qt::CTRL | Qt::Key_4);
    viewer.press(Qt::ALT | Qt::Key_2);
    viewer.press(Qt::CTRL | Qt::Key_G);
    viewer.find<QComboBox>("searchEffect")->setCurrentIndex(1);
    viewer.restart();
    auto *plot = viewer.view().findChild<ActivityPlot *>();
    auto *inspector = viewer.view().findChild<Inspector *>();
    QCOMPARE(viewer.chunks().timeMode(), ChunkModel::SincePrevious);
    QCOMPARE(inspector->mode(), Inspector::Hex);
    QCOMPARE(plot->span(), 600);
    QVERIFY(!plot->isVisible());
    QVERIFY(inspector->isVisible());
    QCOMPARE(viewer.find<QComboBox>("searchEffect")->currentIndex(), 1);
}

void TestSession::allViewsShareTheChoices()
{
    ViewerFixture viewer;
    viewer.open(viewer.file(u"a"_s));
    viewer.open(viewer.file(u"b"_s));
    viewer.press(Qt::CTRL | Qt::Key_4);
    viewer.find<QComboBox>("searchEffect")->setCurrentIndex(1);
    viewer.list().horizontalHeader()->resizeSection(ChunkModel::Time, 222);
    viewer.view().findChild<ActivityPlot *>()->setSpan(3600); // like its buttons
    tabs(viewer).setCurrentIndex(0);
    QCOMPARE(viewer.view().findChild<Inspector *>()->mode(), Inspector::Hex);
    QCOMPARE(viewer.find<QComboBox>("searchEffect")->currentIndex(), 1);
    QCOMPARE(viewer.view().findChild<ActivityPlot *>()->span(), 3600);
    QCOMPARE(viewer.list().horizontalHeader()->sectionSize(ChunkModel::Time), 222);
    QVERIFY(viewer.window().findChild<QAction *>(u"modeHex"_s)->isChecked());
    QVERIFY(viewer.window().findChild<QAction *>(u"spanHour"_s)->isChecked());
}

void TestSession::columnsComeBack()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "x"));
    EVENTUALLY(viewer.list().isVisible());
    viewer.list().horizontalHeader()->resizeSection(ChunkModel::Time, 222);
    viewer.list().horizontalHeader()->hideSection(ChunkModel::Producer);
    viewer.restart();
    QCOMPARE(viewer.list().horizontalHeader()->sectionSize(ChunkModel::Time), 222);
    QVERIFY(viewer.list().horizontalHeader()->isSectionHidden(ChunkModel::Producer));
    viewer.open(viewer.file(u"another"_s)); // it is shown like the first one
    QCOMPARE(viewer.list().horizontalHeader()->sectionSize(ChunkModel::Time), 222);
}

void TestSession::theWindowIsAsLargeAsItWas()
{
    ViewerFixture viewer;
    viewer.window().resize(700, 500);
    viewer.restart();
    QCOMPARE(viewer.window().size(), QSize(700, 500));
}

void TestSession::aClosedTabStaysClosed()
{
    ViewerFixture viewer;
    viewer.open(viewer.file(u"a"_s));
    viewer.open(viewer.file(u"b"_s));
    viewer.press(Qt::CTRL | Qt::Key_W);
    viewer.restart();
    QCOMPARE(tabs(viewer).count(), 1);
    QCOMPARE(tabs(viewer).tabText(0), u"a"_s);
}

void TestSession::aNameThatIsNoTextComesBack()
{
    ViewerFixture viewer;
    const QByteArray path = QFile::encodeName(viewer.file(u"not utf-8 "_s)) + '\xff';
    viewer.window().open(path);
    viewer.restart();
    QCOMPARE(viewer.view().document()->path(), path);
}

void TestSession::tabsAreRememberedAlsoIfTheProgramIsKilled()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    ViewerSettings settings;
    QCOMPARE(settings.tabs(), QByteArrayList{QFile::encodeName(viewer.bus())});
    QCOMPARE(settings.recent(), QByteArrayList{QFile::encodeName(viewer.bus())});
}

void TestSession::secretsOfAddressesAreNeitherShownNorKept()
{
    ViewerFixture viewer;
    viewer.open(u"nats://ann:t0psecret@127.0.0.1:1/heat?replicas=1"_s);
    QCOMPARE(tabs(viewer).tabText(0), u"heat"_s);
    EVENTUALLY(!viewer.shown("placeholderText").isEmpty());
    QVERIFY(!tabs(viewer).tabToolTip(0).contains(u"t0psecret"_s));
    QVERIFY(!viewer.shown("placeholderText").contains(u"t0psecret"_s));
    QVERIFY(!viewer.window().windowTitle().contains(u"t0psecret"_s));
    const ViewerSettings settings;
    QCOMPARE(settings.recent(), QByteArrayList{"nats://127.0.0.1:1/heat?replicas=1"});
    QCOMPARE(settings.tabs(), settings.recent());
}

QTEST_MAIN(TestSession)
#include "tst_session.moc"
