// SPDX-License-Identifier: Apache-2.0
#include "storedchunks.h"

#include "base/failure.h"
#include "cluster/chunkmessage.h"
#include "cluster/natshandle.h"

#include <string_view>

using FileBus::ChunkMessage;
using FileBus::JetStreamInfo;
using FileBus::NatsMessage;
using FileBus::ReceivedChunk;

StoredChunks::StoredChunks(const QByteArray &host, const QByteArray &user)
{
    FileBus::NatsOptions options;
    receive(options, natsOptions_Create);
    natsOptions_SetURL(options.get(), ("nats://" + user + host).constData());
    natsOptions_SetMaxReconnect(options.get(), -1);
    natsOptions_SetReconnectWait(options.get(), 50);
    if (receive(m_connection, natsConnection_Connect, options.get()) == NATS_OK)
        receive(m_jetStream, natsConnection_JetStream, m_connection.get(), nullptr);
}

JetStreamInfo StoredChunks::info(const QByteArray &bus) const
{
    JetStreamInfo info;
    receive(info, js_GetStreamInfo, m_jetStream.get(), ("FB_" + bus).constData(), nullptr, nullptr);
    return info;
}

QUuid StoredChunks::streamId(const QByteArray &bus) const
{
    const JetStreamInfo stream = info(bus);
    for (int i = 0; stream && i < stream->Config->Metadata.Count; ++i) {
        if (std::string_view(stream->Config->Metadata.List[2 * i]) == "filebus.stream")
            return QUuid::fromString(QLatin1StringView(stream->Config->Metadata.List[2 * i + 1]));
    }
    return {};
}

QList<ReceivedChunk> StoredChunks::of(const QByteArray &bus) const
{
    QList<ReceivedChunk> chunks;
    const JetStreamInfo stream = info(bus);
    if (!stream || stream->State.Msgs == 0)
        return chunks;
    const QUuid id = streamId(bus);
    for (quint64 sequence = stream->State.FirstSeq; sequence <= stream->State.LastSeq; ++sequence) {
        NatsMessage message;
        if (receive(message, js_GetMsg, m_jetStream.get(), ("FB_" + bus).constData(), uint64_t(sequence), nullptr, nullptr)
            != NATS_OK)
            continue;
        const auto chunk = ChunkMessage::decodeStored(message.get(), id);
        if (chunk)
            chunks.append(*chunk);
    }
    return chunks;
}

bool StoredChunks::makeForeign(const QByteArray &stream, const QByteArray &subject, const QByteArray &metadata) const
{
    const char *subjects[] = {subject.constData()};
    const char *list[] = {"filebus.format", metadata.constData()};
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = stream.constData();
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    if (!metadata.isEmpty())
        config.Metadata = {list, 1};
    return js_AddStream(nullptr, m_jetStream.get(), &config, nullptr, nullptr) == NATS_OK;
}

bool StoredChunks::remove(const QByteArray &bus) const
{
    return js_DeleteStream(m_jetStream.get(), ("FB_" + bus).constData(), nullptr, nullptr) == NATS_OK;
}

bool StoredChunks::purge(const QByteArray &bus) const
{
    return js_PurgeStream(m_jetStream.get(), ("FB_" + bus).constData(), nullptr, nullptr) == NATS_OK;
}

bool StoredChunks::publish(const QByteArray &subject, const QByteArray &payload) const
{
    return js_Publish(nullptr, m_jetStream.get(), subject.constData(), payload.constData(), int(payload.size()), nullptr, nullptr)
        == NATS_OK;
}
