// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtCore/QIODevice>

#include <memory>

/// Writes captured rows to a device, in one of the formats of an export.
class ChunkWriter
{
public:
    enum Format {
        JsonLines,
        Csv,         ///< no text becomes a formula in a spreadsheet
        VerbatimCsv, ///< texts as they are
        Tar,
        Payload, ///< nothing but the payloads
    };

    /// The device must be open and outlive the writer.
    static std::unique_ptr<ChunkWriter> create(Format format, QIODevice *device);
    virtual ~ChunkWriter() = default;
    Q_DISABLE_COPY_MOVE(ChunkWriter)

    /// False if the device failed.
    virtual bool begin() { return true; }
    virtual bool write(const ChunkEntry &entry) = 0;
    virtual bool end() { return true; }

    /// A device may take a part, as a file does on a disk that becomes full; the next part then fails with a reason.
    static bool writeAll(QIODevice *device, QByteArrayView bytes);

protected:
    ChunkWriter() = default;
};
