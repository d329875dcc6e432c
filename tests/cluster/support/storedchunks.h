// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/chunkmessage.h"
#include "cluster/natshandle.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QUuid>

/// Inspects the servers without the library, and changes what other programs might change there.
class StoredChunks
{
public:
    /// Connects at once.
    explicit StoredChunks(const QByteArray &host, const QByteArray &user = {});

    bool isConnected() const { return m_jetStream != nullptr; }
    /// All chunks of a bus, in order.
    QList<FileBus::ReceivedChunk> of(const QByteArray &bus) const;
    FileBus::JetStreamInfo info(const QByteArray &bus) const;
    QUuid streamId(const QByteArray &bus) const;

    bool makeForeign(const QByteArray &stream, const QByteArray &subject, const QByteArray &metadata = {}) const;
    bool remove(const QByteArray &bus) const;
    bool purge(const QByteArray &bus) const;
    bool publish(const QByteArray &subject, const QByteArray &payload) const;

private:
    FileBus::NatsConnection m_connection;
    FileBus::JetStream m_jetStream;
};
