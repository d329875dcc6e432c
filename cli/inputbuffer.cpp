// SPDX-License-Identifier: Apache-2.0
#include "inputbuffer.h"

#include <cstring>
#include <utility>

InputBuffer::InputBuffer(qsizetype blockSize, bool lines)
    : m_bytes(blockSize, Qt::Uninitialized)
    , m_lines(lines)
{ }

QByteArray InputBuffer::takeChunk()
{
    if (!m_lines || m_filled == 0)
        return take(m_filled);
    const qsizetype lineEnd = QByteArrayView(m_bytes).first(m_filled).lastIndexOf('\n') + 1;
    return take(lineEnd == 0 && room() == 0 ? m_filled : lineEnd);
}

QByteArray InputBuffer::takeRest()
{
    return take(m_filled);
}

QByteArray InputBuffer::take(qsizetype count)
{
    if (count == 0)
        return {};
    if (count == m_bytes.size()) { // a full block is not copied
        m_filled = 0;
        return std::exchange(m_bytes, QByteArray(count, Qt::Uninitialized));
    }
    const QByteArray chunk(m_bytes.constData(), count);
    m_filled -= count;
    std::memmove(m_bytes.data(), m_bytes.constData() + count, static_cast<size_t>(m_filled));
    return chunk;
}
