// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/consume/subscription.h"
#include "file/disk/busfile.h"
#include "file/disk/inbox.h"

#include <memory>

namespace FileBus
{

/// One side of the duplex that a stream is: side a reads X.b and writes X.a, side b the other way round. A process holds a side
/// by holding the named subscription of the bus that the side reads; so the lock of a side is that subscription's owner file.
class StreamSide
{
public:
    /// Takes a side of the stream at @p path that nobody holds; one whose process died comes first. Nothing if another process
    /// holds the lock of a bus at the moment. Never waits.
    static Result<std::unique_ptr<StreamSide>> take(const QByteArray &path);

    Subscription &subscription() { return m_subscription; }
    /// The bus to write on.
    const QByteArray &writePath() const { return m_writeBus.path(); }
    /// The inbox from which the other side reads what is written.
    const Inbox &peer() const { return m_peer; }

private:
    StreamSide(const QByteArray &path, char name);

    bool isOrphan() const;

    BusFile m_writeBus;
    Subscription m_subscription;
    Inbox m_peer;
};

} // namespace FileBus
