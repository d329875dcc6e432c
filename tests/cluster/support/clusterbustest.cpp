// SPDX-License-Identifier: Apache-2.0
#include "clusterbustest.h"

#include "cluster/natshandle.h"

#include <filebus/chunk.h>
#include <filebus/error.h>

#include <QtCore/QMetaEnum>
#include <QtTest/QTest>

using FileBus::Chunk;
using FileBus::Consumer;
using FileBus::Error;
using FileBus::Producer;

void ClusterBusTest::prepare()
{
    m_consumer.reset();
    m_producer.reset();
    if (m_count == 0)
        QVERIFY(m_server.start());
    if (!m_stored)
        connectToServer();
    QVERIFY(m_stored->isConnected());
    QVERIFY(m_jetStream);
    m_bus = "bus" + QByteArray::number(++m_count);
    m_address = m_server.address(m_bus);
    makeProducer();
    makeConsumer();
}

void ClusterBusTest::connectToServer()
{
    m_stored = std::make_unique<StoredChunks>(m_server.host());
    FileBus::NatsOptions options;
    receive(options, natsOptions_Create);
    natsOptions_SetURL(options.get(), ("nats://" + m_server.host()).constData());
    natsOptions_SetMaxReconnect(options.get(), -1);
    natsOptions_SetReconnectWait(options.get(), 20);
    if (receive(m_connection, natsConnection_Connect, options.get()) == NATS_OK)
        receive(m_jetStream, natsConnection_JetStream, m_connection.get(), nullptr);
}

void ClusterBusTest::makeProducer()
{
    m_producer = std::make_unique<Producer>();
    m_producer->setNativeFileName(m_address);
    m_producer->setHistory(100'000, 16 << 20); // the server reserves all of these bytes
}

void ClusterBusTest::makeConsumer()
{
    m_events.clear();
    m_chunks.clear();
    m_consumer = std::make_unique<Consumer>();
    m_consumer->setNativeFileName(m_address);
    m_consumer->setSleepInterval(std::chrono::milliseconds(10));
    connect(m_consumer.get(), &Consumer::chunkReceived, this, [this](const Chunk &chunk) {
        m_events.append(chunk.payload());
        m_chunks.append(chunk);
    });
    connect(m_consumer.get(), &Consumer::chunksLost, this, [this](quint64 first, quint64 count) {
        m_events.append("lost " + QByteArray::number(first) + '+' + QByteArray::number(count));
    });
    connect(m_consumer.get(), &Consumer::errorOccurred, this,
            [this](Error error) { m_events.append(QByteArray("error ") + QMetaEnum::fromType<Error>().valueToKey(int(error))); });
}

void ClusterBusTest::publish(const QByteArrayList &payloads)
{
    for (const QByteArray &payload : payloads)
        QVERIFY2(m_producer->publish(payload), qPrintable(m_producer->errorString()));
    QVERIFY2(m_producer->waitForPublished(), qPrintable(m_producer->errorString()));
}

void ClusterBusTest::publishNumbers(int first, int last)
{
    publish(numbers(first, last));
}

QByteArrayList ClusterBusTest::numbers(int first, int last)
{
    QByteArrayList result;
    for (int number = first; number <= last; ++number)
        result.append(QByteArray::number(number));
    return result;
}

bool ClusterBusTest::publishRaw(const QByteArray &producer, const QByteArray &payload, const Headers &headers) const
{
    const QByteArray subject = "fb." + m_bus + ".in." + producer;
    FileBus::NatsMessage message;
    receive(message, natsMsg_Create, subject.constData(), nullptr, payload.constData(), static_cast<int>(payload.size()));
    for (const auto &[name, value] : headers)
        natsMsgHeader_Set(message.get(), name.constData(), value.constData());
    return js_PublishMsg(nullptr, m_jetStream.get(), message.get(), nullptr, nullptr) == NATS_OK;
}

QByteArrayList ClusterBusTest::consumersOnServer() const
{
    QByteArrayList names;
    jsConsumerNamesList *list = nullptr;
    js_ConsumerNames(&list, m_jetStream.get(), ("FB_" + m_bus).constData(), nullptr, nullptr);
    for (int i = 0; list && i < list->Count; ++i)
        names.append(list->List[i]);
    jsConsumerNamesList_Destroy(list);
    return names;
}

void ClusterBusTest::removeConsumersOnServer() const
{
    for (const QByteArray &name : consumersOnServer())
        js_DeleteConsumer(m_jetStream.get(), ("FB_" + m_bus).constData(), name.constData(), nullptr, nullptr);
}

void ClusterBusTest::settle()
{
    const FileBus::JetStreamInfo info = m_stored->info(m_bus);
    QVERIFY(info);
    const quint64 newest = info->State.LastSeq;
    QVERIFY(QTest::qWaitFor([&] { return !m_chunks.isEmpty() && m_chunks.last().sequence() >= newest; }, patience));
}
