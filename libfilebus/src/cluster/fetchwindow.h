// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qtypes.h>

namespace FileBus
{

/// How many messages to ask a server for: enough that they flow without a pause, but few enough bytes. A server closes the
/// connection of a client to which more than 64 MB are on their way, and what was asked for is on its way at once. Pure.
class FetchWindow
{
public:
    /// @p largest: the most bytes that a message can have. @p usual: how many the messages of the bus have on average.
    FetchWindow(qint64 largest, qint64 usual);

    /// To be called once at the beginning, and then before each message. How many more to ask for now; often 0.
    int next();
    /// A message of @p size bytes has come.
    void noteSize(qint64 size);

private:
    int batch() const;

    qint64 m_mostMessages;
    qint64 m_recentSize; ///< of the largest message of late
    int m_outstanding = 0;
    bool m_isFirst = true;
};

} // namespace FileBus
