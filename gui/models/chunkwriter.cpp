// SPDX-License-Identifier: Apache-2.0
#include "chunkwriter.h"

#include "csvwriter.h"
#include "jsonlineswriter.h"
#include "tarwriter.h"

std::unique_ptr<ChunkWriter> ChunkWriter::create(Format format, QIODevice *device)
{
    if (format == JsonLines)
        return std::make_unique<JsonLinesWriter>(device);
    if (format == Csv)
        return std::make_unique<CsvWriter>(device);
    return std::make_unique<TarWriter>(device);
}
