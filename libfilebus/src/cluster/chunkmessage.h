// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "cluster/natshandle.h"

#include <filebus/chunk.h>

#include <QtCore/QByteArray>
#include <QtCore/QUuid>

#include <nats/nats.h>

namespace FileBus
{

/// A chunk that was read from a stream.
struct ReceivedChunk {
    Chunk chunk;          ///< numbered in that stream, or in the stream of its origin if it was relayed
    quint64 sequence = 0; ///< in the stream that it was read from
    QByteArray producer;  ///< last token of the subject
    quint64 number = 0;   ///< among the chunks of that producer, from 1; 0 if unknown
};

/// Converts chunks to messages and back. The payload of the message is that of the chunk. The header Filebus contains the
/// metadata of the chunk, as in filebus.json, but without stream and sequence, which the server determines. Filebus-Number counts
/// the chunks of the producer.
class ChunkMessage
{
public:
    static constexpr auto metadataHeader = "Filebus";
    static constexpr auto numberHeader = "Filebus-Number";
    static constexpr auto expectedHeader = "Nats-Expected-Last-Subject-Sequence";

    /// For the chunks that one producer publishes on one subject.
    ChunkMessage(const QByteArray &subject, const ProducerInfo &producer);

    /// The server accepts the message only if @p expected is the sequence of the newest message on that subject, or 0 if there is
    /// none. It answers to @p reply.
    NatsMessage encode(const QByteArray &payload, qint64 time, quint64 number, quint64 expected, const QByteArray &reply) const;
    /// The maximum size of the headers of a message, in bytes.
    qint64 largestHeader() const;

    /// The chunk in a message that came through a JetStream consumer, from the stream with the id @p streamId.
    /// Error::CorruptChunk if its metadata is invalid. A message without metadata is a chunk of an unknown producer.
    static Result<ReceivedChunk> decode(natsMsg *message, const QUuid &streamId);
    /// The same for a message that did not come through a consumer, but from js_GetMsg or js_DirectGetMsg.
    static Result<ReceivedChunk> decodeStored(natsMsg *message, const QUuid &streamId);
    /// Filebus-Number; 0 if there is none.
    static quint64 numberOf(natsMsg *message);

private:
    QByteArray m_subject;
    QByteArray m_metadata; ///< with room for the time
};

} // namespace FileBus
