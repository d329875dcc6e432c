// SPDX-License-Identifier: Apache-2.0
#include <filebus/chunk.h>

#include <QtCore/QSharedData>

namespace FileBus
{

class ChunkData : public QSharedData
{
public:
    QByteArray payload;
    QUuid streamId;
    quint64 sequence = 0;
    qint64 time = 0;
    ProducerInfo producer;
    std::optional<quint32> userId;
};

Chunk::Chunk()
    : d(new ChunkData)
{ }

Chunk::Chunk(const QByteArray &payload)
    : Chunk()
{
    d->payload = payload;
}

Chunk::Chunk(const Chunk &other) = default;
Chunk::Chunk(Chunk &&other) noexcept = default;
Chunk::~Chunk() = default;
Chunk &Chunk::operator=(const Chunk &other) = default;
Chunk &Chunk::operator=(Chunk &&other) noexcept = default;

QByteArray Chunk::payload() const
{
    return d->payload;
}

void Chunk::setPayload(const QByteArray &payload)
{
    d->payload = payload;
}

QUuid Chunk::streamId() const
{
    return d->streamId;
}

void Chunk::setStreamId(const QUuid &streamId)
{
    d->streamId = streamId;
}

quint64 Chunk::sequence() const
{
    return d->sequence;
}

void Chunk::setSequence(quint64 sequence)
{
    d->sequence = sequence;
}

qint64 Chunk::time() const
{
    return d->time;
}

void Chunk::setTime(qint64 nanoseconds)
{
    d->time = nanoseconds;
}

ProducerInfo Chunk::producer() const
{
    return d->producer;
}

void Chunk::setProducer(const ProducerInfo &producer)
{
    d->producer = producer;
}

std::optional<quint32> Chunk::userId() const
{
    return d->userId;
}

void Chunk::setUserId(quint32 userId)
{
    d->userId = userId;
}

bool operator==(const Chunk &left, const Chunk &right)
{
    return left.d == right.d
        || (left.sequence() == right.sequence() && left.streamId() == right.streamId() && left.time() == right.time()
            && left.producer() == right.producer() && left.payload() == right.payload());
}

} // namespace FileBus
