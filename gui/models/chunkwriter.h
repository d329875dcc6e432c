// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtCore/QIODevice>

#include <memory>

/// Writes captured rows to a device, in one of the formats of an export.
class ChunkWriter
{
public:
    enum Format { JsonLines, Csv, Tar };

    /// The device must be open and outlive the writer.
    static std::unique_ptr<ChunkWriter> create(Format format, QIODevice *device);
    virtual ~ChunkWriter() = default;
    Q_DISABLE_COPY_MOVE(ChunkWriter)

    /// False if the device failed.
    virtual bool begin() { return true; }
    virtual bool write(const ChunkEntry &entry) = 0;
    virtual bool end() { return true; }

protected:
    ChunkWriter() = default;
};
