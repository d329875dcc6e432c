// SPDX-License-Identifier: Apache-2.0
#include "chunkwriter.h"

#include "csvwriter.h"
#include "jsonlineswriter.h"
#include "tarwriter.h"

namespace
{

class PayloadWriter : public ChunkWriter
{
public:
    explicit PayloadWriter(QIODevice *device)
        : m_device(device)
    { }

    bool write(const ChunkEntry &entry) override { return writeAll(m_device, entry.chunk.payload()); }

private:
    QIODevice *m_device;
};

} // namespace

std::unique_ptr<ChunkWriter> ChunkWriter::create(Format format, QIODevice *device)
{
    if (format == JsonLines)
        return std::make_unique<JsonLinesWriter>(device);
    if (format == Csv)
        return std::make_unique<CsvWriter>(device, CsvWriter::Safe);
    if (format == VerbatimCsv)
        return std::make_unique<CsvWriter>(device, CsvWriter::Verbatim);
    if (format == Payload)
        return std::make_unique<PayloadWriter>(device);
    return std::make_unique<TarWriter>(device);
}

bool ChunkWriter::writeAll(QIODevice *device, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const qint64 written = device->write(bytes.data(), bytes.size());
        if (written <= 0)
            return false;
        bytes = bytes.sliced(written);
    }
    return true;
}
