// SPDX-License-Identifier: Apache-2.0
#include "support/streamtest.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>

#include <functional>

using namespace std::chrono_literals;

/// A slot may do anything to the stream whose signal it receives.
class TestStreamSlots : public StreamTest
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init() { prepare(); }

    void itMayBeDeleted_data() { addSignals(); }
    void itMayBeDeleted();
    void itMayBeAborted_data() { addSignals(); }
    void itMayBeAborted();
    void itMayBeClosedAndOpenedAgain_data() { addSignals(); }
    void itMayBeClosedAndOpenedAgain();

private:
    static void addSignals();
    /// Makes the right end emit the signal of the row, then does @p what, once.
    void provoke(const std::function<void()> &what);
    bool m_done = false;
};

void TestStreamSlots::addSignals()
{
    QTest::addColumn<QByteArray>("signal");
    for (const char *signal :
         {"connected", "readyRead", "bytesWritten", "readChannelFinished", "disconnected", "peerLost", "errorOccurred",
          "stateChanged to Connecting", "stateChanged to Connected", "stateChanged to Closing", "stateChanged to Unconnected"})
        QTest::newRow(signal) << QByteArray(signal);
}

void TestStreamSlots::provoke(const std::function<void()> &what)
{
    QFETCH(QByteArray, signal);
    m_done = false;
    const auto once = [this, what] {
        if (!std::exchange(m_done, true))
            what();
    };
    const auto onState = [&](Stream::State awaited) {
        connect(m_right.get(), &Stream::stateChanged, this, [once, awaited](Stream::State state) {
            if (state == awaited)
                once();
        });
    };
    m_right->setWindow(64, 1);
    QVERIFY(m_left->open());
    if (signal == "stateChanged to Connecting")
        onState(Stream::ConnectingState);
    else if (signal == "stateChanged to Connected")
        onState(Stream::ConnectedState);
    else if (signal == "connected")
        connect(m_right.get(), &Stream::connected, this, once);
    m_right->open();
    if (m_done)
        return;
    if (signal.endsWith("onnected") && !signal.endsWith("Unconnected") && signal != "disconnected") {
        QTRY_VERIFY(m_done);
        return;
    }
    QTRY_COMPARE(m_left->state(), Stream::ConnectedState);
    QTRY_COMPARE(m_right->state(), Stream::ConnectedState);
    connect(m_right.get(), &QIODevice::readyRead, this, [=] { signal == "readyRead" ? once() : void(); });
    connect(m_right.get(), &QIODevice::bytesWritten, this, [=] { signal == "bytesWritten" ? once() : void(); });
    connect(m_right.get(), &QIODevice::readChannelFinished, this, [=] { signal == "readChannelFinished" ? once() : void(); });
    connect(m_right.get(), &Stream::disconnected, this, [=] { signal == "disconnected" ? once() : void(); });
    connect(m_right.get(), &Stream::peerLost, this, [=] { signal == "peerLost" ? once() : void(); });
    connect(m_right.get(), &Stream::errorOccurred, this, [=] { signal == "errorOccurred" ? once() : void(); });
    m_left->write("input");
    m_right->write("output");
    if (signal == "stateChanged to Closing" || signal == "stateChanged to Unconnected") {
        onState(signal.endsWith("Closing") ? Stream::ClosingState : Stream::UnconnectedState);
        m_right->disconnectFromBus();
    } else if (signal == "disconnected") {
        m_right->disconnectFromBus();
    } else if (signal == "readChannelFinished") {
        m_left->closeWriteChannel();
    } else if (signal == "peerLost") {
        m_left->abort();
    } else if (signal == "errorOccurred") {
        std::filesystem::remove_all((m_path + ".a.d").toStdString());
    }
    if (signal == "disconnected" || signal.endsWith("Unconnected"))
        TRY_READ(m_left, "output");
    QTRY_VERIFY(m_done);
}

// That nothing uses the deleted stream, AddressSanitizer shows. What can be seen without it: the stream gives up what it holds,
// and the other end goes on.
void TestStreamSlots::itMayBeDeleted()
{
    m_left->setSleepInterval(5ms);
    const QPointer<Stream> right = m_right.get();
    provoke([this] { delete m_right.release(); });
    QVERIFY(m_done && !right);
    QVERIFY(!Files::exists(m_path + ".a.d/inbox/b.owner"));
    QCOMPARE(Files::names(m_path + ".b.d/producers").size(), 0);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(m_left->state() == Stream::UnconnectedState || Looks(*m_left).happen());
    m_left->abort();
    QCOMPARE(Files::names(m_path + ".a.d/producers").size(), 0);
}

void TestStreamSlots::itMayBeAborted()
{
    provoke([this] { m_right->abort(); });
    QTRY_COMPARE(m_right->state(), Stream::UnconnectedState);
    QVERIFY(!m_right->isOpen());
}

void TestStreamSlots::itMayBeClosedAndOpenedAgain()
{
    const std::unique_ptr<Stream> other = std::move(m_left);
    m_left = std::make_unique<Stream>(m_name);
    provoke([this] {
        m_left->abort();
        m_right->abort();
        m_right->setFileName(m_name + QStringLiteral("2"));
        m_right->open();
    });
    QTRY_COMPARE(m_right->state(), Stream::ConnectingState);
    m_left->setFileName(m_name + QStringLiteral("2"));
    QVERIFY(m_left->open());
    QTRY_COMPARE(m_right->state(), Stream::ConnectedState);
    m_right->write("again");
    TRY_READ(m_left, "again");
}

QTEST_GUILESS_MAIN(TestStreamSlots)
#include "tst_streamslots.moc"
