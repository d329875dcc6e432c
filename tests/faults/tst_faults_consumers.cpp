// SPDX-License-Identifier: Apache-2.0
#include "exitstatus.h"
#include "faulttest.h"
#include "onbus.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <cerrno>
#include <cstring>

/// Consumers while a system call fails.
class TestFaultsConsumers : public FaultTest
{
    Q_OBJECT
private Q_SLOTS:
    void aConsumerThatCannotReadForAWhile_data();
    void aConsumerThatCannotReadForAWhile();
    void aConsumer_data() { addFaults(); }
    void aConsumer();
    void aLosslessConsumer_data() { addFaults(); }
    void aLosslessConsumer();
    void cleanupTestCase() { tellHowMany(); }
};

namespace
{

// Keeps only the first occurrence of each chunk.
QByteArray withoutRepeats(const QByteArray &text)
{
    QByteArrayList chunks;
    for (qsizetype at = 0; at < text.size(); at += before.size()) {
        if (const QByteArray chunk = text.mid(at, before.size()); !chunks.contains(chunk))
            chunks.append(chunk);
    }
    return chunks.join();
}

} // namespace

void TestFaultsConsumers::aConsumerThatCannotReadForAWhile_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<int>("error");
    for (const QByteArray &call : QByteArrayList{"open", "fstat", "pread"}) {
        for (const int error : {EMFILE, ENFILE, ENOMEM, EIO, ESTALE, EINTR})
            QTest::addRow("%s: %s", call.constData(), ::strerrorname_np(error)) << call << error;
    }
}

// The chunks are there, and no event tells when they become readable.
void TestFaultsConsumers::aConsumerThatCannotReadForAWhile()
{
    QFETCH(QByteArray, call);
    QFETCH(int, error);
    if (call == "pread" && error == EINTR)
        return; // is retried at once
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), before));
    Program consumer(consumerOf(directory.bus()));
    QProcessEnvironment environment = faultyEnvironment(directory, 2);
    environment.insert(u"FILEBUS_FAULT_TIMES"_s, u"9"_s);
    environment.remove(u"FILEBUS_FAULT_PLACES"_s);
    consumer.setProcessEnvironment(environment);
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), before);
    QVERIFY(publish(directory.bus(), input.join(), perChunk));
    EVENTUALLY_EQUAL(consumer.output(), before + input.join());
    QCOMPARE(consumer.errors(), QByteArray());
    QVERIFY(QFile::exists(directory.file(u"report"_s)));
}

void TestFaultsConsumers::aConsumer()
{
    BusDirectory directory;
    QVERIFY(publish(directory.bus(), input.join(), perChunk));
    for (int number = firstCall(); mayBeMade(number); number += callStep()) {
        Program consumer(consumerOf(directory.bus(),
                                    soon + QStringList{u"--from"_s, u"all"_s, u"--count"_s, u"4"_s, u"--timeout"_s, u"0.2"_s}));
        if (!runFaulty(consumer, directory, number))
            break;
        const QByteArray errors = consumer.errors();
        VERIFY_FOR(number, endedAsDocumented(consumer, errors));
        VERIFY_FOR(number, isInOrder(consumer.output(), input));
        VERIFY_FOR(number, consumer.output() == input.join() || !errors.isEmpty());
        VERIFY_FOR(number, !passesForAReader() || (consumer.output() == input.join() && errors.isEmpty()));
    }
}

void TestFaultsConsumers::aLosslessConsumer()
{
    const QStringList durable = soon + QStringList{u"--lossless"_s, u"--name"_s, u"log"_s};
    for (int number = firstCall(); mayBeMade(number); number += callStep()) {
        BusDirectory directory;
        Program subscribing(consumerOf(directory.bus(), durable + QStringList{u"--timeout"_s, u"0.001"_s}));
        QVERIFY(subscribing.begin());
        QCOMPARE(subscribing.status(), ExitStatus::temporaryFailure);
        QVERIFY(publish(directory.bus(), input.join(), perChunk + QStringList{u"--lossless"_s, u"--no-drain"_s}));
        Program consumer(consumerOf(directory.bus(), durable + QStringList{u"--count"_s, u"4"_s, u"--timeout"_s, u"0.2"_s}));
        if (!runFaulty(consumer, directory, number))
            break;
        const QByteArray errors = consumer.errors();
        VERIFY_FOR(number, endedAsDocumented(consumer, errors));
        const QByteArray received = withoutRepeats(consumer.output() + waitingFor(directory));
        VERIFY_FOR(number, received == input.join() || (isInOrder(received, input) && !errors.isEmpty()));
    }
}

QTEST_GUILESS_MAIN(TestFaultsConsumers)
#include "tst_faults_consumers.moc"
