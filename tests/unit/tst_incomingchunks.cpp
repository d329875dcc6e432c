// SPDX-License-Identifier: Apache-2.0
#include "cluster/incomingchunks.h"

#include "base/waiting.h"

#include <filebus/error.h>

#include <QtTest/QTest>

#include <algorithm>
#include <atomic>
#include <future>

using namespace std::chrono_literals;
using FileBus::Chunk;
using FileBus::Failure;
using FileBus::IncomingChunks;
using FileBus::ReceivedChunk;

namespace
{

ReceivedChunk chunk(quint64 sequence, qsizetype size = 1)
{
    return {Chunk(QByteArray(size, 'x')), sequence, "p", 0};
}

const Failure failure{FileBus::Error::CorruptChunk, QStringLiteral("damaged"), false};

} // namespace

/// Nothing is lost or reordered on the way between the threads, and neither of them waits in vain.
class TestIncomingChunks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void keepsTheOrder();
    void wakesOnceUntilItIsFoundEmpty();
    void theDescriptorSaysTheSame();
    void takesNoMoreChunksThanItHolds_data();
    void takesNoMoreChunksThanItHolds();
    void aFailureFindsRoom();
    void theEndOfADeliveryEndsItsWait();
    void aDeliveryThatIsOverBringsNothing();
    void stopEndsEverything();
    void nobodyIsWokenAfterStop();
    void aPokeIsNotMissed();
    void aWaitWhoseTimeIsOverEnds();

private:
    size_t fill(qsizetype size);
    std::future<bool> pushInThread(quint64 sequence);

    std::unique_ptr<IncomingChunks> m_chunks;
    IncomingChunks::Delivery m_delivery = 0;
};

void TestIncomingChunks::init()
{
    m_chunks = std::make_unique<IncomingChunks>();
    m_delivery = m_chunks->beginDelivery();
}

// Returns how many fit.
size_t TestIncomingChunks::fill(qsizetype size)
{
    const size_t count = std::min(IncomingChunks::mostChunks, static_cast<size_t>((IncomingChunks::mostBytes + size - 1) / size));
    for (size_t i = 0; i < count; ++i) {
        if (!m_chunks->push(m_delivery, chunk(i + 1, size)))
            return i;
    }
    return count;
}

std::future<bool> TestIncomingChunks::pushInThread(quint64 sequence)
{
    return std::async(std::launch::async, [this, sequence] { return m_chunks->push(m_delivery, chunk(sequence)); });
}

void TestIncomingChunks::keepsTheOrder()
{
    QVERIFY(m_chunks->push(m_delivery, chunk(1)));
    QVERIFY(m_chunks->push(m_delivery, failure));
    QVERIFY(m_chunks->push(m_delivery, chunk(3)));
    QCOMPARE(std::get<ReceivedChunk>(*m_chunks->take()).sequence, quint64(1));
    QCOMPARE(std::get<Failure>(*m_chunks->take()).text, failure.text);
    QCOMPARE(std::get<ReceivedChunk>(*m_chunks->take()).sequence, quint64(3));
    QVERIFY(!m_chunks->take());
}

void TestIncomingChunks::wakesOnceUntilItIsFoundEmpty()
{
    int woken = 0;
    m_chunks->setWake([&woken] { ++woken; });
    fill(1);
    QCOMPARE(woken, 1);
    m_chunks->take();
    QVERIFY(m_chunks->push(m_delivery, chunk(1000)));
    QCOMPARE(woken, 1);
    while (m_chunks->take())
        ;
    QVERIFY(m_chunks->push(m_delivery, chunk(1001)));
    QCOMPARE(woken, 2);
}

void TestIncomingChunks::theDescriptorSaysTheSame()
{
    const auto isReadable = [this] {
        return FileBus::waitForDescriptors(m_chunks->descriptor(), {}, 0ns) == FileBus::Awaited::Event;
    };
    QVERIFY(!isReadable());
    fill(1);
    QVERIFY(isReadable());
    m_chunks->noteWoken();
    QVERIFY(!isReadable());
    while (m_chunks->take())
        ;
    QVERIFY(m_chunks->push(m_delivery, chunk(1000)));
    QVERIFY(isReadable());
}

