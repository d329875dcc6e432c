// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/stream.h>

#include <QtCore/qtypes.h>

#include <deque>
#include <functional>

namespace FileBus
{

/// The signals of a stream, collected while it works and emitted in order between two steps of that work. So a slot may do
/// anything to the stream: wait, abort it, open it again or delete it.
class CollectedSignals
{
public:
    using Signal = std::function<void()>;

    explicit CollectedSignals(Stream *stream);

    /// Emits @p signal after everything that was added before it.
    void add(const Signal &signal);
    /// As QIODevice promises, these two are not emitted from within their own slots. There readyRead() is dropped, while the
    /// bytes of bytesWritten() are added up and reported when the slot has returned.
    void addReadyRead();
    void addBytesWritten(qint64 bytes);
    /// Drops what was not emitted yet.
    void clear();

    /// Emits what was collected. False if a slot deleted the stream, and with it this object.
    bool emitAll();

private:
    bool hasNext() const;
    void emitNext();
    void emitOutsideOfItself(bool &isBeingEmitted, const Signal &signal);

    Stream *m_stream;
    std::deque<Signal> m_signals;
    qint64 m_bytesWritten = 0;
    bool m_isInReadyRead = false; ///< a slot of it runs
    bool m_isInBytesWritten = false;
};

} // namespace FileBus
