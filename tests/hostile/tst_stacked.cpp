// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <memory>

using namespace Qt::StringLiterals;

/// A bus on a file system on top of another one: on overlayfs, as in a container, where the bus begins in the lower directory,
/// which is read-only, and is copied up; and on FUSE, with bindfs(1).
class TestStacked : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { BusDirectory::addPlaces(); }
    void initTestCase();
    void init();
    void cleanup();
    void producersAndAConsumer_data() { addFileSystems(); }
    void producersAndAConsumer();
    void aLosslessBus_data() { addFileSystems(); }
    void aLosslessBus();
    void aKilledProducer_data() { addFileSystems(); }
    void aKilledProducer();
    void whatHappensBelowIsFound();
    void theCacheOfTheKernelHidesNothing();
    void theCacheOfTheKernelDoesNotHideTheFirstChunk();

private:
    static void addFileSystems();
    void mountOverlay();
    void mountFuse(int cacheSeconds = 0);
    QString bus() const { return m_directory->file(u"merged/bus"_s); }

    std::unique_ptr<BusDirectory> m_directory;
};

void TestStacked::initTestCase()
{
    if (!enterMountNamespace())
        QSKIP("only root can mount something here");
}

void TestStacked::addFileSystems()
{
    QTest::addColumn<bool>("isFuse");
    QTest::newRow("overlay") << false;
    QTest::newRow("FUSE") << true;
}

void TestStacked::init()
{
    QFETCH_GLOBAL(BusDirectory::Place, place);
    m_directory = std::make_unique<BusDirectory>(place);
    QVERIFY(m_directory->shell(u"mkdir lower upper work merged"_s));
    QVERIFY(publish(m_directory->file(u"lower/bus"_s), "lower\n"));
}

void TestStacked::mountOverlay()
{
    if (!m_directory->shell(u"mount -t overlay none -o lowerdir=lower,upperdir=upper,workdir=work merged"_s))
        QSKIP("this kernel, or this file system, has no overlays");
}

// By default, FUSE caches names and files for a second; some mount options extend that.
void TestStacked::mountFuse(int cacheSeconds)
{
    if (!QFile::exists(u"/dev/fuse"_s))
        QSKIP("there is no FUSE here");
    QVERIFY(
        m_directory->shell(u"bindfs -o attr_timeout=%1,entry_timeout=%1,negative_timeout=%1 lower merged"_s.arg(cacheSeconds)));
}

void TestStacked::cleanup()
{
    m_directory->shell(u"umount -l merged 2>/dev/null || true"_s);
    m_directory.reset();
}

void TestStacked::producersAndAConsumer()
{
    QFETCH(const bool, isFuse);
    isFuse ? mountFuse() : mountOverlay();
    Program consumer(consumerOf(bus(), {u"--fail-on-loss"_s, u"--count"_s, u"42"_s}));
    Program producer(producerOf(bus(), {u"--block-size"_s, u"16"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "lower\n");
    QVERIFY(publish(bus(), "upper\n"));
    QVERIFY(producer.begin() && producer.feed(numberedLines(40)));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "lower\nupper\n" + numberedLines(40));
    QCOMPARE(OnBus::chunkAt(bus())->sequence(), quint64(42));
    QCOMPARE(OnBus::chunkAt(m_directory->file(u"lower/bus"_s))->sequence(), quint64(isFuse ? 42 : 1));
}

void TestStacked::aLosslessBus()
{
    QFETCH(const bool, isFuse);
    isFuse ? mountFuse() : mountOverlay();
    Program consumer(losslessConsumerOf(bus()));
    Program producer(losslessProducerOf(bus(), {u"--block-size"_s, u"16"_s}));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed(numberedLines(200)));
    producer.closeWriteChannel();
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(200));
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors() + consumer.errors(), QByteArray());
}

void TestStacked::aKilledProducer()
{
    QFETCH(const bool, isFuse);
    isFuse ? mountFuse() : mountOverlay();
    Program producer(producerOf(bus()));
    QVERIFY(producer.begin() && producer.feed("killed\n"));
    EVENTUALLY_EQUAL(OnBus::chunkAt(bus())->payload(), "killed\n");
    producer.kill();
    producer.status();
    QVERIFY(publish(bus(), "next\n"));
    QCOMPARE(OnBus::payloads(bus()), QByteArrayList({"lower\n", "killed\n", "next\n"}));
    QCOMPARE(OnBus::leftovers(bus()), QStringList());
}

// As on a network file system, there are no events.
void TestStacked::whatHappensBelowIsFound()
{
    mountFuse();
    Program consumer(consumerOf(bus(), {u"--fail-on-loss"_s, u"--count"_s, u"3"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "lower\n");
    QVERIFY(publish(m_directory->file(u"lower/bus"_s), "below\n") && publish(m_directory->file(u"lower/bus"_s), "again\n"));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "lower\nbelow\nagain\n");
}

// The cache lasts longer than the test would wait.
void TestStacked::theCacheOfTheKernelHidesNothing()
{
    mountFuse(300);
    const QString below = m_directory->file(u"lower/bus"_s);
    Program consumer(consumerOf(bus(), {u"-v"_s, u"--fail-on-loss"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "lower\n");
    QByteArray expected = "lower\n";
    for (const char *payload : {"one\n", "two\n", "of another size\n"}) {
        QVERIFY(publish(below, payload));
        expected += payload;
        EVENTUALLY_EQUAL(consumer.output(), expected);
    }
    QVERIFY(m_directory->shell(u"rm -r lower/bus lower/bus.d"_s));
    QVERIFY(publish(below, "anew\n"));
    EVENTUALLY_EQUAL(consumer.output(), expected + "anew\n");
    QVERIFY2(consumer.errors().contains("polling: on a FUSE file system, events do not"), consumer.errors().constData());
}

// The absence of a file is cached as well.
void TestStacked::theCacheOfTheKernelDoesNotHideTheFirstChunk()
{
    mountFuse(300);
    QVERIFY(m_directory->shell(u"! test -e merged/other"_s));
    Program consumer(consumerOf(m_directory->file(u"merged/other"_s), {u"--once"_s}));
    QVERIFY(consumer.begin());
    QVERIFY(publish(m_directory->file(u"lower/other"_s), "first\n"));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "first\n");
}

QTEST_GUILESS_MAIN(TestStacked)
#include "tst_stacked.moc"
