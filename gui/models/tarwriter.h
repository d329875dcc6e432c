// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

#include <KTar>

/// A tar archive with a file for each payload: STREAM/SEQUENCE, or unnumbered/N for chunks of the original filebus.
class TarWriter : public ChunkWriter
{
public:
    explicit TarWriter(QIODevice *device);

    bool begin() override;
    bool write(const ChunkEntry &entry) override;
    bool end() override;

private:
    KTar m_tar;
    quint64 m_unnumbered = 0;
};
