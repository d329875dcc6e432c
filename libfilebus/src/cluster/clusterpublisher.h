// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/clusteraddress.h"
#include "bus/publishsettings.h"
#include "cluster/answerinbox.h"
#include "cluster/chunkmessage.h"
#include "cluster/clusterbus.h"
#include "cluster/clusterconnection.h"
#include "cluster/connectionrecord.h"
#include "cluster/outgoingchunks.h"
#include "cluster/publishwindow.h"

#include <filebus/chunk.h>

#include <QtCore/QUuid>

#include <memory>

namespace FileBus
{

/// Publishes the outgoing chunks of one producer, in a thread of its own that ends some time after they are stopped. Creates the
/// bus first, and again if it was removed. Retries for ever after a transient failure; any other failure is a standstill.
class ClusterPublisher final : private ConnectionObserver
{
public:
    /// Who publishes, and where.
    struct Task {
        ClusterAddress address;
        QString shownAddress;
        ProducerInfo producer;
        quint64 firstNumber = 1; ///< of the first chunk that it will get
    };

    static void start(const Task &task, const std::shared_ptr<OutgoingChunks> &chunks);

private:
    ClusterPublisher(const Task &task, std::shared_ptr<OutgoingChunks> chunks);

    void run();
    void advance(const OutgoingChunks::Work &work);
    Outcome step(const OutgoingChunks::Work &work);
    Outcome awaitConnection() const;
    Outcome prepare(const HistoryBounds &history);
    Outcome ask();
    Outcome send(const QByteArray &payload);
    Outcome evaluate(natsMsg *answer);
    Outcome checkSize(qint64 payload) const;
    OutgoingChunks::SizeLimit sizeLimit() const;
    void tellPublished();
    void connectionChanged() override { m_chunks->poke(); }

    std::shared_ptr<OutgoingChunks> m_chunks;
    std::shared_ptr<ClusterConnection> m_connection;
    ClusterBus m_bus;
    QByteArray m_subject;
    ChunkMessage m_message;
    PublishWindow m_window;
    AnswerInbox m_answers;
    QUuid m_streamId;
    bool m_isAtStandstill = false;
};

} // namespace FileBus
