// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

/// A table (RFC 4180) with one chunk a row. A payload that is no UTF-8 is written in base64, as the column "encoding" tells.
class CsvWriter : public ChunkWriter
{
public:
    explicit CsvWriter(QIODevice *device)
        : m_device(device)
    { }

    bool begin() override;
    bool write(const ChunkEntry &entry) override;

private:
    bool writeRow(const QByteArrayList &cells);

    QIODevice *m_device;
};
