// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

#include <memory>

using namespace Qt::StringLiterals;

/// A single file, or a directory beside the bus, is a mount point, as in containers: nothing can be renamed onto it or into it.
class TestMounts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aConsumerPrintsAndSaysThatNoMoreWillCome();
    void aConsumerThatHasSeenEnoughSaysNothing();
    void mountedWhileAConsumerRuns();
    void statusNamesItAtOnce_data();
    void statusNamesItAtOnce();
    void aConsumerThatCanGetNothing_data();
    void aConsumerThatCanGetNothing();
    void nobodyCanPublish_data();
    void nobodyCanPublish();
    void aDirectoryBesideTheBus_data();
    void aDirectoryBesideTheBus();
    void mountedWhileAProducerRuns();

private:
    QString mounted() const { return m_directory->file(u"inside/bus"_s); }

    std::unique_ptr<BusDirectory> m_directory;
};

void TestMounts::initTestCase()
{
    if (!enterMountNamespace())
        QSKIP("only root can mount something here");
}

void TestMounts::init()
{
    m_directory = std::make_unique<BusDirectory>();
    QVERIFY(publish(m_directory->bus(), "before\n"));
    QVERIFY(m_directory->shell(u"mkdir inside && touch empty inside/bus && mount --bind bus inside/bus"_s));
}

void TestMounts::cleanup()
{
    m_directory->shell(u"umount -l inside/bus bus bus.d/* bus.d 2>/dev/null || true"_s);
    m_directory.reset();
}

void TestMounts::aConsumerPrintsAndSaysThatNoMoreWillCome()
{
    Program consumer(consumerOf(mounted()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "before\n");
    QElapsedTimer timer;
    timer.start();
    EVENTUALLY(consumer.errors().contains("mounted as a single file"));
    QVERIFY2(timer.elapsed() < 500, "it was said only after a second, when nothing had come");
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), mounted());
    QVERIFY2(consumer.errors().contains("mount the directory"), consumer.errors().constData());
    QCOMPARE(consumer.state(), QProcess::Running); // it may wait for the mount to end
}

void TestMounts::aConsumerThatHasSeenEnoughSaysNothing()
{
    Program consumer(consumerOf(mounted(), {u"--once"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "before\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestMounts::mountedWhileAConsumerRuns()
{
    Program consumer(consumerOf(m_directory->bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "before\n");
    for (int count = 1; count <= 2; ++count) {
        QVERIFY(m_directory->shell(u"mount --bind empty bus"_s));
        EVENTUALLY_EQUAL(consumer.errors().count("mounted as a single file"), count);
        QVERIFY(m_directory->shell(u"umount -l bus"_s)); // lazily, because the consumer has it open
        QVERIFY(publish(m_directory->bus(), "after\n"));
        EVENTUALLY_EQUAL(consumer.output().count("after"), count);
    }
}

void TestMounts::statusNamesItAtOnce_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("text") << QStringList{};
    QTest::newRow("JSON") << QStringList{u"--json"_s};
}

// With the figures of the one chunk.
void TestMounts::statusNamesItAtOnce()
{
    QFETCH(const QStringList, options);
    Program status(QStringList{u"--filename"_s, mounted(), u"status"_s} + options);
    QVERIFY(status.begin());
    QCOMPARE(status.status(), ExitStatus::notABus);
    const QByteArray text = status.output();
    QVERIFY2(text.contains("mounted as a single file") && text.contains("mount the directory"), text.constData());
    QVERIFY2(text.contains(options.isEmpty() ? "filebus, PID " : "\"sequence\":1"), text.constData());
}

void TestMounts::aConsumerThatCanGetNothing_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("preparation");
    QTest::newRow("it wants what comes next") << QStringList{u"--from"_s, u"new"_s} << u"true"_s;
    QTest::newRow("the file is empty") << QStringList{} << u"umount inside/bus && mount --bind empty inside/bus"_s;
    QTest::newRow("lossless") << QStringList{u"--lossless"_s} << u"true"_s;
    QTest::newRow("raw, lossless") << QStringList{u"--lossless"_s, u"--format"_s, u"raw"_s} << u"true"_s;
}

void TestMounts::aConsumerThatCanGetNothing()
{
    QFETCH(const QStringList, options);
    QFETCH(const QString, preparation);
    QVERIFY(m_directory->shell(preparation));
    Program consumer(consumerOf(mounted(), options));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), mounted());
    QVERIFY2(consumer.errors().contains("mounted as a single file"), consumer.errors().constData());
}

void TestMounts::nobodyCanPublish_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("lossy") << QStringList{};
    QTest::newRow("lossless") << QStringList{u"--lossless"_s};
    QTest::newRow("raw") << QStringList{u"--format"_s, u"raw"_s};
}

void TestMounts::nobodyCanPublish()
{
    QFETCH(const QStringList, options);
    Program producer(producerOf(mounted(), options));
    QVERIFY(producer.begin());
    QCOMPARE(producer.status(), ExitStatus::notABus); // at the start, without any input
    VERIFY_ONE_LINE_ABOUT(producer.errors(), mounted());
    QVERIFY2(producer.errors().contains("mount the directory"), producer.errors().constData());
    QCOMPARE(namesIn(m_directory->file(u"inside"_s)), QStringList{u"bus"_s});
    QCOMPARE(OnBus::chunkAt(m_directory->bus())->payload(), "before\n");
}

void TestMounts::aDirectoryBesideTheBus_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("name");
    QTest::newRow("X.d, another device") << u"mount -t tmpfs none bus.d"_s << u"bus.d"_s;
    QTest::newRow("X.d, the same device") << u"mkdir other && mount --bind other bus.d"_s << u"bus.d"_s;
    QTest::newRow("staging") << u"mount -t tmpfs none bus.d/staging"_s << u"bus.d/staging"_s;
    QTest::newRow("history") << u"mount --bind bus.d/producers bus.d/history"_s << u"bus.d/history"_s;
}

void TestMounts::aDirectoryBesideTheBus()
{
    QFETCH(const QString, script);
    QFETCH(const QString, name);
    QVERIFY(m_directory->shell(script));
    Program producer(producerOf(m_directory->bus()));
    QVERIFY(producer.begin());
    QCOMPARE(producer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), m_directory->file(name));
    QVERIFY2(producer.errors().contains("mount the directory"), producer.errors().constData());
}

void TestMounts::mountedWhileAProducerRuns()
{
    Program producer(producerOf(m_directory->bus()));
    QVERIFY(producer.begin() && producer.feed("one\n"));
    EVENTUALLY_EQUAL(OnBus::chunkAt(m_directory->bus())->payload(), "one\n");
    QVERIFY(m_directory->shell(u"mount --bind empty bus"_s));
    QVERIFY(producer.feed("two\n"));
    QCOMPARE(producer.status(), ExitStatus::notABus);
    QVERIFY2(producer.errors().contains("mounted as a single file"), producer.errors().constData());
    QVERIFY(m_directory->shell(u"umount bus"_s));
    QVERIFY(publish(m_directory->bus(), "three\n"));
    QCOMPARE(OnBus::payloads(m_directory->bus()), QByteArrayList({"before\n", "one\n", "three\n"}));
}

QTEST_GUILESS_MAIN(TestMounts)
#include "tst_mounts.moc"
