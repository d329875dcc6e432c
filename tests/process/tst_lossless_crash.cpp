// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "file/disk/inbox.h"
#include "losslessbus.h"
#include "onbus.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <thread>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Any process of a lossless channel is killed at any instant, and nothing is lost.
class TestLosslessCrash : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void consumersAreKilled_data() { BusDirectory::addPlaces(); }
    void consumersAreKilled();
    void producersAreKilled_data() { BusDirectory::addPlaces(); }
    void producersAreKilled();
    void endsOfAStreamAreKilled_data() { BusDirectory::addPlaces(); }
    void endsOfAStreamAreKilled();
    void theDiskFillsUp();
};

namespace
{

constexpr int recordSize = 16;
const QStringList byRecord{u"--block-size"_s, u"16"_s, u"--gather"_s, u"0"_s};

/// An eighth of FILEBUS_TEST_SECONDS (default: 10), which the other tests of crashes use as well.
std::chrono::milliseconds killingTime()
{
    return qEnvironmentVariable("FILEBUS_TEST_SECONDS", u"10"_s).toInt() * 125ms;
}

/// From the start of a program to the middle of its work.
void letItWork()
{
    std::this_thread::sleep_for(std::chrono::microseconds(QRandomGenerator::global()->bounded(40'000)));
}

bool killIt(Program &program)
{
    program.send(SIGKILL);
    return program.status() == 128 + SIGKILL;
}

/// Appends its output to a file, so that nothing of it is lost when the consumer is killed.
std::unique_ptr<Program> begin(const QStringList &arguments, const QString &outputFile)
{
    auto program = std::make_unique<Program>(arguments);
    program->setStandardOutputFile(outputFile, QIODevice::Append);
    return program->begin() ? std::move(program) : nullptr;
}

/// The printed records without repetitions. A record repeated by a successor equals the last one; a record cut off by a kill
/// comes again in full. Ends at the first record that is out of order.
int recordsInOrder(const QByteArray &printed)
{
    int next = 0;
    for (const QByteArray &line : printed.split('\n')) {
        const int number = line.right(recordSize - 1).replace('.', "").toInt();
        if (number == next && line.endsWith(QByteArray::number(next)))
            ++next;
        else if (number > next)
            break;
    }
    return next;
}

QStringList streamOf(const BusDirectory &directory)
{
    return {u"--filename"_s, directory.bus(), u"stream"_s, u"--block-size"_s, QString::number(recordSize)};
}

/// How many blocks the writer, now dead or quiet, has published: a link into the inbox is enough.
int blocksPublished(const BusDirectory &directory)
{
    const QString bus = directory.bus() + u".a"_s;
    const auto newest = OnBus::chunkAt(bus);
    quint64 count = newest ? newest->sequence() : 0;
    for (const QString &place : {u".d/inbox/b"_s, u".d/history"_s}) {
        for (const QString &name : namesIn(bus + place))
            count = std::max(count, name.toULongLong());
    }
    return int(count);
}

/// Whether the end "a" of the stream is held, so that the next process takes the end "b".
bool isEndTaken(const BusDirectory &directory, const char *name)
{
    const QString bus = directory.bus() + (*name == 'a' ? u".b"_s : u".a"_s);
    return FileBus::Inbox(QFile::encodeName(bus + u".d/inbox"_s), name).isOwned();
}

/// A writer that continues with the first block that its predecessor did not publish.
std::unique_ptr<Program> beginWriter(const BusDirectory &directory)
{
    auto writer = std::make_unique<Program>(streamOf(directory));
    writer->setShell(u"exec \"$@\" < <(exec tail -c +%1 '%2')"_s.arg(QString::number(blocksPublished(directory) * recordSize + 1),
                                                                     directory.file(u"input"_s)));
    const bool begun = writer->begin() && QTest::qWaitFor([&] { return isEndTaken(directory, "a"); }, patience);
    return begun ? std::move(writer) : nullptr;
}

std::unique_ptr<Program> beginReader(const BusDirectory &directory)
{
    return begin(streamOf(directory), directory.file(u"output"_s));
}

} // namespace

void TestLosslessCrash::consumersAreKilled()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    const QString output = directory.file(u"output"_s);
    const QStringList consumer = losslessConsumerOf(directory.bus(), {u"--name"_s, u"name"_s});
    writeFile(directory.file(u"input"_s), numberedLines(400'000));
    Program producer(losslessProducerOf(directory.bus(), byRecord));
    producer.setStandardInputFile(directory.file(u"input"_s));
    QVERIFY(producer.begin());
    int killed = 0;
    for (const QDeadlineTimer end(killingTime()); !end.hasExpired(); ++killed) {
        const auto mortal = begin(consumer, output);
        QVERIFY(mortal);
        letItWork();
        QVERIFY(killIt(*mortal));
    }
    producer.terminate(); // so that the test need not wait for all the data
    producer.status();
    const quint64 published = OnBus::chunkAt(directory.bus()) ? OnBus::chunkAt(directory.bus())->sequence() : 0;
    const auto last = begin(consumer, output);
    EVENTUALLY_EQUAL(waitingIn(directory.bus(), u"name"_s), 0);
    qInfo("killed %d consumers of %llu chunks", killed, published);
    QCOMPARE(recordsInOrder(contentOf(output)), int(published));
    QCOMPARE(last->errors(), QByteArray());
    // each dead consumer may have printed one chunk that the next one printed again
    QVERIFY(contentOf(output).size() <= qsizetype(published + quint64(killed)) * recordSize);
}

void TestLosslessCrash::producersAreKilled()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    const QString output = directory.file(u"output"_s);
    writeFile(directory.file(u"input"_s), numberedLines(100'000));
    const auto one = begin(losslessConsumerOf(directory.bus(), {u"--name"_s, u"one"_s}), output + u"1"_s);
    const auto two = begin(losslessConsumerOf(directory.bus(), {u"--name"_s, u"two"_s}), output + u"2"_s);
    QVERIFY(one && two);
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 2);
    int killed = 0;
    for (const QDeadlineTimer end(killingTime()); !end.hasExpired(); ++killed) {
        Program mortal(losslessProducerOf(directory.bus(), byRecord));
        mortal.setStandardInputFile(directory.file(u"input"_s));
        QVERIFY(mortal.begin());
        letItWork();
        QVERIFY(killIt(mortal));
    }
    Program last(losslessProducerOf(directory.bus(), byRecord));
    QVERIFY(last.begin() && last.feed("...........last\n"));
    last.closeWriteChannel();
    QCOMPARE(last.status(), ExitStatus::success);
    const quint64 published = OnBus::chunkAt(directory.bus())->sequence();
    qInfo("killed %d producers of %llu chunks", killed, published);
    for (const auto &consumer : {one.get(), two.get()}) {
        QCOMPARE(consumer->status(), ExitStatus::success);
        QCOMPARE(consumer->errors(), QByteArray()); // no number is missing
    }
    QCOMPARE(contentOf(output + u"1"_s).size(), qsizetype(published) * recordSize);
    QVERIFY(contentOf(output + u"1"_s) == contentOf(output + u"2"_s));
    QCOMPARE(OnBus::leftovers(directory.bus()), QStringList());
}

void TestLosslessCrash::endsOfAStreamAreKilled()
{
    QFETCH(BusDirectory::Place, place);
    BusDirectory directory(place);
    const int blocks = int(killingTime().count()) * 4;
    writeFile(directory.file(u"input"_s), numberedLines(blocks));
    std::unique_ptr<Program> writer = beginWriter(directory);
    std::unique_ptr<Program> reader = beginReader(directory);
    int writers = 0, readers = 0;
    for (const QDeadlineTimer end(killingTime()); !end.hasExpired() && writer && writer->state() == QProcess::Running;) {
        QVERIFY(writer && reader);
        letItWork();
        const int victims = 1 + QRandomGenerator::global()->bounded(3);
        if (victims != 3) // a process takes the first free end, so the survivor must have its own
            EVENTUALLY(isEndTaken(directory, victims == 1 ? "b" : "a"));
        if (victims & 1)
            QVERIFY(killIt(*writer) && ++writers);
        if (victims & 2)
            QVERIFY(killIt(*reader) && ++readers);
        if (victims & 1)
            writer = beginWriter(directory);
        if (victims & 2)
            reader = beginReader(directory);
    }
    qInfo("killed %d writers and %d readers of a stream, which had come to block %d", writers, readers,
          blocksPublished(directory));
    reader->closeWriteChannel();
    QCOMPARE(writer->status(), ExitStatus::success);
    QCOMPARE(reader->status(), ExitStatus::success);
    QVERIFY2(!QFile::exists(directory.bus() + u".b"_s), "the ends were swapped: the test is wrong");
    QCOMPARE(recordsInOrder(contentOf(directory.file(u"output"_s))), blocks);
}

// The producer fails with a message. What it had published before reaches the consumer completely.
void TestLosslessCrash::theDiskFillsUp()
{
    BusDirectory directory;
    Program script({});
    script.setShell(
        u"exec unshare %1 --mount bash -ec '\n"
        "mount -t tmpfs -o size=600k none \"%2\" || exit 99\n"
        "cd \"%2\"\n"
        "echo begin | \"$0\" --filename bus --lossless producer --no-drain &\n"
        "\"$0\" --filename bus --lossless consumer --name n --count 1; wait\n"
        "status=0\n"
        "seq 1000000 1049999 | \"$0\" --filename bus --lossless producer --window 1000000 --block-size 1600 || status=$?\n"
        "\"$0\" --filename bus --lossless consumer --name n --timeout 1 2>/dev/null || true\n"
        "tar xOf bus from_server | tail -n 1; exit $status' \"$1\""_s.arg(
            ::getuid() == 0 ? QString() : u"--user --map-root-user"_s, directory.path()));
    QVERIFY(script.begin());
    if (script.status() == 99 || script.errors().startsWith("unshare"))
        QSKIP("this user cannot mount anything here");
    QCOMPARE(script.status(), ExitStatus::inputOutput);
    VERIFY_ONE_LINE_ABOUT(script.errors(), u"No space left on device"_s);
    const QByteArrayList lines = script.output().chopped(1).split('\n');
    QVERIFY2(lines.size() > 100, script.output());
    QCOMPARE(lines.first(), "begin");
    for (qsizetype line = 1; line < lines.size() - 1; ++line)
        QCOMPARE(lines[line].toInt(), 999'999 + line);
    QCOMPARE(lines.last(), lines[lines.size() - 2]); // the newest chunk on the bus arrived last
}

QTEST_GUILESS_MAIN(TestLosslessCrash)
#include "tst_lossless_crash.moc"
