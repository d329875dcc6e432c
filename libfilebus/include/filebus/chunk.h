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

/// Who published a chunk, as that producer says, which may be wrong; Chunk::userId() is not. All fields are empty or 0 in a chunk
/// of the original filebus, which carries none.
struct ProducerInfo {
    QUuid id;        ///< of this producer object, new each time one is made
    qint64 pid = 0;  ///< in the PID namespace of the producer
    QString host;    ///< as gethostname(2) tells it, at most 255 characters
    QString program; ///< name of the executable, at most 255 characters

    friend bool operator==(const ProducerInfo &left, const ProducerInfo &right)
    {
        return left.id == right.id && left.pid == right.pid && left.host == right.host && left.program == right.program;
    }
    friend bool operator!=(const ProducerInfo &left, const ProducerInfo &right) { return !(left == right); }
};

/// What one publish makes visible: the payload, and where it stands in its stream.
///
/// A value: implicitly shared, cheap to copy, reentrant, safe to hand to another thread. A consumer returns chunks that are
/// valid; the setters are for those who make chunks themselves, and check nothing. A producer sets all but the payload.
class FILEBUS_EXPORT Chunk
{
public:
    /// Largest payload in bytes (64 MiB). Larger ones are refused when written and when read.
    static constexpr qsizetype maximumPayloadSize = qsizetype(64) << 20;

    /// Not numbered, and with an empty payload.
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

    /// Whether the chunk has a place in a stream. Chunks of the original filebus have none.
    bool isNumbered() const { return sequence() != 0; }

    /// The stream in which sequence() counts; null if the chunk is not numbered.
    QUuid streamId() const;
    void setStreamId(const QUuid &streamId);

    /// From 1 to 2⁶³−1, one more for each chunk of the stream, over all its producers; 0 if not numbered.
    quint64 sequence() const;
    void setSequence(quint64 sequence);

    /// When it was published, in nanoseconds since 1970-01-01 00:00 UTC (CLOCK_REALTIME of the producer);
    /// in whole seconds if the chunk is not numbered, 0 if unknown.
    qint64 time() const;
    void setTime(qint64 nanoseconds);

    /// Who published it, by its own account.
    ProducerInfo producer() const;
    void setProducer(const ProducerInfo &producer);

    /// The user who really published it, whatever producer() claims: the owner of the file that the chunk was read from, as the
    /// kernel reports it. Nothing if it came from no file. It is a user of this process's user namespace (65534 for one that has
    /// no number in it), and on network file systems what the mount makes of it. A producer that completes what another user's
    /// killed producer had begun may have to copy the chunk, and then owns it. Anyone whom the mode of the file lets write into
    /// it can have altered the content.
    /// Not part of what is published, and not compared by operator==().
    std::optional<quint32> userId() const;
    void setUserId(quint32 userId);

    /// Whether all that is published is equal.
    friend FILEBUS_EXPORT bool operator==(const Chunk &left, const Chunk &right);
    friend bool operator!=(const Chunk &left, const Chunk &right) { return !(left == right); }

private:
    QSharedDataPointer<ChunkData> d;
};

} // namespace FileBus

Q_DECLARE_SHARED(FileBus::Chunk)
