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
        Csv,         ///< no text can run as a formula in a spreadsheet
        VerbatimCsv, ///< texts unchanged
        Tar,
        Payload, ///< only the payloads
    };

    /// @p device must be open and outlive the writer.
    static std::unique_ptr<ChunkWriter> create(Format format, QIODevice *device);
    virtual ~ChunkWriter() = default;
    Q_DISABLE_COPY_MOVE(ChunkWriter)

    /// False if the device failed.
    virtual bool begin() { return true; }
    virtual bool write(const ChunkEntry &entry) = 0;
    virtual bool end() { return true; }

    /// A device may accept only a part, like a file on a disk that becomes full. The next write then fails with the reason.
    static bool writeAll(QIODevice *device, QByteArrayView bytes);

protected:
    ChunkWriter() = default;
};
