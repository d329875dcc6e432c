// SPDX-License-Identifier: Apache-2.0
#include "bustabs.h"
#include "viewerfixture.h"

#include <QtWidgets/QTabWidget>

#include <csignal>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// What the window says about a bus that is missing, damaged, unreadable or special.
class TestViewerStates : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void waitsForABusThatDoesNotExist();
    void aBusThatIsRemovedAndMadeAgain();
    void aCorruptBus();
    void aDirectoryInThePlaceOfTheBus();
    void aBusThatMayNotBeRead();
    void whatCannotBeInspectedIsSaid();
    void aBusOfTheOriginal();
    void pollingIsSaid();
    void aLosslessBusShowsItsSubscribers();
    void producersThatEndedAreShownSo();
    void theTabShowsTheState();

private:
    static QString title(ViewerFixture &viewer) { return viewer.shown("placeholderTitle"); }
};

namespace
{

// A tar header that leads nowhere.
QByteArray damagedChunk()
{
    return "from_server" + QByteArray(246, '\0') + "ustar" + QByteArray(438, 'x');
}

} // namespace

void TestViewerStates::waitsForABusThatDoesNotExist()
{
    ViewerFixture viewer;
    const QStringList before = viewer.directory().snapshot();
    viewer.open(viewer.bus());
    EVENTUALLY(title(viewer) == u"Waiting for the bus"_s);
    QVERIFY(viewer.shown("placeholderText").contains(viewer.bus()));
    QVERIFY(!viewer.list().isVisible());
    QCOMPARE(viewer.directory().snapshot(), before);

    QVERIFY(publish(viewer.bus(), "hello"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    EVENTUALLY(viewer.list().isVisible());
}

void TestViewerStates::aBusThatIsRemovedAndMadeAgain()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(publish(viewer.bus(), "one"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    QVERIFY(viewer.directory().shell(u"rm -r bus bus.d bus.lock"_s));
    EVENTUALLY(viewer.shown("stateBannerText").contains(u"was removed"));
    QVERIFY(viewer.list().isVisible()); // captured chunks stay
    EVENTUALLY(viewer.find<QWidget>("stateBanner")->isVisible());

    QVERIFY(publish(viewer.bus(), "two"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 2);
    EVENTUALLY(!viewer.find<QWidget>("stateBanner")->isVisible());
    QCOMPARE(viewer.chunks().entry(1).chunk.sequence(), 1u); // a new stream
    QCOMPARE(viewer.report().figures.lost, 0u);
}

void TestViewerStates::aCorruptBus()
{
    ViewerFixture viewer;
    writeFile(viewer.bus(), damagedChunk());
    viewer.open(viewer.bus());
    EVENTUALLY(title(viewer) == u"The bus cannot be read"_s);
    QVERIFY(viewer.shown("placeholderText").contains(u"holds no chunk"));

    QVERIFY(viewer.directory().shell(u"rm bus"_s));
    QVERIFY(publish(viewer.bus(), "good"));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1);
    EVENTUALLY_EQUAL(viewer.report().state.kind, BusState::Receiving);

    writeFile(viewer.bus(), damagedChunk());
    EVENTUALLY(viewer.find<QWidget>("stateBanner")->isVisible());
    QVERIFY(viewer.shown("stateBannerText").contains(u"holds no chunk"));
}

void TestViewerStates::aDirectoryInThePlaceOfTheBus()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    QVERIFY(viewer.directory().shell(u"mkdir bus"_s));
    EVENTUALLY(title(viewer) == u"The bus cannot be read"_s);
    QVERIFY(viewer.shown("placeholderText").contains(u"directory"));
    QVERIFY(viewer.directory().shell(u"rmdir bus"_s));
    EVENTUALLY(title(viewer) == u"Waiting for the bus"_s);
}

void TestViewerStates::aBusThatMayNotBeRead()
{
    ViewerFixture viewer;
    QVERIFY(publish(viewer.bus(), "secret"));
    QVERIFY(viewer.directory().shell(u"chmod 0 bus"_s));
    // root can read everything, so this process, with all its threads, temporarily becomes another user.
    const uid_t user = ::geteuid();
    QVERIFY(user != 0 || ::seteuid(65534) == 0);
    const auto restore = qScopeGuard([user] { [[maybe_unused]] const int back = ::seteuid(user); });
    viewer.open(viewer.bus());
    EVENTUALLY(title(viewer) == u"The bus cannot be read"_s);
    QVERIFY(viewer.shown("placeholderText").contains(u"ermission"));
}

void TestViewerStates::whatCannotBeInspectedIsSaid()
{
    ViewerFixture viewer;
    QVERIFY(publish(viewer.bus(), "one"));
    QVERIFY(viewer.directory().shell(u"ln -s inbox bus.d/inbox"_s)); // it leads to itself
    viewer.open(viewer.bus());
    EVENTUALLY(viewer.find<QWidget>("inspectionBanner")->isVisible());
    QVERIFY(viewer.shown("inspectionBannerText").contains(viewer.bus() + u".d/inbox"_s));
    EVENTUALLY_EQUAL(viewer.chunks().rowCount(), 1); // everything else is shown
    QVERIFY(viewer.directory().shell(u"rm bus.d/inbox"_s));
    EVENTUALLY(!viewer.find<QWidget>("inspectionBanner")->isVisible());
}

void TestViewerStates::aBusOfTheOriginal()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    for (const QString &text : {u"one"_s, u"two"_s}) {
        writeFile(viewer.file(u"from_server"_s), text.toUtf8());
        QVERIFY(viewer.directory().shell(u"tar cf new from_server && mv new bus"_s));
        EVENTUALLY(viewer.chunks().rowCount() > 0
                   && viewer.chunks().entry(viewer.chunks().rowCount() - 1).chunk.payload() == text.toUtf8());
    }
    EVENTUALLY_EQUAL(viewer.shown("lost"), u"≥ 0"_s);
    EVENTUALLY_EQUAL(viewer.shown("published"), u"–"_s);
    QCOMPARE(viewer.chunks().index(0, ChunkModel::Sequence).data().toString(), u"–"_s);
}

void TestViewerStates::pollingIsSaid()
{
    ViewerFixture viewer;
    viewer.open(viewer.file(u"no/such/directory"_s));
    EVENTUALLY_EQUAL(viewer.shown("foundBy"), u"polling"_s);
}

void TestViewerStates::aLosslessBusShowsItsSubscribers()
{
    ViewerFixture viewer;
    Program consumer(consumerOf(viewer.bus(), {u"--lossless"_s, u"--name"_s, u"archive"_s}));
    QVERIFY(consumer.begin());
    viewer.open(viewer.bus());
    EVENTUALLY_EQUAL(viewer.shown("subscribers"), u"1"_s);
    EVENTUALLY(viewer.view().document()->subscribers()->rowCount() == 1);
    const SubscriberModel &model = *viewer.view().document()->subscribers();
    QCOMPARE(model.index(0, SubscriberModel::Name).data().toString(), u"archive"_s);
    QCOMPARE(model.index(0, SubscriberModel::Pid).data().toString(), QString::number(consumer.processId()));
}

void TestViewerStates::producersThatEndedAreShownSo()
{
    ViewerFixture viewer;
    Program producer(producerOf(viewer.bus()));
    QVERIFY(producer.begin());
    QVERIFY(producer.feed("one"));
    viewer.open(viewer.bus());
    EVENTUALLY_EQUAL(viewer.shown("producers"), u"filebus %1"_s.arg(producer.processId()));
    EVENTUALLY_EQUAL(viewer.shown("producersDetail"), u"alive"_s);
    producer.send(SIGKILL);
    EVENTUALLY_EQUAL(viewer.shown("producersDetail"), u"ended"_s);
    QCOMPARE(viewer.view().document()->producers()->rowCount(), 1);
}

void TestViewerStates::theTabShowsTheState()
{
    ViewerFixture viewer;
    viewer.open(viewer.bus());
    const auto *tabs = viewer.window().findChild<BusTabs *>();
    EVENTUALLY(tabs->tabToolTip(0).endsWith(u"Waiting for the bus"));
    QCOMPARE(tabs->tabText(0), u"bus"_s);
    QVERIFY(publish(viewer.bus(), "one"));
    EVENTUALLY(tabs->tabToolTip(0).endsWith(u"Quiet"));
    QVERIFY(viewer.directory().shell(u"rm bus"_s));
    EVENTUALLY(tabs->tabToolTip(0).endsWith(u"The bus is gone"));
}

QTEST_MAIN(TestViewerStates)
#include "tst_viewerstates.moc"
