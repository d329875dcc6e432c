// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <QtCore/QString>

#include <nats/nats.h>

namespace FileBus
{

/// What libnats and the server said when something failed.
struct NatsError {
    natsStatus status = NATS_OK;
    int code = 0;      ///< that the server gave, as in jsErrCode; 0 without one
    QString text;      ///< the reason, in the words of libnats or the server
    QString violation; ///< of permissions, which only the error handler of the connection hears of; empty without one

    /// Of the call that has just failed in this thread.
    static NatsError ofLastCall(natsStatus status, int code = 0);
};

/// Where it failed, for the text.
struct NatsPlace {
    QString server;      ///< host and port, or several
    QString bus;         ///< address of the bus, without a password; empty if no bus is concerned
    QString credentials; ///< which ones were used, such as: the user "bus"
    qint64 maxPayload = 0;
};

/// From what libnats says to what filebus says. A failure that is transient is to be tried again: Error::LockTimeout says that
/// the servers have no leader for the bus or do not answer, which is worth a report only if it lasts. Any other failure lasts
/// until somebody intervenes. Pure.
class NatsFailure
{
public:
    /// When a connection could not be made.
    static Failure ofConnecting(const NatsError &error, const NatsPlace &place);
    /// When a request or a publish failed.
    static Failure ofUsing(const NatsError &error, const NatsPlace &place);

    /// The connection was lost, and is being made again.
    static Failure ofInterruption(const NatsPlace &place);
    /// What has the name of the bus was made by another program.
    static Failure ofForeignStream(const NatsPlace &place, const QString &reason);
    /// A chunk whose payload and headers have that size.
    static Failure ofLargeChunk(qint64 size, qint64 limit, const NatsPlace &place);
};

} // namespace FileBus
