// SPDX-License-Identifier: Apache-2.0
#include "stream/collectedsignals.h"

#include <QtCore/QPointer>

#include <utility>

namespace FileBus
{

CollectedSignals::CollectedSignals(Stream *stream)
    : m_stream(stream)
{ }

void CollectedSignals::add(const Signal &signal)
{
    m_signals.push_back(signal);
}

void CollectedSignals::addReadyRead()
{
    add([this] {
        if (!m_isInReadyRead)
            emitOutsideOfItself(m_isInReadyRead, [this] { Q_EMIT m_stream->readyRead(); });
    });
}

void CollectedSignals::addBytesWritten(qint64 bytes)
{
    m_bytesWritten += bytes;
}

void CollectedSignals::clear()
{
    m_signals.clear();
    m_bytesWritten = 0;
}

bool CollectedSignals::hasNext() const
{
    return !m_signals.empty() || (m_bytesWritten > 0 && !m_isInBytesWritten);
}

// A slot may wait, or call a function that emits, and so get here again: then what is left is emitted from there.
bool CollectedSignals::emitAll()
{
    if (!hasNext())
        return true;
    const QPointer<Stream> alive(m_stream);
    while (alive && hasNext())
        emitNext();
    return alive;
}

void CollectedSignals::emitNext()
{
    if (m_bytesWritten > 0 && !m_isInBytesWritten)
        return emitOutsideOfItself(m_isInBytesWritten,
                                   [this] { Q_EMIT m_stream->bytesWritten(std::exchange(m_bytesWritten, 0)); });
    const Signal next = std::move(m_signals.front());
    m_signals.pop_front();
    next();
}

void CollectedSignals::emitOutsideOfItself(bool &isBeingEmitted, const Signal &signal)
{
    const QPointer<Stream> alive(m_stream);
    isBeingEmitted = true;
    signal();
    if (alive)
        isBeingEmitted = false;
}

} // namespace FileBus
