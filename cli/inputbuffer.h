// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

/// Splits a stream of bytes into chunks: all bytes that are there or, with @c lines, all up to the last newline. Keeps order and
/// content. No chunk exceeds the block size; a longer line is split there.
class InputBuffer
{
public:
    InputBuffer(qsizetype blockSize, bool lines);

    /// Where the next bytes go, and how many fit: at least one after takeChunk().
    char *space() { return m_bytes.data() + m_filled; }
    qsizetype room() const { return m_bytes.size() - m_filled; }
    void added(qsizetype count) { m_filled += count; }

    bool isEmpty() const { return m_filled == 0; }

    /// The next chunk; null if there is none yet.
    QByteArray takeChunk();
    /// The remaining bytes, at the end of the stream.
    QByteArray takeRest();

private:
    QByteArray take(qsizetype count);

    QByteArray m_bytes;
    qsizetype m_filled = 0;
    bool m_lines;
};
