// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <deque>

namespace FileBus
{

/// Bytes of chunks that were received and not read yet, and how many chunks were read to their end. Pure.
class ReceiveBuffer
{
public:
    void append(const QByteArray &payload);

    qsizetype size() const { return m_size; }
    /// Moves at most @p size bytes to @p data.
    qsizetype read(char *data, qsizetype size);
    /// Whether a whole line is in it. Looks at each chunk once.
    bool hasLine() const;

    /// How many chunks were read to their end since the last call, when @p kept of the bytes that were read are still unread
    /// elsewhere.
    qsizetype takeFinished(qint64 kept);
    /// Whether chunks were received that takeFinished() has not counted.
    bool hasUnfinished() const { return !m_ends.empty(); }

    void clear() { *this = ReceiveBuffer(); }

private:
    std::deque<QByteArray> m_payloads;
    qsizetype m_offset = 0;        ///< read of the first payload
    mutable size_t m_searched = 0; ///< payloads in which no line ends
    qsizetype m_size = 0;
    qint64 m_received = 0;     ///< bytes, ever
    std::deque<qint64> m_ends; ///< of the chunks that are not finished, as m_received stood
};

} // namespace FileBus
