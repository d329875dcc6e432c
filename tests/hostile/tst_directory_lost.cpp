// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// The directory of the bus disappears while it is in use, and another one takes its place.
class TestDirectoryLost : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void producerAndConsumerGoOn_data() { addChanges(); }
    void producerAndConsumerGoOn();
    void aLosslessConsumerSaysWhatItLost_data() { addChanges(); }
    void aLosslessConsumerSaysWhatItLost();
    void aStreamSaysWhatItLost_data() { addChanges(); }
    void aStreamSaysWhatItLost();
    void aProducerEndsWhileThereIsNone();

private:
    void addChanges() const;
    bool m_mayMount = false;
};

namespace
{

const QStringList soon{u"--sleep-interval"_s, u"0.02"_s};

bool prepare(const BusDirectory &directory)
{
    QFETCH(QString, before);
    return directory.shell(u"mkdir d; "_s + before);
}

bool change(const BusDirectory &directory)
{
    QFETCH(QString, change);
    return directory.shell(change);
}

// For BusDirectory, which knows nothing about mounts.
class Unmounted
{
public:
    explicit Unmounted(const BusDirectory &directory)
        : m_directory(directory)
    { }
    ~Unmounted() { m_directory.shell(u"umount -l d 2>/dev/null || true"_s); }
    Q_DISABLE_COPY_MOVE(Unmounted)

private:
    const BusDirectory &m_directory;
};

} // namespace

void TestDirectoryLost::initTestCase()
{
    m_mayMount = enterMountNamespace();
}

void TestDirectoryLost::addChanges() const
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("change");
    QTest::newRow("renamed and made anew") << u"true"_s << u"mv d away; mkdir d"_s;
    QTest::newRow("removed and made anew") << u"true"_s << u"rm -rf d || rm -rf d; mkdir d"_s;
    QTest::newRow("replaced by a link") << u"mkdir other"_s << u"mv d away; ln -s other d"_s;
    if (m_mayMount)
        QTest::newRow("unmounted") << u"mount -t tmpfs none d"_s << u"umount -l d"_s;
    else
        qInfo("without a row: only root can mount and unmount a directory here");
}

void TestDirectoryLost::producerAndConsumerGoOn()
{
    BusDirectory directory;
    QVERIFY(prepare(directory));
    const Unmounted unmounted(directory);
    const QString bus = directory.file(u"d/bus"_s);
    Program producer(producerOf(bus));
    Program consumer(consumerOf(bus, soon));
    QVERIFY(producer.begin() && consumer.begin() && producer.feed("one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    QVERIFY(change(directory));
    QVERIFY(producer.feed("two\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\n");
    QVERIFY(publish(bus, "three\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\ntwo\nthree\n");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors() + consumer.errors(), QByteArray());
    QCOMPARE(OnBus::leftovers(bus), QStringList());
}

// The inbox is gone with everything in it. The producer continues with new subscribers.
void TestDirectoryLost::aLosslessConsumerSaysWhatItLost()
{
    BusDirectory directory;
    QVERIFY(prepare(directory));
    const Unmounted unmounted(directory);
    const QString bus = directory.file(u"d/bus"_s);
    Program producer(losslessProducerOf(bus, soon));
    Program consumer(losslessConsumerOf(bus, soon));
    QVERIFY(producer.begin() && consumer.begin() && producer.feed("one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    EVENTUALLY(OnBus::chunkAt(bus)); // the inbox gets the chunk first
    QVERIFY(change(directory));
    QCOMPARE(consumer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(consumer.errors(), bus + u".d/inbox/"_s);
    Program successor(losslessConsumerOf(bus, soon));
    QVERIFY(successor.begin());
    EVENTUALLY_EQUAL(inboxes(bus).size(), 1);
    QVERIFY(producer.feed("two\n"));
    EVENTUALLY_EQUAL(successor.output(), "two\n");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(successor.status(), ExitStatus::success);
    QCOMPARE(producer.errors() + successor.errors(), QByteArray());
}

void TestDirectoryLost::aStreamSaysWhatItLost()
{
    BusDirectory directory;
    QVERIFY(prepare(directory));
    const Unmounted unmounted(directory);
    const QString bus = directory.file(u"d/bus"_s);
    const QStringList arguments = QStringList{u"--filename"_s, bus, u"stream"_s} + soon;
    Program ends[]{Program(arguments), Program(arguments)};
    QVERIFY(ends[0].begin() && ends[1].begin());
    QVERIFY(ends[0].feed("ping\n"));
    EVENTUALLY_EQUAL(ends[1].output(), "ping\n");
    QVERIFY(change(directory));
    for (Program &end : ends) {
        QCOMPARE(end.status(), ExitStatus::notABus);
        const QByteArray lastLine =
            end.errors().trimmed().split('\n').constLast(); // it may have noticed the loss of the other side before
        QVERIFY2(lastLine.contains(bus.toUtf8()) && lastLine.contains("was removed"), end.errors().constData());
    }
    Program anew[]{Program(arguments), Program(arguments)};
    QVERIFY(anew[0].begin() && anew[1].begin() && anew[0].feed("pong\n"));
    EVENTUALLY_EQUAL(anew[1].output(), "pong\n");
}

void TestDirectoryLost::aProducerEndsWhileThereIsNone()
{
    BusDirectory directory;
    QVERIFY(directory.shell(u"mkdir d"_s));
    const QString bus = directory.file(u"d/bus"_s);
    Program producer(producerOf(bus));
    Program consumer(consumerOf(bus, soon));
    QVERIFY(producer.begin() && consumer.begin() && producer.feed("one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    QVERIFY(directory.shell(u"mv d away"_s));
    QVERIFY(producer.feed("two\n"));
    QCOMPARE(producer.status(), ExitStatus::notABus);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.file(u"d"_s));
    QVERIFY(directory.shell(u"mv away d"_s));
    QVERIFY(publish(bus, "three\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\nthree\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

QTEST_GUILESS_MAIN(TestDirectoryLost)
#include "tst_directory_lost.moc"
