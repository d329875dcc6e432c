// SPDX-License-Identifier: Apache-2.0
#include "format/chunkformat.h"

#include "base/clock.h"
#include "base/failure.h"
#include "format/chunkframe.h"
#include "format/tararchive.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <limits>

namespace FileBus
{

namespace
{

struct ChunkText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ChunkFormat)
};

Failure corrupt(const QString &text)
{
    return {Error::CorruptChunk, text};
}

// 0 (unknown) for a time that only a hostile header states: after the year 2262.
qint64 nanoseconds(qint64 seconds)
{
    constexpr qint64 latest = std::numeric_limits<qint64>::max() / nanosecondsPerSecond;
    return seconds > latest ? 0 : seconds * nanosecondsPerSecond;
}

// The one regular entry of that name; an empty name in the result if there is none.
Result<TarEntry> find(const TarEntries &entries, QByteArrayView name)
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

// The part of the bytes, where it lies: it is not copied, unless it would hold many more bytes than it has.
QByteArray take(QByteArray bytes, QByteArrayView part)
{
    if (part.size() < bytes.size() / 2)
        return part.toByteArray();
    const qsizetype offset = part.data() - bytes.constData();
    bytes.truncate(offset + part.size());
    return std::move(bytes.remove(0, offset));
}

} // namespace

QByteArray ChunkFormat::encode(const Chunk &chunk)
{
    ChunkFrame frame;
    frame.describe(chunk);
    return frame.around(chunk.payload());
}

Result<Chunk> ChunkFormat::decode(QByteArray bytes)
{
    Result<TarEntries> entries = TarArchive::entries(bytes);
    if (!entries)
        return entries.failure();
    Result<TarEntry> payload = find(*entries, payloadName);
    if (!payload)
        return payload.failure();
    if (payload->name.isNull())
        return corrupt(ChunkText::tr("it has no entry %1").arg(QLatin1StringView(payloadName)));
    if (payload->content.size() > Chunk::maximumPayloadSize)
        return Failure{Error::ChunkTooLarge,
                       ChunkText::tr("its payload has %1 bytes, and the maximum is %2")
                           .arg(QString::number(payload->content.size()), QString::number(Chunk::maximumPayloadSize))};
    Result<TarEntry> metadata = find(*entries, ChunkMetadata::name);
    if (!metadata)
        return metadata.failure();

    Chunk chunk;
    chunk.setTime(nanoseconds(payload->time));
    if (!metadata->name.isNull()) {
        if (const Outcome read = ChunkMetadata::read(metadata->content, chunk); !read)
            return read.failure();
    }
    chunk.setPayload(take(std::move(bytes), payload->content));
    return chunk;
}

} // namespace FileBus
