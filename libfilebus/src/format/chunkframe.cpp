// SPDX-License-Identifier: Apache-2.0
#include "format/chunkframe.h"

#include "base/clock.h"
#include "format/chunkformat.h"
#include "format/chunkmetadata.h"

#include <KTar>

#include <QtCore/QBuffer>
#include <QtCore/QStringBuilder>
#include <QtCore/QTimeZone>

namespace FileBus
{

namespace
{

constexpr mode_t entryMode = 0100644;
constexpr qsizetype endOfArchive = 2 * TarArchive::blockSize; // POSIX: two blocks of zeros; KTar leaves them out

// As KTar makes it, for an empty entry.
QByteArray makeHeader(const char *name)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    KTar tar(&buffer);
    tar.open(QIODevice::WriteOnly);
    const QDateTime epoch = QDateTime::fromSecsSinceEpoch(0, QTimeZone::UTC); // without one KTar asks for the local time zone
    [[maybe_unused]] const bool begun =
        tar.prepareWriting(QString::fromLatin1(name), QString(), QString(), 0, entryMode, epoch, epoch, epoch);
    Q_ASSERT(begun); // into memory
    tar.finishWriting(0);
    tar.close();
    return bytes.first(TarArchive::blockSize);
}

qsizetype paddingOf(qsizetype size)
{
    return TarArchive::padded(size) - size;
}

} // namespace

void ChunkFrame::describe(const Chunk &chunk)
{
    if (chunk.streamId() != m_streamId || chunk.producer() != m_producer || m_head.isEmpty())
        make(chunk);
    const qint64 seconds = chunk.time() / nanosecondsPerSecond;
    if (chunk.payload().size() != m_payloadSize || seconds != m_seconds)
        setSizeAndTime(chunk.payload().size(), seconds);
    ChunkMetadata::setNumbers(m_tail.data() + metadataOffset, chunk.sequence(), chunk.time());
}

QByteArray ChunkFrame::around(const QByteArray &payload) const
{
    return m_head % payload % tail().toByteArray();
}

void ChunkFrame::make(const Chunk &chunk)
{
    static const QByteArray payloadHeader = makeHeader(ChunkFormat::payloadName),
                            metadataHeader = makeHeader(ChunkMetadata::name);
    const QByteArray metadata = ChunkMetadata::encode(chunk);
    m_metadataSize = metadata.size();
    m_head = payloadHeader;
    m_tail =
        QByteArray(headerOffset, '\0') % metadataHeader % metadata % QByteArray(paddingOf(m_metadataSize) + endOfArchive, '\0');
    m_streamId = chunk.streamId();
    m_producer = chunk.producer();
    m_payloadSize = -1;
}

void ChunkFrame::setSizeAndTime(qsizetype payloadSize, qint64 seconds)
{
    TarArchive::setSizeAndTime(m_head.data(), payloadSize, seconds);
    TarArchive::setSizeAndTime(m_tail.data() + headerOffset, m_metadataSize, seconds);
    m_tailOffset = headerOffset - paddingOf(payloadSize);
    m_payloadSize = payloadSize;
    m_seconds = seconds;
}

} // namespace FileBus
