// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "onbus.h"
#include "preload.h"
#include "program.h"

#include <QtTest/QTest>

#include <cerrno>

using namespace Qt::StringLiterals;

/// A file system that refuses to replace a file that is open, as SMB servers do.
class TestInUse : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void exchangingIsRefusedButRenamingIsNot_data();
    void exchangingIsRefusedButRenamingIsNot();
    void itIsRefusedForAMoment_data();
    void itIsRefusedForAMoment();
    void losslessChunksComeOnce();
    void itIsRefusedForGood_data() { itIsRefusedForAMoment_data(); }
    void itIsRefusedForGood();
    void theFileIsImmutable();
};

namespace
{

// The directory of the bus holds the file "busy" while replacement is refused.
void refuse(Program &program, const BusDirectory &directory, int exchange, int rename)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, preloadable(QStringLiteral(REFUSAL_SHIM)));
    environment.insert(u"FILEBUS_REFUSE_EXCHANGE"_s, QString::number(exchange));
    if (rename != 0)
        environment.insert(u"FILEBUS_REFUSE_RENAME"_s, QString::number(rename));
    environment.insert(u"FILEBUS_REFUSE_WHILE"_s, directory.file(u"busy"_s));
    program.setProcessEnvironment(environment);
}

// In the history.
QByteArray newestOn(const QString &bus)
{
    const QByteArrayList payloads = OnBus::payloads(bus);
    return payloads.isEmpty() ? QByteArray() : payloads.last();
}

} // namespace

void TestInUse::exchangingIsRefusedButRenamingIsNot_data()
{
    QTest::addColumn<int>("error");
    QTest::newRow("EACCES") << EACCES;
    QTest::newRow("EPERM") << EPERM;
    QTest::newRow("EBUSY") << EBUSY;
    QTest::newRow("ETXTBSY") << ETXTBSY;
}

void TestInUse::exchangingIsRefusedButRenamingIsNot()
{
    QFETCH(int, error);
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "one\n"));
    QVERIFY(directory.shell(u"touch busy"_s));
    Program producer(producerOf(directory.bus(), {u"--gather"_s, u"0"_s}));
    refuse(producer, directory, error, 0);
    QVERIFY(producer.begin());
    for (const QByteArray line : {"two\n", "three\n"}) {
        QVERIFY(producer.feed(line));
        EVENTUALLY_EQUAL(newestOn(directory.bus()), line);
    }
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors(), QByteArray());
    QCOMPARE(OnBus::payloads(directory.bus()).join(), "one\ntwo\nthree\n");
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

void TestInUse::itIsRefusedForAMoment_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("error");
    for (const QString &format : {u"tar"_s, u"raw"_s}) {
        QTest::addRow("%s, EACCES", qPrintable(format)) << format << EACCES;
        QTest::addRow("%s, EBUSY", qPrintable(format)) << format << EBUSY;
        QTest::addRow("%s, ETXTBSY", qPrintable(format)) << format << ETXTBSY;
    }
}

void TestInUse::itIsRefusedForAMoment()
{
    QFETCH(QString, format);
    QFETCH(int, error);
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "one\n", {u"--format"_s, format}));
    const QByteArray before = contentOf(directory.bus());
    QVERIFY(directory.shell(u"touch busy"_s));
    Program producer(producerOf(directory.bus(), {u"--format"_s, format}));
    refuse(producer, directory, error, error);
    QVERIFY(producer.begin() && producer.feed("two\n"));
    producer.closeWriteChannel();
    QVERIFY(producer.looksAgain(100)); // it keeps retrying
    QCOMPARE(contentOf(directory.bus()), before);
    QVERIFY(directory.shell(u"rm busy"_s));
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(producer.errors(), QByteArray());
    QVERIFY(contentOf(directory.bus()).contains("two\n"));
}

// The chunk enters the inboxes before the bus is replaced.
void TestInUse::losslessChunksComeOnce()
{
    BusDirectory directory;
    QVERIFY(directory.shell(u"touch busy"_s));
    Program consumer(losslessConsumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1);
    Program producer(losslessProducerOf(directory.bus(), {u"--block-size"_s, u"16"_s}));
    refuse(producer, directory, EBUSY, EBUSY);
    QVERIFY(producer.begin() && producer.feed(numberedLines(3)));
    producer.closeWriteChannel();
    EVENTUALLY(!consumer.output().isEmpty());
    QVERIFY(directory.shell(u"rm busy"_s));
    QCOMPARE(producer.status(), ExitStatus::success);
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), numberedLines(3));
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestInUse::itIsRefusedForGood()
{
    QFETCH(QString, format);
    QFETCH(int, error);
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "one\n", {u"--format"_s, format}));
    QVERIFY(directory.shell(u"touch busy"_s));
    const QByteArray before = contentOf(directory.bus());
    Program producer(producerOf(directory.bus(), {u"--format"_s, format, u"--lock-timeout"_s, u"0.2"_s}));
    refuse(producer, directory, error, error);
    QVERIFY(producer.begin() && producer.feed("two\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), ExitStatus::temporaryFailure);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus());
    QVERIFY2(producer.errors().contains("another program may have it open"), producer.errors().constData());
    QCOMPARE(contentOf(directory.bus()), before);
    QCOMPARE(OnBus::payloads(directory.bus()), format == u"raw"_s ? QByteArrayList() : QByteArrayList{"one\n"});
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

void TestInUse::theFileIsImmutable()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), "one\n"));
    QVERIFY(directory.shell(u"touch busy"_s));
    Program producer(producerOf(directory.bus()));
    refuse(producer, directory, EPERM, EPERM); // as with chattr +i, which few file systems support
    QVERIFY(producer.begin() && producer.feed("two\n"));
    QCOMPARE(producer.status(), ExitStatus::noPermission);
    VERIFY_ONE_LINE_ABOUT(producer.errors(), directory.bus());
    QVERIFY2(producer.errors().contains("its file system refuses it"), producer.errors().constData());
    QVERIFY2(!producer.errors().contains("change its permissions"), producer.errors().constData());
}

QTEST_GUILESS_MAIN(TestInUse)
#include "tst_in_use.moc"
