// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "callsthatmustfail.h"
#include "exitstatus.h"
#include "onbus.h"
#include "preload.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtCore/QHash>
#include <QtTest/QTest>

#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

/// Each system call on the path of a chunk fails once, with each error that it can have, at each place where it is made. No
/// program crashes, nothing acknowledged is torn or lost, the error is reported, and work continues once its cause is gone. With
/// FILEBUS_TEST_SECONDS=100 or more, every call from each place fails once, not only the first. In a build with a sanitizer,
/// which takes ten times as long, each place meets only one of the errors, in turn.
class TestFaults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aProducerOfANewBus_data() { addFaults(); }
    void aProducerOfANewBus();
    void aProducer_data() { addFaults(); }
    void aProducer();
    void aLosslessProducer_data() { addFaults(); }
    void aLosslessProducer();
    void aConsumer_data() { addFaults(); }
    void aConsumer();
    void aConsumerThatCannotReadForAWhile_data();
    void aConsumerThatCannotReadForAWhile();
    void aLosslessConsumer_data() { addFaults(); }
    void aLosslessConsumer();
    void cleanupTestCase();

private:
    static void addFaults();
    static int firstCall();
    static int callStep();
    bool mayBeMade(int number) const;
    static QProcessEnvironment faultyEnvironment(const BusDirectory &directory, int number);
    static bool passesForAReader();
    bool runFaulty(Program &program, const BusDirectory &directory, int number);
    bool endedAsDocumented(Program &program, const QByteArray &errors);

    int m_faults = 0;
    QHash<QByteArray, int> m_calls; ///< the number of calls of each kind
};

namespace
{

constexpr int mostCalls = 200; // of one kind in one run; far more than there are
const QByteArrayList input{"chunk 1\n", "chunk 2\n", "chunk 3\n", "chunk 4\n"};
const QByteArray before = "before \n";
const QByteArray after = "after. \n";
const QStringList soon{u"--sleep-interval"_s, u"0.02"_s}; // for the next attempt
const QStringList perChunk = soon + QStringList{u"--block-size"_s, u"8"_s};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool errorsTakeTurns = true;
#else
constexpr bool errorsTakeTurns = false;
#endif

bool everyCall()
{
    return qEnvironmentVariable("FILEBUS_TEST_SECONDS", u"10"_s).toInt() >= 100;
}

// How many of @p chunks, from the first, @p text begins with. @p rest is what follows them.
qsizetype prefixLength(QByteArray text, const QByteArrayList &chunks, QByteArray &rest)
{
    qsizetype length = 0;
    while (length < chunks.size() && text.startsWith(chunks[length]))
        text.remove(0, chunks[length++].size());
    rest = text;
    return length;
}

// Whether @p text consists of some of @p chunks, in their order.
bool isInOrder(QByteArray text, const QByteArrayList &chunks)
{
    for (const QByteArray &chunk : chunks) {
        if (text.startsWith(chunk))
            text.remove(0, chunk.size());
    }
    return text.isEmpty();
}

QString inboxOfLog(const BusDirectory &directory)
{
    return directory.bus() + u".d/inbox/log/"_s;
}

// The chunks that the consumer with that name has not taken.
QByteArray waitingFor(const BusDirectory &directory)
{
    QByteArray waiting;
    for (const QString &name : namesIn(inboxOfLog(directory))) {
        if (const auto chunk = OnBus::chunkAt(inboxOfLog(directory) + name))
            waiting += chunk->payload();
    }
    return waiting;
}

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

void TestFaults::addFaults()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<int>("error");
    QTest::addColumn<int>("first"); // the first call of this kind to fail, and the step to the next
    QTest::addColumn<int>("step");
    const QList<std::pair<QByteArray, QList<int>>> faults{
        {"open", {EACCES, EMFILE, ENOSPC, EDQUOT, EIO, ENOENT, EINTR}},
        {"mkdir", {ENOSPC, EACCES, EIO}},
        {"link", {ENOSPC, EDQUOT, EIO, EPERM, ENOENT}},
        {"unlink", {EIO, EPERM, ENOENT}},
        {"rmdir", {EIO}},
        {"rename", {ENOSPC, EIO, EPERM}},
        {"renameat2", {EINVAL, ENOSPC, EIO, EPERM, ENOENT}},
        {"flistxattr", {EIO, ENOMEM, EOPNOTSUPP}},
        {"access", {EIO, EACCES, ENOENT}},
        {"flock", {EINTR, EIO, EWOULDBLOCK}},
        {"fchmod", {EPERM, EIO}},
        {"fstat", {EIO}},
        {"lstat", {EIO, EACCES, ENOENT}},
        {"pwrite", {ENOSPC, EDQUOT, EIO, EINTR}},
        {"pwritev", {ENOSPC, EDQUOT, EIO, EINTR}},
        {"pread", {EIO, EINTR}},
        {"opendir", {EMFILE, EIO}},
        {"readdir", {EIO}},
        {"poll", {EINTR, ENOMEM}},
        {"inotify_init1", {EMFILE}},
        {"inotify_add_watch", {ENOSPC, EACCES}},
    };
    for (const auto &[call, errors] : faults) {
        const int count = errorsTakeTurns ? static_cast<int>(errors.size()) : 1;
        int turn = 0;
        for (const int error : errors)
            QTest::addRow("%s: %s", call.constData(), ::strerrorname_np(error)) << call << error << 1 + turn++ % count << count;
    }
}

