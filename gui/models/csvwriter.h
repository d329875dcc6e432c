// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

/// A table (RFC 4180) with one row per chunk. A payload that is not UTF-8 is written as base64; the column "encoding" says so.
///
/// A spreadsheet runs a cell as a formula if it begins with =, +, -, @, a tab or a line break, even after spaces and quotes. So
/// the safe form puts an apostrophe in front of each such text (OWASP, "CSV Injection"), and nowhere else. Removing it there
/// restores the text.
class CsvWriter : public ChunkWriter
{
public:
    enum Texts { Safe, Verbatim };

    CsvWriter(QIODevice *device, Texts texts)
        : m_device(device)
        , m_texts(texts)
    { }

    bool begin() override;
    bool write(const ChunkEntry &entry) override;

private:
    QByteArray textCell(const QByteArray &text) const;
    bool writeRow(const QByteArrayList &cells);

    QIODevice *m_device;
    Texts m_texts;
};
