// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/natshandle.h"

#include <QtCore/QByteArray>

#include <nats/nats.h>

#include <chrono>

namespace FileBus
{

/// Where the servers answer to what one thread publishes, one message at a time. Faster than the requests of libnats, which pass
/// each answer through one more thread.
class AnswerInbox
{
public:
    /// Whether it is open on that connection.
    bool isOpen(natsConnection *connection) const { return m_subscription && m_connection == connection; }
    natsStatus open(natsConnection *connection);

    /// The subject to which the answer to the next message shall go.
    QByteArray next();
    /// The answer to the message that was sent to next(); NATS_NO_RESPONDERS if nobody takes such messages. Answers to earlier
    /// messages are dropped.
    natsStatus wait(NatsMessage &answer, std::chrono::milliseconds timeout);

private:
    natsConnection *m_connection = nullptr;
    NatsInbox m_inbox;
    NatsSubscription m_subscription;
    quint64 m_last = 0;
    QByteArray m_subject; ///< of the last one
};

} // namespace FileBus
