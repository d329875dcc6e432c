// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "mountnamespace.h"
#include "onbus.h"
#include "program.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// /proc is not mounted, as in a chroot(2). Everything works, and messages contain fewer names.
class TestNoProc : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void losslessAndNamed_data();
    void losslessAndNamed();
    void aStuckProducerHasNoName();

private:
    static QString withoutProc(const QString &directory, const QString &bus);
};

void TestNoProc::initTestCase()
{
    const BusDirectory directory;
    if (!directory.shell(u"unshare --mount mount -t tmpfs none /proc"_s))
        QSKIP("only root can mount something here");
}

// "$1" is the program; its arguments follow.
QString TestNoProc::withoutProc(const QString &directory, const QString &bus)
{
    return u"exec unshare --mount bash -c \"mount -t tmpfs none /proc && cd '%1' && exec \\\"\\$1\\\" --filename %2 "
           "\\\"\\${@:2}\\\"\" bash \"$@\""_s.arg(directory, bus);
}

void TestNoProc::losslessAndNamed_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("text") << u"bus"_s;
    QTest::newRow("not UTF-8") << u"$'b\\xfe'"_s;
}

void TestNoProc::losslessAndNamed()
{
    QFETCH(const QString, name);
    BusDirectory directory;
    Program consumer({u"consumer"_s, u"--lossless"_s, u"--name"_s, u"me"_s});
    Program producer({u"producer"_s, u"--lossless"_s, u"--block-size"_s, u"16"_s});
    Program second({u"consumer"_s, u"--lossless"_s, u"--name"_s, u"me"_s});
    for (Program *program : {&consumer, &producer, &second})
        program->setShell(withoutProc(directory.path(), name));
    QVERIFY(consumer.begin());
    EVENTUALLY(directory.shell(u"test -d %1.d/inbox/me"_s.arg(name)));
    QVERIFY(second.begin());
    QCOMPARE(second.status(), ExitStatus::temporaryFailure); // an owner can be judged without /proc
    QVERIFY(producer.begin() && producer.feed(numberedLines(100)));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(100));
    QCOMPARE(producer.errors() + consumer.errors(), QByteArray());
}

void TestNoProc::aStuckProducerHasNoName()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "one\n"));
    QCOMPARE(OnBus::chunkAt(directory.bus())->producer().program, u"filebus"_s);
    const HeldLock held(directory.bus());
    Program producer({u"producer"_s, u"--lock-timeout"_s, u"0.1"_s});
    producer.setShell(withoutProc(directory.path(), u"bus"_s));
    QVERIFY(producer.begin() && producer.feed("two\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::temporaryFailure);
    QVERIFY2(producer.errors().contains("another process holds"), producer.errors().constData());
}

QTEST_GUILESS_MAIN(TestNoProc)
#include "tst_no_proc.moc"
