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

/// A chunk as it comes from a stream.
struct ReceivedChunk {
    Chunk chunk;          ///< numbered: by the stream that it came from, or by that of its origin if it was relayed
    quint64 sequence = 0; ///< in the stream that it came from
    QByteArray producer;  ///< last token of the subject
    quint64 number = 0;   ///< among the chunks of that producer, from 1; 0 if it does not say
};

/// Chunks to messages and back. The payload of the message is that of the chunk. The header Filebus has the metadata of the
/// chunk, as in filebus.json, but without stream and sequence, which the server gives; Filebus-Number counts the chunks of the
/// producer.
class ChunkMessage
{
public:
    static constexpr auto metadataHeader = "Filebus";
    static constexpr auto numberHeader = "Filebus-Number";
    static constexpr auto expectedHeader = "Nats-Expected-Last-Subject-Sequence";

    /// For the chunks of one producer, to one subject.
    ChunkMessage(const QByteArray &subject, const ProducerInfo &producer);

    /// The server takes the message if @p expected is the sequence of the newest one of that subject, 0 if there is none. It
    /// answers to @p reply.
    NatsMessage encode(const QByteArray &payload, qint64 time, quint64 number, quint64 expected, const QByteArray &reply) const;
    /// How many bytes the headers of a message take at most.
    qint64 largestHeader() const;

    /// The chunk of a message that a consumer of JetStream got, from the stream with that id. Error::CorruptChunk if its metadata
    /// is not what it must be. A message without metadata is a chunk of an unknown producer.
    static Result<ReceivedChunk> decode(natsMsg *message, const QUuid &streamId);
    /// The same for a message that did not come through a consumer, but by js_GetMsg or js_DirectGetMsg.
    static Result<ReceivedChunk> decodeStored(natsMsg *message, const QUuid &streamId);
    /// Filebus-Number; 0 if there is none.
    static quint64 numberOf(natsMsg *message);

private:
    QByteArray m_subject;
    QByteArray m_metadata; ///< with room for the time
};

} // namespace FileBus
