// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

/// One JSON object a line for each chunk, and for each loss in its place. A payload is a string under "text" if it is UTF-8, else
/// under "base64".
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
