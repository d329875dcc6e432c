// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/consume/subscription.h"
#include "file/disk/busfile.h"
#include "file/disk/inbox.h"

#include <memory>

namespace FileBus
{

/// One end of a stream: a reads X.b and writes X.a, b the other way round. Who reads one of the buses, as the durable subscriber
/// of the end's name, holds the end; so the lock of an end is that subscription's owner file.
class StreamEnd
{
public:
    /// Takes an end of the stream at @p path that nobody holds, first of all one whose process died; nothing if the lock of a bus
    /// is taken now. Never waits.
    static Result<std::unique_ptr<StreamEnd>> take(const QByteArray &path);

    Subscription &subscription() { return m_subscription; }
    /// The bus to write on.
    const QByteArray &writePath() const { return m_writeBus.path(); }
    /// Where the other end gets what is written.
    const Inbox &peer() const { return m_peer; }

private:
    StreamEnd(const QByteArray &path, char name);

    bool isOrphan() const;

    BusFile m_writeBus;
    Subscription m_subscription;
    Inbox m_peer;
};

} // namespace FileBus
