// SPDX-License-Identifier: Apache-2.0
#include "csvwriter.h"

#include "payloadtext.h"

#include <algorithm>
#include <array>

namespace
{

// Some spreadsheets treat the full-width forms (U+FF1D, U+FF0B, U+FF0D, U+FF20) the same way.
constexpr std::array<QByteArrayView, 11> formulaBeginnings{
    "=", "+", "-", "@", "\t", "\r", "\n", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

bool isFormula(QByteArrayView text)
{
    const auto isSkipped = [](char character) { return QByteArrayView(" \"'").contains(character); };
    const auto first = std::find_if_not(text.begin(), text.end(), isSkipped);
    const QByteArrayView rest(first, text.end());
    return std::any_of(formulaBeginnings.begin(), formulaBeginnings.end(),
                       [&](QByteArrayView beginning) { return rest.startsWith(beginning); });
}

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
                     orEmpty(entry.chunk.sequence()), textCell(producer.program.toUtf8()),
                     orEmpty(static_cast<quint64>(producer.pid)), textCell(producer.host.toUtf8()),
                     entry.fromHistory ? "yes" : "no", QByteArray::number(payload.size()), readable ? "utf-8" : "base64",
                     textCell(readable ? payload : payload.toBase64())});
}

QByteArray CsvWriter::textCell(const QByteArray &text) const
{
    return quoted(m_texts == Safe && isFormula(text) ? '\'' + text : text);
}

bool CsvWriter::writeRow(const QByteArrayList &cells)
{
    return writeAll(m_device, cells.join(',') + "\r\n");
}