void TestIncomingChunks::takesNoMoreChunksThanItHolds_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addRow("many") << qsizetype(1);
    QTest::addRow("large") << (qsizetype(1) << 20);
    QTest::addRow("larger than all its room") << IncomingChunks::mostBytes + 1;
}

void TestIncomingChunks::takesNoMoreChunksThanItHolds()
{
    QFETCH(const qsizetype, size);
    const size_t count = fill(size);
    QVERIFY(count > 0);
    std::future<bool> pushed = pushInThread(1000);
    QCOMPARE(pushed.wait_for(50ms), std::future_status::timeout);
    QVERIFY(m_chunks->take());
    QCOMPARE(pushed.wait_for(10s), std::future_status::ready);
    QVERIFY(pushed.get());
}

void TestIncomingChunks::aFailureFindsRoom()
{
    fill(1);
    QVERIFY(m_chunks->push(m_delivery, failure));
}

void TestIncomingChunks::theEndOfADeliveryEndsItsWait()
{
    fill(1);
    std::future<bool> pushed = pushInThread(1000);
    QCOMPARE(pushed.wait_for(50ms), std::future_status::timeout);
    m_chunks->endDelivery();
    QCOMPARE(pushed.wait_for(10s), std::future_status::ready);
    QVERIFY(!pushed.get());
}

void TestIncomingChunks::aDeliveryThatIsOverBringsNothing()
{
    const IncomingChunks::Delivery next = m_chunks->beginDelivery();
    QVERIFY(!m_chunks->push(m_delivery, chunk(1)));
    QVERIFY(!m_chunks->push(m_delivery, failure));
    QVERIFY(!m_chunks->take());
    QVERIFY(m_chunks->push(next, chunk(1)));
}

void TestIncomingChunks::stopEndsEverything()
{
    fill(1);
    std::future<bool> pushed = pushInThread(1000);
    std::future<void> waited = std::async(std::launch::async, [this] { m_chunks->waitForRoom(); });
    std::future<void> paused = std::async(std::launch::async, [this] { m_chunks->pause(1h); });
    m_chunks->stop();
    QCOMPARE(pushed.wait_for(10s), std::future_status::ready);
    QCOMPARE(waited.wait_for(10s), std::future_status::ready);
    QCOMPARE(paused.wait_for(10s), std::future_status::ready);
    QVERIFY(!pushed.get());
    QVERIFY(m_chunks->isStopped());
}

void TestIncomingChunks::nobodyIsWokenAfterStop()
{
    std::atomic<int> woken = 0;
    m_chunks->setWake([&woken] { ++woken; });
    m_chunks->stop();
    m_chunks->push(failure);
    QCOMPARE(woken.load(), 0);
}

void TestIncomingChunks::aPokeIsNotMissed()
{
    m_chunks->poke();
    std::future<void> paused = std::async(std::launch::async, [this] { m_chunks->pause(1h); });
    QCOMPARE(paused.wait_for(10s), std::future_status::ready);
}

// As when a consumer has dealt with chunks for longer than it meant to.
void TestIncomingChunks::aWaitWhoseTimeIsOverEnds()
{
    std::future<FileBus::Awaited> waited =
        std::async(std::launch::async, [this] { return FileBus::waitForDescriptors(m_chunks->descriptor(), {}, -5ms); });
    const bool ended = waited.wait_for(10s) == std::future_status::ready;
    m_chunks->push(failure); // else it would never end
    QVERIFY(ended);
    QCOMPARE(waited.get(), FileBus::Awaited::Time);
}

QTEST_GUILESS_MAIN(TestIncomingChunks)
#include "tst_incomingchunks.moc"
