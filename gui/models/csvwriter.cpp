// SPDX-License-Identifier: Apache-2.0
#include "csvwriter.h"

#include "payloadtext.h"

namespace
{

QByteArray quoted(QByteArray cell)
{
    return '"' + cell.replace('"', "\"\"") + '"';
}

QByteArray orEmpty(quint64 number)
{
    return number > 0 ? QByteArray::number(number) : QByteArray();
}

} // namespace

bool CsvWriter::begin()
{
    return writeRow({"time", "stream", "sequence", "program", "pid", "host", "from_history", "size", "encoding", "payload"});
}

// A loss shows as a gap in the numbers.
bool CsvWriter::write(const ChunkEntry &entry)
{
    if (entry.isLoss())
        return true;
    const FileBus::ProducerInfo producer = entry.chunk.producer();
    const QByteArray payload = entry.chunk.payload();
    const bool readable = PayloadText::isUtf8(payload);
    const bool numbered = entry.chunk.isNumbered();
    return writeRow({QByteArray::number(entry.shownTime()),
                     numbered ? entry.chunk.streamId().toByteArray(QUuid::WithoutBraces) : QByteArray(),
                     orEmpty(entry.chunk.sequence()), quoted(producer.program.toUtf8()),
                     orEmpty(static_cast<quint64>(producer.pid)), quoted(producer.host.toUtf8()),
                     entry.fromHistory ? "yes" : "no", QByteArray::number(payload.size()), readable ? "utf-8" : "base64",
                     quoted(readable ? payload : payload.toBase64())});
}

bool CsvWriter::writeRow(const QByteArrayList &cells)
{
    return m_device->write(cells.join(',') + "\r\n") >= 0;
}
