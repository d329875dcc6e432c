// SPDX-License-Identifier: Apache-2.0
#include "chunkformat.h"

#include "tararchive.h"

#include <KTar>

#include <QtCore/QBuffer>
#include <QtCore/QCoreApplication>
#include <QtCore/QStringBuilder>
#include <QtCore/QTimeZone>

#include <limits>

namespace FileBus
{

namespace
{

struct ChunkText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ChunkFormat)
};

constexpr mode_t entryMode = 0100644;
constexpr qsizetype endOfArchive = 2 * TarArchive::blockSize; // POSIX: two blocks of zeros; KTar leaves them out
constexpr qint64 nanosecondsPerSecond = 1'000'000'000;

Failure corrupt(const QString &text)
{
    return {Error::CorruptChunk, text};
}

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

QByteArray padding(qsizetype size)
{
    return QByteArray(TarArchive::padded(size) - size, '\0');
}

QByteArray header(QByteArray made, qsizetype size, qint64 seconds)
{
    TarArchive::setSizeAndTime(made, size, seconds);
    return made;
}

// 0 (unknown) for a time that only a hostile header states: after the year 2262.
qint64 nanoseconds(qint64 seconds)
{
    constexpr qint64 latest = std::numeric_limits<qint64>::max() / nanosecondsPerSecond;
    return seconds > latest ? 0 : seconds * nanosecondsPerSecond;
}

// The one regular entry of that name; an empty name in the result if there is none.
Result<TarEntry> find(const QList<TarEntry> &entries, QByteArrayView name)
{
    TarEntry found;
    for (const TarEntry &entry : entries) {
        if (entry.name != name)
            continue;
        const QLatin1StringView shown(name.data(), name.size());
        if (!found.name.isNull())
            return corrupt(ChunkText::tr("it has more than one entry %1").arg(shown));
        if (!entry.isRegular())
            return corrupt(ChunkText::tr("its entry %1 is a %2, not a regular file").arg(shown, entry.typeName()));
        found = entry;
    }
    return found;
}

} // namespace

qsizetype ChunkFormat::metadataOffset(qsizetype payloadSize)
{
    return TarArchive::blockSize + TarArchive::padded(payloadSize) + TarArchive::blockSize;
}

QByteArray ChunkFormat::encode(const Chunk &chunk)
{
    const QByteArray metadata = ChunkMetadata::encode(chunk, ChunkMetadata::encodeProducer(chunk.producer()));
    const Frame around = frame(chunk.payload().size(), chunk.time(), metadata);
    return around.head + chunk.payload() + around.tail;
}

ChunkFormat::Frame ChunkFormat::frame(qsizetype payloadSize, qint64 time, const QByteArray &metadata)
{
    static const QByteArray payloadHeader = makeHeader(payloadName), metadataHeader = makeHeader(ChunkMetadata::name);
    const qint64 seconds = time / nanosecondsPerSecond;
    const QByteArray tail = padding(payloadSize) % header(metadataHeader, metadata.size(), seconds) % metadata
        % padding(metadata.size()) % QByteArray(endOfArchive, '\0');
    return {header(payloadHeader, payloadSize, seconds), tail};
}

Result<Chunk> ChunkFormat::decode(QByteArrayView bytes)
{
    Result<QList<TarEntry>> entries = TarArchive::entries(bytes);
    if (!entries)
        return entries.failure();
    Result<TarEntry> payload = find(*entries, payloadName);
    if (!payload)
        return payload.failure();
    if (payload->name.isNull())
        return corrupt(ChunkText::tr("it has no entry %1").arg(QLatin1StringView(payloadName)));
    if (payload->content.size() > Chunk::maximumPayloadSize)
        return Failure{Error::ChunkTooLarge,
                       ChunkText::tr("its payload has %1 bytes, and the most is %2")
                           .arg(payload->content.size())
                           .arg(Chunk::maximumPayloadSize)};
    Result<TarEntry> metadata = find(*entries, ChunkMetadata::name);
    if (!metadata)
        return metadata.failure();

    Chunk chunk(payload->content.toByteArray());
    chunk.setTime(nanoseconds(payload->time));
    if (!metadata->name.isNull()) {
        if (const Outcome read = ChunkMetadata::read(metadata->content, chunk); !read)
            return read.failure();
    }
    return chunk;
}

} // namespace FileBus
