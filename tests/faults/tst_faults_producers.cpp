// SPDX-License-Identifier: Apache-2.0
#include "exitstatus.h"
#include "faulttest.h"
#include "onbus.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <cerrno>

/// Producers while a system call fails.
class TestFaultsProducers : public FaultTest
{
    Q_OBJECT
private Q_SLOTS:
    void aProducerOfANewBus_data() { addFaults(); }
    void aProducerOfANewBus();
    void aProducer_data() { addFaults(); }
    void aProducer();
    void aLosslessProducer_data() { addFaults(); }
    void aLosslessProducer();
    void cleanupTestCase() { tellHowMany(); }
};

namespace
{

// How many of @p chunks, from the first, @p text begins with. @p rest is what follows them.
qsizetype prefixLength(QByteArray text, const QByteArrayList &chunks, QByteArray &rest)
{
    qsizetype length = 0;
    while (length < chunks.size() && text.startsWith(chunks[length]))
        text.remove(0, chunks[length++].size());
    rest = text;
    return length;
}

} // namespace

void TestFaultsProducers::aProducerOfANewBus()
{
    for (int number = firstCall(); mayBeMade(number); number += callStep()) {
        BusDirectory directory;
        writeFile(directory.file(u"input"_s), input.join());
        Program producer(producerOf(directory.bus(), perChunk));
        producer.setStandardInputFile(directory.file(u"input"_s));
        if (!runFaulty(producer, directory, number))
            break;
        const QByteArray errors = producer.errors();
        VERIFY_FOR(number, endedAsDocumented(producer, errors));
        VERIFY_FOR(number, !QFile::exists(directory.bus()) || OnBus::chunkAt(directory.bus()));
        VERIFY_FOR(number, publish(directory.bus(), after));
        VERIFY_FOR(number, OnBus::chunkAt(directory.bus())->payload() == after);
        VERIFY_FOR(number, isInOrder(OnBus::payloads(directory.bus()).join(), input + QByteArrayList{after}));
        VERIFY_FOR(number, OnBus::leftovers(directory.bus()).isEmpty());
    }
}

void TestFaultsProducers::aProducer()
{
    QFETCH(QByteArray, call);
    QFETCH(int, error);
    for (int number = firstCall(); mayBeMade(number); number += callStep()) {
        BusDirectory directory;
        writeFile(directory.file(u"input"_s), input.join());
        QVERIFY(publish(directory.bus(), before));
        Program producer(producerOf(directory.bus(), perChunk));
        producer.setStandardInputFile(directory.file(u"input"_s));
        if (!runFaulty(producer, directory, number))
            break;
        const QByteArray errors = producer.errors();
        VERIFY_FOR(number, endedAsDocumented(producer, errors));
        VERIFY_FOR(number, OnBus::chunkAt(directory.bus()));
        const bool succeeded = producer.status() == 0;
        VERIFY_FOR(number, !succeeded || OnBus::chunkAt(directory.bus())->payload() == input.constLast());
        VERIFY_FOR(number, publish(directory.bus(), after));
        VERIFY_FOR(number, OnBus::chunkAt(directory.bus())->payload() == after);
        const QByteArray history = OnBus::payloads(directory.bus()).join();
        VERIFY_FOR(number, isInOrder(history, QByteArrayList{before} + input + QByteArrayList{after}));
        // If the newest chunk of a history cannot be read, a new history begins, because its stream is unknown.
        const bool isUnreadable = call == "open" && (error == EACCES || error == ENOENT);
        const bool mayGoWithoutHistory = call == "link" || call == "unlink" || isUnreadable;
        VERIFY_FOR(number, !succeeded || mayGoWithoutHistory || history == before + input.join() + after);
        VERIFY_FOR(number, OnBus::leftovers(directory.bus()).isEmpty());
    }
}

// The consumer has a name, so that chunks it has not taken remain when it exits.
void TestFaultsProducers::aLosslessProducer()
{
    QFETCH(QByteArray, call);
    QFETCH(int, error);
    if (call == "lstat" && error == ENOENT)
        QSKIP("an inbox that is said to be missing is one whose consumer has left: nothing is published for it");
    for (int number = firstCall(); mayBeMade(number); number += callStep()) {
        BusDirectory directory;
        writeFile(directory.file(u"input"_s), input.join());
        Program consumer(consumerOf(directory.bus(), soon + QStringList{u"--lossless"_s, u"--name"_s, u"log"_s}));
        QVERIFY(consumer.begin());
        EVENTUALLY(QFile::exists(inboxOfLog(directory)));
        Program producer(producerOf(directory.bus(), perChunk + QStringList{u"--lossless"_s}));
        producer.setStandardInputFile(directory.file(u"input"_s));
        if (!runFaulty(producer, directory, number))
            break;
        const QByteArray errors = producer.errors();
        VERIFY_FOR(number, endedAsDocumented(producer, errors));
        VERIFY_FOR(number, publish(directory.bus(), after, {u"--lossless"_s, u"--no-drain"_s}));
        VERIFY_FOR(number, consumer.status() == 0);
        QByteArray rest;
        const qsizetype received = prefixLength(consumer.output() + waitingFor(directory), input, rest);
        VERIFY_FOR(number, rest == after);
        VERIFY_FOR(number, producer.status() != 0 || received == input.size());
        VERIFY_FOR(number, OnBus::leftovers(directory.bus()).isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestFaultsProducers)
#include "tst_faults_producers.moc"
