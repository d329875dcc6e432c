// SPDX-License-Identifier: Apache-2.0
#include "stream/receivebuffer.h"

#include <algorithm>
#include <cstring>

namespace FileBus
{

void ReceiveBuffer::append(const QByteArray &payload)
{
    m_received += payload.size();
    m_ends.push_back(m_received);
    m_size += payload.size();
    if (!payload.isEmpty())
        m_payloads.push_back(payload);
}

qsizetype ReceiveBuffer::read(char *data, qsizetype size)
{
    qsizetype copied = 0;
    while (copied < size && !m_payloads.empty()) {
        const QByteArray &first = m_payloads.front();
        const qsizetype count = std::min(size - copied, first.size() - m_offset);
        std::memcpy(data + copied, first.constData() + m_offset, static_cast<size_t>(count));
        copied += count;
        m_offset += count;
        if (m_offset == first.size()) {
            m_payloads.pop_front();
            m_searched -= m_searched > 0 ? 1 : 0;
            m_offset = 0;
        }
    }
    m_size -= copied;
    return copied;
}

bool ReceiveBuffer::hasLine() const
{
    while (m_searched < m_payloads.size() && m_payloads[m_searched].indexOf('\n', m_searched == 0 ? m_offset : 0) < 0)
        ++m_searched;
    return m_searched < m_payloads.size();
}

qsizetype ReceiveBuffer::takeFinished(qint64 kept)
{
    const qint64 read = m_received - m_size - kept;
    qsizetype finished = 0;
    for (; !m_ends.empty() && m_ends.front() <= read; ++finished)
        m_ends.pop_front();
    return finished;
}

} // namespace FileBus