int TestFaults::firstCall()
{
    QFETCH(int, first);
    return first;
}

int TestFaults::callStep()
{
    QFETCH(int, step);
    return step;
}

// The number of calls does not depend on the error.
bool TestFaults::mayBeMade(int number) const
{
    QFETCH(QByteArray, call);
    return number <= m_calls.value(QTest::currentTestFunction() + call, mostCalls);
}

QProcessEnvironment TestFaults::faultyEnvironment(const BusDirectory &directory, int number)
{
    QFETCH(QByteArray, call);
    QFETCH(int, error);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, preloadable(QStringLiteral(FAULT_SHIM)));
    environment.insert(u"ASAN_OPTIONS"_s, u"verify_asan_link_order=0"_s);
    environment.insert(u"FILEBUS_FAULT"_s,
                       u"%1:%2:%3"_s.arg(QString::fromLatin1(call), QString::number(number), QString::number(error)));
    environment.insert(u"FILEBUS_FAULT_PATH"_s, directory.bus());
    environment.insert(u"FILEBUS_FAULT_REPORT"_s, directory.file(u"report"_s));
    if (!everyCall())
        environment.insert(u"FILEBUS_FAULT_PLACES"_s, u"1"_s);
    return environment;
}

// Whether a reader that simply retries receives everything.
bool TestFaults::passesForAReader()
{
    QFETCH(QByteArray, call);
    QFETCH(int, error);
    const bool reads = call == "open" || call == "fstat" || call == "lstat" || call == "pread";
    return reads && (error == EMFILE || error == EIO || error == EINTR);
}

// False if there were not that many calls.
bool TestFaults::runFaulty(Program &program, const BusDirectory &directory, int number)
{
    QFETCH(QByteArray, call);
    const QString report = directory.file(u"report"_s);
    QFile::remove(report);
    program.setProcessEnvironment(faultyEnvironment(directory, number));
    if (!program.begin() || program.status() < 0)
        qWarning("call %d: the program did not end", number);
    const bool failed = QFile::exists(report);
    if (number == 1 && !failed && mustFail(QTest::currentTestFunction(), call))
        QTest::qFail("the call was not made to fail", __FILE__, __LINE__);
    if (failed)
        ++m_faults;
    else
        m_calls.insert(QTest::currentTestFunction() + call, number - 1);
    return failed;
}

bool TestFaults::endedAsDocumented(Program &program, const QByteArray &errors)
{
    using namespace ExitStatus;
    const int status = program.status();
    if (status == success)
        return true;
    const bool documented = status == notABus || status == inputOutput || status == temporaryFailure || status == noPermission;
    return documented && errors.startsWith("filebus: ") && errors.endsWith('\n');
}

#define VERIFY_FOR(number, condition)                                                                                            \
    QVERIFY2(condition,                                                                                                          \
             qPrintable(QStringLiteral("call %1: %2; %3")                                                                        \
                            .arg(QString::number(number), QStringLiteral(#condition), QString::fromUtf8(errors))))

void TestFaults::aProducerOfANewBus()
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

void TestFaults::aProducer()
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
void TestFaults::aLosslessProducer()
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

void TestFaults::aConsumer()
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

void TestFaults::aConsumerThatCannotReadForAWhile_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<int>("error");
    for (const QByteArray &call : QByteArrayList{"open", "fstat", "pread"}) {
        for (const int error : {EMFILE, ENFILE, ENOMEM, EIO, ESTALE, EINTR})
            QTest::addRow("%s: %s", call.constData(), ::strerrorname_np(error)) << call << error;
    }
}

// The chunks are there, and no event tells when they become readable.
void TestFaults::aConsumerThatCannotReadForAWhile()
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

void TestFaults::aLosslessConsumer()
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

void TestFaults::cleanupTestCase()
{
    qInfo("%d faults", m_faults);
}

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
