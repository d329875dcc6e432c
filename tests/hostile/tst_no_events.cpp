// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "program.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// The kernel has no inotify instance or watch left. Programs poll and say so; all data arrives.
class TestNoEvents : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void initTestCase();
    void aConsumer();
    void losslessProducerAndConsumer();
    void aStream();
};

namespace
{

// In a user namespace, which has its own limits (namespaces(7), /proc/sys/user).
QString withoutEvents()
{
    QFETCH_GLOBAL(QString, limit);
    return u"exec unshare --user --map-root-user bash -c 'echo 0 >/proc/sys/user/%1 && exec \"$@\"' bash \"$@\""_s.arg(limit);
}

#define VERIFY_POLLS(program) QVERIFY2((program).errors().contains("polling: inotify refuses: "), (program).errors().constData())

} // namespace

void TestNoEvents::initTestCase_data()
{
    QTest::addColumn<QString>("limit");
    QTest::newRow("no instances") << u"max_inotify_instances"_s;
    QTest::newRow("no watches") << u"max_inotify_watches"_s;
}

void TestNoEvents::initTestCase()
{
    const BusDirectory directory;
    if (!directory.shell(u"unshare --user --map-root-user bash -c 'echo 0 >/proc/sys/user/max_inotify_instances'"_s))
        QSKIP("user namespaces, or limits for them, are forbidden here");
}

void TestNoEvents::aConsumer()
{
    BusDirectory directory;
    Program producer(producerOf(directory.bus(), {u"--block-size"_s, u"16"_s}));
    Program consumer(consumerOf(directory.bus(), {u"-v"_s, u"--sleep-interval"_s, u"0.02"_s, u"--count"_s, u"50"_s}));
    consumer.setShell(withoutEvents());
    QVERIFY(consumer.begin() && producer.begin());
    QVERIFY(producer.feed(numberedLines(1)));
    EVENTUALLY_EQUAL(consumer.output(), numberedLines(1));
    QVERIFY(producer.feed(numberedLines(49, 1)));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(50));
    VERIFY_POLLS(consumer);
}

void TestNoEvents::losslessProducerAndConsumer()
{
    BusDirectory directory;
    const QStringList options{u"-v"_s, u"--sleep-interval"_s, u"0.02"_s};
    Program producer(losslessProducerOf(directory.bus(), options + QStringList{u"--block-size"_s, u"16"_s}));
    Program consumer(losslessConsumerOf(directory.bus(), options));
    producer.setShell(withoutEvents());
    consumer.setShell(withoutEvents());
    QVERIFY(producer.begin() && producer.feed(numberedLines(200)));
    producer.closeWriteChannel();
    EVENTUALLY(producer.errors().contains("waiting for lossless consumers"));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(200));
    QCOMPARE(producer.status(), ExitStatus::success);
    VERIFY_POLLS(consumer);
    VERIFY_POLLS(producer);
}

void TestNoEvents::aStream()
{
    BusDirectory directory;
    const QStringList arguments{u"-v"_s, u"--filename"_s, directory.bus(), u"stream"_s, u"--sleep-interval"_s, u"0.02"_s};
    Program ends[]{Program(arguments), Program(arguments)};
    for (Program &end : ends) {
        end.setShell(withoutEvents());
        QVERIFY(end.begin() && end.feed(numberedLines(1000)));
    }
    for (Program &end : ends)
        end.closeWriteChannel();
    for (Program &end : ends) {
        QCOMPARE(end.status(), ExitStatus::success);
        QCOMPARE(end.output(), numberedLines(1000));
        VERIFY_POLLS(end);
    }
}

QTEST_GUILESS_MAIN(TestNoEvents)
#include "tst_no_events.moc"
