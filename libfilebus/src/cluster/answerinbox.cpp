// SPDX-License-Identifier: Apache-2.0
#include "cluster/answerinbox.h"

#include "base/waiting.h"
#include "cluster/natshandle.h"

namespace FileBus
{

natsStatus AnswerInbox::open(natsConnection *connection)
{
    m_connection = connection;
    m_subscription.reset();
    const natsStatus status = receive(m_inbox, natsInbox_Create);
    if (status != NATS_OK)
        return status;
    return receive(m_subscription, natsConnection_SubscribeSync, connection, (QByteArray(m_inbox.get()) + ".*").constData());
}

QByteArray AnswerInbox::next()
{
    m_subject = QByteArray(m_inbox.get()) + '.' + QByteArray::number(++m_last);
    return m_subject;
}

natsStatus AnswerInbox::wait(NatsMessage &answer, std::chrono::milliseconds timeout)
{
    const Clock::time_point end = Clock::now() + timeout;
    for (auto left = timeout; left.count() > 0; left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now())) {
        const natsStatus status = receive(answer, natsSubscription_NextMsg, m_subscription.get(), left.count());
        if (status != NATS_OK)
            return status;
        if (m_subject == natsMsg_GetSubject(answer.get()))
            return natsMsg_IsNoResponders(answer.get()) ? NATS_NO_RESPONDERS : NATS_OK;
    }
    return NATS_TIMEOUT;
}

} // namespace FileBus
