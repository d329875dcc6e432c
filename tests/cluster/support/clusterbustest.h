// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "natsserver.h"
#include "storedchunks.h"

#include "cluster/natshandle.h"

#include <filebus/consumer.h>
#include <filebus/producer.h>

#include <QtCore/QByteArrayList>
#include <QtCore/QList>
#include <QtCore/QObject>

#include <memory>
#include <utility>

/// How long a test waits for something that must happen, in ms. Only a failing test waits that long.
inline constexpr int patience = 30'000;

/// The base of tests of consumers: a server, and for each test a new bus with a producer and a consumer whose reports are
/// recorded.
class ClusterBusTest : public QObject
{
protected:
    /// Call it from init().
    void prepare();

    void connectToServer();
    void makeConsumer();
    void makeProducer();
    void publish(const QByteArrayList &payloads);
    void publishNumbers(int first, int last);
    using Headers = QList<std::pair<QByteArray, QByteArray>>;
    /// Publishes on the subject of @p producer, bypassing the library.
    bool publishRaw(const QByteArray &producer, const QByteArray &payload, const Headers &headers = {}) const;
    /// The consumers of the bus on the server.
    QByteArrayList consumersOnServer() const;
    void removeConsumersOnServer() const;
    /// Waits until everything published so far is consumed.
    void settle();

    static QByteArrayList numbers(int first, int last);

    NatsServer m_server;
    std::unique_ptr<StoredChunks> m_stored;
    FileBus::NatsConnection m_connection;
    FileBus::JetStream m_jetStream;
    QByteArray m_bus;
    QByteArray m_address;
    std::unique_ptr<FileBus::Producer> m_producer;
    std::unique_ptr<FileBus::Consumer> m_consumer;
    QByteArrayList m_events; ///< payloads; "lost FIRST+COUNT"; "error NAME"
    QList<FileBus::Chunk> m_chunks;
    int m_count = 0; ///< of tests
};
