// SPDX-License-Identifier: Apache-2.0
#include "terminationsignals.h"

#include "standardstreams.h"

#include <QtCore/QCoreApplication>
#include <QtTest/QSignalSpy>

#include <csignal>

/// SIGINT and SIGTERM become a signal of Qt. As the number of the caught one stays, the tests run in this order.
class TestTerminationSignals : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anIgnoredOneStaysIgnored();
    void oneIsCaughtAndAnnounced();
    void theSecondOneHasItsDefaultEffect();
};

void TestTerminationSignals::anIgnoredOneStaysIgnored()
{
    std::signal(SIGINT, SIG_IGN);
    const TerminationSignals caught;
    QCOMPARE(std::raise(SIGINT), 0);
    QCOMPARE(TerminationSignals::caught(), 0);
    QVERIFY(!StandardStreams::isReadable(TerminationSignals::descriptor()));
    std::signal(SIGINT, SIG_DFL);
}

void TestTerminationSignals::oneIsCaughtAndAnnounced()
{
    TerminationSignals caught;
    QSignalSpy terminated(&caught, &TerminationSignals::terminated);
    QCOMPARE(std::raise(SIGTERM), 0);
    QCOMPARE(TerminationSignals::caught(), SIGTERM);
    QVERIFY(StandardStreams::isReadable(TerminationSignals::descriptor()));
    QTRY_COMPARE(terminated.size(), 1);
    QCOMPARE(terminated.first().first().toInt(), SIGTERM);
    QCoreApplication::processEvents();
    QCOMPARE(terminated.size(), 1);
}

void TestTerminationSignals::theSecondOneHasItsDefaultEffect()
{
    struct sigaction action = {};
    QCOMPARE(::sigaction(SIGTERM, nullptr, &action), 0);
    QVERIFY(action.sa_handler == SIG_DFL);
    QCOMPARE(::sigaction(SIGINT, nullptr, &action), 0);
    QVERIFY(action.sa_handler != SIG_DFL);
}

QTEST_GUILESS_MAIN(TestTerminationSignals)
#include "tst_terminationsignals.moc"
