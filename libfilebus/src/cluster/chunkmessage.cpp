// SPDX-License-Identifier: Apache-2.0
#include "cluster/chunkmessage.h"

#include "base/failure.h"
#include "cluster/natshandle.h"
#include "format/chunkmetadata.h"

#include <filebus/chunk.h>
#include <filebus/error.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStringBuilder>
#include <QtCore/QStringTokenizer>
#include <QtCore/QVarLengthArray>

#include <optional>

namespace FileBus
{

namespace
{

using namespace Qt::StringLiterals;

struct MessageText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ChunkMessage)
};

// The beginning of metadata without stream and sequence, and what filebus.json has instead (ChunkMetadata::encode).
constexpr QByteArrayView beforeTime("{\"format\":1,\"time\":");
constexpr QByteArrayView beforeStream("{\"format\":1,\"stream\":\"");
constexpr QByteArrayView beforeSequence("\",\"sequence\":");
constexpr QByteArrayView timeMember(",\"time\":");
constexpr QByteArrayView beforePlace("$JS.ACK.");
constexpr qsizetype numberWidth = 20;
constexpr qint64 otherHeaders = 200; // names, numbers, line ends

QByteArray metadataOf(const ProducerInfo &producer)
{
    Chunk chunk;
    chunk.setProducer(producer);
    const QByteArray whole = ChunkMetadata::encode(chunk);
    return beforeTime % whole.sliced(whole.indexOf(timeMember) + timeMember.size()).chopped(1); // the line end
}

QByteArray fixedWidth(quint64 number)
{
    return QByteArray::number(number).rightJustified(numberWidth, ' ');
}

// In the form of filebus.json, so that reading is as fast: of the chunks of one producer, only the first is really parsed.
QByteArray completed(QByteArrayView metadata, const QUuid &streamId, quint64 sequence)
{
    return beforeStream % streamId.toByteArray(QUuid::WithoutBraces) % beforeSequence % fixedWidth(sequence) % timeMember
        % metadata.sliced(beforeTime.size()) % "\n";
}

// For metadata from another writer, or of a relayed chunk, which keeps the stream and the sequence of its origin.
QByteArray completedObject(const QByteArray &metadata, const QUuid &streamId, quint64 sequence)
{
    QJsonObject object = QJsonDocument::fromJson(metadata).object();
    if (object.contains("stream"_L1) || !object.contains("format"_L1))
        return metadata;
    object["stream"_L1] = streamId.toString(QUuid::WithoutBraces);
    object["sequence"_L1] = static_cast<qint64>(sequence);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArrayView header(natsMsg *message, const char *name)
{
    const char *value = nullptr;
    return natsMsgHeader_Get(message, name, &value) == NATS_OK ? QByteArrayView(value) : QByteArrayView();
}

struct Place {
    quint64 sequence;
    qint64 time;
};

// $JS.ACK.STREAM.CONSUMER.DELIVERED.SEQUENCE.NUMBER.TIME.PENDING, or with two more tokens before STREAM and possibly some at the
// end. natsMsg_GetMetaData() returns the same, but allocates memory.
std::optional<Place> placeOf(QByteArrayView reply)
{
    if (!reply.startsWith(beforePlace))
        return std::nullopt;
    QVarLengthArray<QByteArrayView, 16> tokens;
    for (const auto token : QLatin1StringView(reply).tokenize('.'_L1))
        tokens.append({token.data(), token.size()});
    if (tokens.size() < 9 || tokens.size() == 10)
        return std::nullopt;
    const qsizetype stream = tokens.size() == 9 ? 2 : 4;
    const Place place{tokens[stream + 3].toULongLong(), tokens[stream + 5].toLongLong()};
    return place.sequence > 0 ? std::optional(place) : std::nullopt;
}

Outcome readMetadata(QByteArrayView metadata, const QUuid &streamId, quint64 sequence, Chunk &chunk)
{
    if (metadata.isEmpty())
        return done();
    return ChunkMetadata::read(metadata.startsWith(beforeTime) ? completed(metadata, streamId, sequence)
                                                               : completedObject(metadata.toByteArray(), streamId, sequence),
                               chunk);
}

Result<ReceivedChunk> decodeAt(natsMsg *message, const QUuid &streamId, quint64 sequence, qint64 time)
{
    const QByteArrayView subject(natsMsg_GetSubject(message));
    ReceivedChunk received{Chunk(QByteArray(natsMsg_GetData(message), natsMsg_GetDataLength(message))), sequence,
                           subject.sliced(subject.lastIndexOf('.') + 1).toByteArray(), ChunkMessage::numberOf(message)};
    received.chunk.setStreamId(streamId);
    received.chunk.setSequence(sequence);
    received.chunk.setTime(time);
    const Outcome read = readMetadata(header(message, ChunkMessage::metadataHeader), streamId, sequence, received.chunk);
    return read ? Result(received) : Result<ReceivedChunk>(read.failure());
}

} // namespace

ChunkMessage::ChunkMessage(const QByteArray &subject, const ProducerInfo &producer)
    : m_subject(subject)
    , m_metadata(metadataOf(producer))
{ }

qint64 ChunkMessage::largestHeader() const
{
    return m_metadata.size() + otherHeaders;
}

NatsMessage ChunkMessage::encode(const QByteArray &payload, qint64 time, quint64 number, quint64 expected,
                                 const QByteArray &reply) const
{
    NatsMessage message;
    if (receive(message, natsMsg_Create, m_subject.constData(), reply.constData(), payload.constData(),
                static_cast<int>(payload.size()))
        != NATS_OK)
        return {};
    QByteArray metadata = m_metadata;
    metadata.replace(beforeTime.size(), numberWidth, fixedWidth(static_cast<quint64>(time)));
    natsMsgHeader_Set(message.get(), metadataHeader, metadata.constData());
    natsMsgHeader_Set(message.get(), numberHeader, QByteArray::number(number).constData());
    natsMsgHeader_Set(message.get(), expectedHeader, QByteArray::number(expected).constData());
    return message;
}

quint64 ChunkMessage::numberOf(natsMsg *message)
{
    return header(message, numberHeader).toULongLong();
}

Result<ReceivedChunk> ChunkMessage::decode(natsMsg *message, const QUuid &streamId)
{
    const std::optional<Place> place = placeOf(natsMsg_GetReply(message));
    if (!place)
        return Failure{Error::CorruptChunk, MessageText::tr("a message of the servers does not identify its chunk")};
    return decodeAt(message, streamId, place->sequence, place->time);
}

Result<ReceivedChunk> ChunkMessage::decodeStored(natsMsg *message, const QUuid &streamId)
{
    return decodeAt(message, streamId, natsMsg_GetSequence(message), natsMsg_GetTime(message));
}

} // namespace FileBus
