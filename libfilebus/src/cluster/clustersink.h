// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/postedcall.h"
#include "base/waiting.h"
#include "bus/chunksink.h"
#include "bus/publishsettings.h"
#include "cluster/clusterpublisher.h"
#include "cluster/outgoingchunks.h"

#include <QtCore/QTimer>
#include <QtCore/QUuid>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>

namespace FileBus
{

/// The chunks of a producer on their way to a bus on a cluster. A ClusterPublisher publishes them in another thread; here it is
/// told what became of them, by the event loop or by the calls that wait. publish() never waits; what is in flight is not
/// pending. Deleting it waits for nothing.
class ClusterSink : public ChunkSink
{
    Q_OBJECT
public:
    explicit ClusterSink(const ClusterPublisher::Task &task);
    ~ClusterSink() override;

    void configure(const PublishSettings &settings) override;
    /// Waits for the servers as long as for a lock.
    bool open() override;
    bool close(std::chrono::milliseconds timeout) override;
    void abort() override;

    bool publish(const QByteArray &payload) override;
    void end() override;
    qsizetype pendingChunks() const override;
    bool isEndPending() const override { return m_isEnding; }

    bool waitForPublished(std::chrono::milliseconds timeout) override;
    bool waitForDrained(std::chrono::milliseconds timeout) override;

    const Failure &failure() const override { return m_failure; }
    QUuid streamId() const override { return m_streamId; }

private:
    struct Published {
        quint64 sequence;
        QUuid streamId;
    };
    using Condition = bool (ClusterSink::*)() const;

    bool fail(const Failure &why);
    Outcome checkSettings() const;
    Outcome checkSize(qint64 payload) const;
    void begin();
    void letGo();
    void collect();
    void tell(const Failure &why);
    bool takeReport(std::optional<Failure> &standstill);
    void tellPublished();
    bool sayEnd();
    bool waitUntil(Condition isDone, std::chrono::milliseconds timeout);
    bool isPublished() const { return m_unpublished == 0; }
    bool isDrained() const { return m_unpublished == 0 && !m_isEnding; }
    bool isPrepared() const { return !m_chunks || m_chunks->isPrepared(); } // a slot may have aborted it
    Failure stuck(std::chrono::milliseconds waited) const;
    void restartPatience();
    void startTimer();
    void checkPatience();

    ClusterPublisher::Task m_task;
    PublishSettings m_settings;
    std::shared_ptr<OutgoingChunks> m_chunks; ///< null while it has let go of the bus
    std::deque<Published> m_untold;           ///< chunks that are published, but published() was not emitted yet
    qsizetype m_unpublished = 0;              ///< chunks, as far as was told
    bool m_isEnding = false;
    Failure m_failure;
    QUuid m_streamId;
    PostedCall m_postedCollect;
    QTimer m_patienceTimer;
    Clock::time_point m_patienceEnd; ///< when an obstacle is to be reported
};

} // namespace FileBus
