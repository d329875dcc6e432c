// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qtypes.h>

namespace FileBus
{

/// Determines how many messages to request from a server: enough for a steady flow, but not too many bytes. A server closes the
/// connection of a client once more than 64 MB are pending for it, and everything requested is pending at once. Pure.
class FetchWindow
{
public:
    /// @p largest: the maximum size of a message in bytes. @p usual: the average size of the messages of the bus.
    FetchWindow(qint64 largest, qint64 usual);

    /// How many more messages to request now; often 0. Call it once at the beginning, and then before each message.
    int next();
    /// A message of @p size bytes has arrived.
    void noteSize(qint64 size);

private:
    int batch() const;

    qint64 m_mostMessages;
    qint64 m_recentSize; ///< of the largest recent message, decaying
    int m_outstanding = 0;
    bool m_isFirst = true;
};

} // namespace FileBus
