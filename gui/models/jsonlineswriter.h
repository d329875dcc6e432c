// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

/// One JSON object per line for each chunk and, in its place, each loss. A payload is a string named "text" if it is UTF-8,
/// otherwise "base64".
class JsonLinesWriter : public ChunkWriter
{
public:
    explicit JsonLinesWriter(QIODevice *device)
        : m_device(device)
    { }

    bool write(const ChunkEntry &entry) override;

private:
    QIODevice *m_device;
};
