// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

/// Cuts a stream of bytes into chunks: all that is there, or, with lines, all that is there up to the end of the last line.
/// Keeps order and content. No chunk is longer than the block size; a line that is longer is cut there.
class InputBuffer
{
public:
    InputBuffer(qsizetype blockSize, bool lines);

    /// Where the next bytes go, and how many have room: always at least one after takeChunk().
    char *space() { return m_bytes.data() + m_filled; }
    qsizetype room() const { return m_bytes.size() - m_filled; }
    void added(qsizetype count) { m_filled += count; }

    bool isEmpty() const { return m_filled == 0; }

    /// The next chunk; null if there is none yet.
    QByteArray takeChunk();
    /// All that is left, at the end of the stream.
    QByteArray takeRest();

private:
    QByteArray take(qsizetype count);

    QByteArray m_bytes;
    qsizetype m_filled = 0;
    bool m_lines;
};
