// SPDX-License-Identifier: Apache-2.0
#include "format/rawformat.h"

#include "base/clock.h"
#include "format/chunkformat.h"
#include "format/tararchive.h"

#include <QtCore/QCoreApplication>

namespace FileBus
{

bool RawFormat::isRaw(QByteArrayView bytes)
{
    static const QByteArray firstName = QByteArray(ChunkFormat::payloadName) + '\0';
    return !bytes.startsWith(firstName) && !TarArchive::hasMagic(bytes);
}

Result<Chunk> RawFormat::decode(const QByteArray &bytes, qint64 modified)
{
    if (bytes.size() > Chunk::maximumPayloadSize)
        return Failure{Error::ChunkTooLarge,
                       QCoreApplication::translate("FileBus::RawFormat", "it has %1 bytes, and the maximum is %2")
                           .arg(QString::number(bytes.size()), QString::number(Chunk::maximumPayloadSize))};
    Chunk chunk(bytes);
    chunk.setTime(std::max<qint64>(modified / nanosecondsPerSecond, 0) * nanosecondsPerSecond);
    return chunk;
}

} // namespace FileBus
