// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/tararchive.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// What stands before and behind the payload of a chunk in its file, so that a payload is written from where it is. The chunks of
/// a producer differ in a few numbers, which are set in place; all else is made once. Pure.
class ChunkFrame
{
public:
    /// Sets it up for that chunk. Costs next to nothing if producer and stream are those of the chunk before.
    void describe(const Chunk &chunk);

    QByteArrayView head() const { return m_head; }
    QByteArrayView tail() const { return QByteArrayView(m_tail).sliced(m_tailOffset); }

    /// The whole file.
    QByteArray around(const QByteArray &payload) const;

    /// The part of the tail in which the stream, the number and the time of the chunk stand, and where that is in the file.
    QByteArrayView metadata() const { return QByteArrayView(m_tail).sliced(metadataOffset, m_metadataSize); }
    qsizetype metadataPosition() const { return m_head.size() + m_payloadSize + metadataOffset - m_tailOffset; }

private:
    /// In m_tail, where the longest padding of a payload comes first.
    static constexpr qsizetype headerOffset = TarArchive::blockSize - 1;
    static constexpr qsizetype metadataOffset = headerOffset + TarArchive::blockSize;

    void make(const Chunk &chunk);
    void setSizeAndTime(qsizetype payloadSize, qint64 seconds);

    QByteArray m_head;
    QByteArray m_tail;
    qsizetype m_tailOffset = 0; ///< of the padding that this payload needs
    qsizetype m_metadataSize = 0;
    qsizetype m_payloadSize = -1;
    qint64 m_seconds = -1;
    QUuid m_streamId;
    ProducerInfo m_producer;
};

} // namespace FileBus
