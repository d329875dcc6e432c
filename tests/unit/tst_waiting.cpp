// SPDX-License-Identifier: Apache-2.0
#include "base/waiting.h"

#include <QtTest/QTest>

#include <unistd.h>

using FileBus::Awaited;
using FileBus::waitForDescriptors;
using namespace std::chrono_literals;

/// Waits for descriptors.
class TestWaiting : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void anEventEndsTheWait();
    void aTimeThatIsOverIsNoWait();

private:
    int m_pipe[2] = {-1, -1};
};

void TestWaiting::init()
{
    QCOMPARE(::pipe(m_pipe), 0);
}

void TestWaiting::cleanup()
{
    ::close(m_pipe[0]);
    ::close(m_pipe[1]);
}

void TestWaiting::anEventEndsTheWait()
{
    QCOMPARE(::write(m_pipe[1], "", 1), 1);
    QCOMPARE(waitForDescriptors(m_pipe[0], {}, 24h), Awaited::Event);
    QCOMPARE(waitForDescriptors(-1, {m_pipe[0]}, 24h), Awaited::Interrupt);
    QCOMPARE(waitForDescriptors(m_pipe[0], {}, -1s), Awaited::Event);
}

void TestWaiting::aTimeThatIsOverIsNoWait()
{
    QCOMPARE(waitForDescriptors(m_pipe[0], {}, 0ns), Awaited::Time);
    QCOMPARE(waitForDescriptors(m_pipe[0], {}, -1s), Awaited::Time);
    QCOMPARE(waitForDescriptors(-1, {}, std::chrono::nanoseconds::min()), Awaited::Time);
}

QTEST_GUILESS_MAIN(TestWaiting)
#include "tst_waiting.moc"
