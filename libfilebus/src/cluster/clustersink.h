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

/// The sink of a producer for a bus on a cluster. A ClusterPublisher publishes the chunks in another thread; the event loop, or a
/// function that waits, reports the results here. publish() never waits. The chunk in flight does not count as pending. The
/// destructor does not wait.
class ClusterSink : public ChunkSink
{
    Q_OBJECT
public:
    explicit ClusterSink(const ClusterPublisher::Task &task);
    ~ClusterSink() override;

    void configure(const PublishSettings &settings) override;
    /// Waits for the servers for at most lockTimeout.
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
    std::shared_ptr<OutgoingChunks> m_chunks; ///< null while the bus is released
    std::deque<Published> m_untold;           ///< published chunks for which published() has not been emitted yet
    qsizetype m_unpublished = 0;              ///< chunks for which published() has not been emitted yet
    bool m_isEnding = false;
    Failure m_failure;
    QUuid m_streamId;
    PostedCall m_postedCollect;
    QTimer m_patienceTimer;
    Clock::time_point m_patienceEnd; ///< when to report an obstacle
};

} // namespace FileBus
