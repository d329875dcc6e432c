// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QByteArray>
#include <QtCore/QMetaType>
#include <QtCore/QSharedDataPointer>
#include <QtCore/QString>
#include <QtCore/QUuid>

#include <optional>

namespace FileBus
{
class ChunkData;

/// The producer of a chunk, as it describes itself. This may be false; Chunk::userId() is not. All fields are empty or 0 in a
/// chunk of the original filebus, which does not describe its producer.
struct ProducerInfo {
    QUuid id;        ///< of the Producer object; each has a new one
    qint64 pid = 0;  ///< process id, in the PID namespace of the producer
    QString host;    ///< host name, from gethostname(2); at most 255 characters
    QString program; ///< file name of the executable; at most 255 characters

    friend bool operator==(const ProducerInfo &left, const ProducerInfo &right)
    {
        return left.id == right.id && left.pid == right.pid && left.host == right.host && left.program == right.program;
    }
    friend bool operator!=(const ProducerInfo &left, const ProducerInfo &right) { return !(left == right); }
};

/// What one publish makes visible: a payload, and its place in a stream.
///
/// A value class: implicitly shared, cheap to copy, reentrant, safe to pass to another thread. Chunks that a consumer returns are
/// valid. The setters are for programs that make chunks themselves, and check nothing. A producer sets everything but the
/// payload.
class FILEBUS_EXPORT Chunk
{
public:
    /// The maximum payload in bytes (64 MiB). Larger payloads are refused when written and when read.
    static constexpr qsizetype maximumPayloadSize = qsizetype(64) << 20;

    /// Not numbered, with an empty payload.
    Chunk();
    explicit Chunk(const QByteArray &payload);
    Chunk(const Chunk &other);
    Chunk(Chunk &&other) noexcept;
    ~Chunk();
    Chunk &operator=(const Chunk &other);
    Chunk &operator=(Chunk &&other) noexcept;
    void swap(Chunk &other) noexcept { d.swap(other.d); }

    /// From 0 to maximumPayloadSize bytes.
    QByteArray payload() const;
    void setPayload(const QByteArray &payload);

    /// Whether the chunk has a number in a stream. Chunks of the original filebus have none.
    bool isNumbered() const { return sequence() != 0; }

    /// The stream that the chunk belongs to, and in which sequence() counts; null if the chunk is not numbered.
    QUuid streamId() const;
    void setStreamId(const QUuid &streamId);

    /// The number of the chunk in its stream, from 1 to 2⁶³−1. It grows by one with each chunk, whichever producer publishes it.
    /// 0 if the chunk is not numbered.
    quint64 sequence() const;
    void setSequence(quint64 sequence);

    /// When the chunk was published, in nanoseconds since 1970-01-01 00:00 UTC (CLOCK_REALTIME of the producer). A chunk that is
    /// not numbered has a time in whole seconds. 0 if unknown.
    qint64 time() const;
    void setTime(qint64 nanoseconds);

    /// The producer, as it describes itself.
    ProducerInfo producer() const;
    void setProducer(const ProducerInfo &producer);

    /// The user who really published the chunk, whatever producer() claims: the owner of the file from which the chunk was read,
    /// as the kernel reports it. Nothing if the chunk did not come from a file, such as one from a cluster.
    ///
    /// The id is that of this process's user namespace (65534 for users that have none in it); on network file systems, the mount
    /// decides. A producer that completes the chunk of another user's killed producer may have to copy it, and then owns the
    /// copy. Everyone who has write permission for the file could have altered the content. This is not part of what is
    /// published, and operator==() does not compare it.
    std::optional<quint32> userId() const;
    void setUserId(quint32 userId);

    /// Whether everything that is published is equal.
    friend FILEBUS_EXPORT bool operator==(const Chunk &left, const Chunk &right);
    friend bool operator!=(const Chunk &left, const Chunk &right) { return !(left == right); }

private:
    QSharedDataPointer<ChunkData> d;
};

} // namespace FileBus

Q_DECLARE_SHARED(FileBus::Chunk)
