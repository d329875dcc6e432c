// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/natshandle.h"

#include <QtCore/QByteArray>

#include <nats/nats.h>

#include <chrono>

namespace FileBus
{

/// Receives the answers of the servers to the messages that one thread publishes, one at a time. Faster than the requests of
/// libnats, which pass each answer through another thread.
class AnswerInbox
{
public:
    /// Whether it is open on @p connection.
    bool isOpen(natsConnection *connection) const { return m_subscription && m_connection == connection; }
    natsStatus open(natsConnection *connection);

    /// The reply subject for the next message.
    QByteArray next();
    /// Waits for the answer on the subject that next() returned last; NATS_NO_RESPONDERS if nobody accepts such messages. Answers
    /// to earlier messages are dropped.
    natsStatus wait(NatsMessage &answer, std::chrono::milliseconds timeout);

private:
    natsConnection *m_connection = nullptr;
    NatsInbox m_inbox;
    NatsSubscription m_subscription;
    quint64 m_last = 0;
    QByteArray m_subject; ///< returned last by next()
};

} // namespace FileBus
