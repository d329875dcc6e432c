// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// A bus on overlayfs, as in a container. It begins in the lower directory, which nobody can write, and is copied up.
class TestOverlay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { BusDirectory::addPlaces(); }
    void initTestCase();
    void init();
    void cleanup();
    void producersAndAConsumer();
    void aLosslessBus();
    void aKilledProducer();

private:
    QString bus() const { return m_directory->file(u"merged/bus"_s); }

    std::unique_ptr<BusDirectory> m_directory;
};

void TestOverlay::initTestCase()
{
    if (!enterMountNamespace())
        QSKIP("only root can mount an overlay here");
}

void TestOverlay::init()
{
    QFETCH_GLOBAL(BusDirectory::Place, place);
    m_directory = std::make_unique<BusDirectory>(place);
    QVERIFY(m_directory->shell(u"mkdir lower upper work merged"_s));
    QVERIFY(publish(m_directory->file(u"lower/bus"_s), "lower\n"));
    if (!m_directory->shell(u"mount -t overlay none -o lowerdir=lower,upperdir=upper,workdir=work merged"_s))
        QSKIP("this kernel, or this file system, has no overlays");
}

void TestOverlay::cleanup()
{
    m_directory->shell(u"umount -l merged 2>/dev/null || true"_s);
    m_directory.reset();
}

void TestOverlay::producersAndAConsumer()
{
    Program consumer(consumerOf(bus(), {u"--fail-on-loss"_s, u"--count"_s, u"42"_s}));
    Program producer(producerOf(bus(), {u"--block-size"_s, u"16"_s}));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "lower\n");
    QVERIFY(publish(bus(), "upper\n"));
    QVERIFY(producer.begin() && producer.feed(numberedLines(40)));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "lower\nupper\n" + numberedLines(40));
    QCOMPARE(OnBus::chunkAt(bus())->sequence(), quint64(42));
    QCOMPARE(OnBus::chunkAt(m_directory->file(u"lower/bus"_s))->sequence(), quint64(1));
}

void TestOverlay::aLosslessBus()
{
    Program consumer(losslessConsumerOf(bus()));
    Program producer(losslessProducerOf(bus(), {u"--block-size"_s, u"16"_s}));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed(numberedLines(200)));
    producer.closeWriteChannel();
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(200));
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors() + consumer.errors(), QByteArray());
}

void TestOverlay::aKilledProducer()
{
    Program producer(producerOf(bus()));
    QVERIFY(producer.begin() && producer.feed("killed\n"));
    EVENTUALLY_EQUAL(OnBus::chunkAt(bus())->payload(), "killed\n");
    producer.kill();
    producer.status();
    QVERIFY(publish(bus(), "next\n"));
    QCOMPARE(OnBus::payloads(bus()), QByteArrayList({"lower\n", "killed\n", "next\n"}));
    QCOMPARE(OnBus::leftovers(bus()), QStringList());
}

QTEST_GUILESS_MAIN(TestOverlay)
#include "tst_overlay.moc"
