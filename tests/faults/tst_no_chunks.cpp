// SPDX-License-Identifier: Apache-2.0
#include "waitingbus.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <csignal>
#include <utility>

/// What waits for a lossless consumer, or a side of a stream, is no chunk. It is counted and kept aside; a stream stops before
/// it.
class TestNoChunks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsNoChunkIsCountedAndKeptAside_data();
    void whatIsNoChunkIsCountedAndKeptAside();
    void whatIsNoChunkIsALossForThoseWhoAsk();
    void aStreamStopsBeforeWhatIsNoChunk();
};

void TestNoChunks::whatIsNoChunkIsCountedAndKeptAside_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("script"); // creates it at $1
    const std::pair<const char *, QString> things[] = {
        {"other bytes", u"echo garbage >$1"_s},
        {"empty", u">$1"_s},
        {"cut off", u"head -c 700 bus >$1"_s},
        {"too large", u"truncate -s 100M $1"_s},
        {"another chunk", u"cp bus.d/history/00000000000000000003 $1; echo >>$1"_s},
        {"directory", u"mkdir $1; touch $1/file"_s},
        {"link", u"ln -s /etc/passwd $1"_s},
        {"FIFO", u"mkfifo $1"_s},
    };
    for (const auto &[name, script] : things)
        QTest::newRow(name) << 2 << script;
    QTest::newRow("the first") << 1 << things[0].second;
    QTest::newRow("the last") << 3 << things[0].second;
    QTest::newRow("another chunk, first") << 1 << things[4].second;
}

void TestNoChunks::whatIsNoChunkIsCountedAndKeptAside()
{
    QFETCH(int, number);
    QFETCH(QString, script);
    const WaitingBus bus;
    QVERIFY(bus.wellMade && bus.shell(u"set -- %1; rm $1; %2"_s.arg(bus.entry(number), script)));
    Program consumer(losslessConsumerOf(bus.bus(), durable({})));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), 0);
    QByteArrayList others = input;
    others.removeAt(number - 1);
    QCOMPARE(consumer.output(), others.join());
    const QByteArray errors = consumer.errors();
    const QByteArray loss = "filebus: 1 chunk lost, number N\n";
    QVERIFY2(errors.contains(QByteArray(loss).replace("N", QByteArray::number(number))), errors.constData());
    QVERIFY2(errors.contains("received 2 chunks, 16 bytes; lost: 1\n"), errors.constData());
    QCOMPARE(errors.count("it counts as lost, and is kept in "), 1);
    QCOMPARE(bus.damaged(), QStringList{u"log."_s + bus.entry(number).section(u'/', -1)});
    QCOMPARE(waitingIn(bus.bus(), u"log"_s), 0);

    QVERIFY(publish(bus.bus(), "next\n", {u"--lossless"_s, u"--no-drain"_s, u"--wait-consumers"_s, u"0"_s}));
    Program next(losslessConsumerOf(bus.bus(), durable({u"--once"_s})));
    QVERIFY(next.begin());
    QCOMPARE(next.status(), 0);
    QCOMPARE(next.output(), "next\n");
    QCOMPARE(next.errors(), "");
}

void TestNoChunks::whatIsNoChunkIsALossForThoseWhoAsk()
{
    const WaitingBus bus;
    QVERIFY(bus.wellMade && bus.shell(u"rm %1; echo garbage >%1"_s.arg(bus.entry(2))));
    Program consumer(losslessConsumerOf(bus.bus(), durable({u"--fail-on-loss"_s})));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::dataLost);
    QCOMPARE(consumer.output(), input.first());
    QCOMPARE(waitingIn(bus.bus(), u"log"_s), 1);
}

// Nobody may continue after a gap that was not reported.
void TestNoChunks::aStreamStopsBeforeWhatIsNoChunk()
{
    const BusDirectory directory;
    Program end({u"--filename"_s, directory.bus(), u"stream"_s});
    QVERIFY(end.begin());
    EVENTUALLY(QFile::exists(directory.bus() + u".b.d/inbox/a"_s));
    suspend(end);
    Program peer({u"--filename"_s, directory.bus(), u"stream"_s, u"--block-size"_s, u"8"_s});
    QVERIFY(peer.begin() && peer.feed(input.join()));
    EVENTUALLY_EQUAL(waitingIn(directory.bus() + u".b"_s, u"a"_s), 3);
    QVERIFY(directory.shell(u"cd bus.b.d/inbox/a; rm *2; echo garbage >00000000000000000002"_s));
    end.send(SIGCONT);
    QCOMPARE(end.status(), ExitStatus::inputOutput);
    QCOMPARE(end.output(), input.first());
    for (int successors = 0; successors < 2; ++successors) {
        Program successor({u"--filename"_s, directory.bus(), u"stream"_s});
        QVERIFY(successor.begin());
        QCOMPARE(successor.status(), ExitStatus::inputOutput);
        QCOMPARE(successor.output(), "");
        VERIFY_ONE_LINE_ABOUT(successor.errors(), u".b.d/inbox/a/00000000000000000002"_s);
    }
    QCOMPARE(waitingIn(directory.bus() + u".b"_s, u"a"_s), 2);
}

QTEST_GUILESS_MAIN(TestNoChunks)
#include "tst_no_chunks.moc"
