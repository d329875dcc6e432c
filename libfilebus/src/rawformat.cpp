// SPDX-License-Identifier: Apache-2.0
#include "rawformat.h"

#include "chunkformat.h"
#include "nanoseconds.h"
#include "tararchive.h"

#include <QtCore/QCoreApplication>

namespace FileBus
{

bool RawFormat::isRaw(QByteArrayView bytes)
{
    static const QByteArray firstName = QByteArray(ChunkFormat::payloadName) + '\0';
    return !bytes.startsWith(firstName) && !TarArchive::hasMagic(bytes);
}

Result<Chunk> RawFormat::decode(const QByteArray &bytes, const FileIdentity &file)
{
    if (bytes.size() > Chunk::maximumPayloadSize)
        return Failure{Error::ChunkTooLarge,
                       QCoreApplication::translate("FileBus::RawFormat", "it has %1 bytes, and the most is %2")
                           .arg(QString::number(bytes.size()), QString::number(Chunk::maximumPayloadSize))};
    Chunk chunk(bytes);
    chunk.setTime(std::max<qint64>(file.modified / nanosecondsPerSecond, 0) * nanosecondsPerSecond);
    return chunk;
}

Result<Chunk> decodeFile(QByteArray bytes, const FileIdentity &file, std::optional<Format> format)
{
    const bool raw = format ? *format == Format::Raw : RawFormat::isRaw(bytes);
    Result<Chunk> chunk = raw ? RawFormat::decode(bytes, file) : ChunkFormat::decode(std::move(bytes));
    if (chunk)
        chunk->setUserId(file.owner);
    return chunk;
}

} // namespace FileBus
