// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkwriter.h"

/// A table (RFC 4180) with one chunk a row. A payload that is no UTF-8 is written in base64, as the column "encoding" tells.
///
/// A spreadsheet runs a cell that begins with =, +, -, @, a tab or a line break as a formula, also behind spaces and quotes. So
/// an apostrophe stands before each such text of the safe form (OWASP, "CSV Injection"). It stands nowhere else: who removes it
/// there has the text back.
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
