// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <QtCore/QString>

#include <nats/nats.h>

namespace FileBus
{

/// What libnats and the server reported when something failed.
struct NatsError {
    natsStatus status = NATS_OK;
    int code = 0;      ///< of the server, as in jsErrCode; 0 if there is none
    QString text;      ///< the reason, in the words of libnats or the server
    QString violation; ///< of permissions, reported only to the error handler of the connection; empty if there is none

    /// The error of the call that has just failed in this thread.
    static NatsError ofLastCall(natsStatus status, int code = 0);
};

/// Where it failed, for the text.
struct NatsPlace {
    QString server;      ///< host and port, or several
    QString bus;         ///< address of the bus, without a password; empty if no bus is concerned
    QString credentials; ///< which ones were used, such as: the user "bus"
    qint64 maxPayload = 0;
};

/// Translates the errors of libnats into those of filebus. After a transient failure, try again. Error::LockTimeout means that
/// the servers do not answer, or have no leader for the bus, which is worth a report only if it lasts. Any other failure lasts
/// until somebody intervenes. Pure.
class NatsFailure
{
public:
    /// A connection could not be made.
    static Failure ofConnecting(const NatsError &error, const NatsPlace &place);
    /// A request or a publish failed.
    static Failure ofUsing(const NatsError &error, const NatsPlace &place);

    /// The connection was lost, and libnats reconnects.
    static Failure ofInterruption(const NatsPlace &place);
    /// Another program uses the name or the subjects of the bus.
    static Failure ofForeignStream(const NatsPlace &place, const QString &reason);
    /// A chunk is too large; @p size includes its headers.
    static Failure ofLargeChunk(qint64 size, qint64 limit, const NatsPlace &place);
};

} // namespace FileBus
