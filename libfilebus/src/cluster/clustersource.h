// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/chunksource.h"
#include "cluster/chunkaccount.h"
#include "cluster/chunkmessage.h"
#include "cluster/clusterreader.h"
#include "cluster/incomingchunks.h"

#include <filebus/lossknowledge.h>

#include <memory>
#include <optional>

namespace FileBus
{

/// The source of a consumer that is not lossless, for a bus on a cluster. A ClusterReader reads the chunks in another thread. The
/// destructor does not wait.
class ClusterSource : public ChunkSource
{
    Q_OBJECT
public:
    explicit ClusterSource(const ClusterReader::Task &task);
    ~ClusterSource() override;

    void start() override;
    void stop() override;
    Step next() override;
    Awaited wait(Clock::time_point end, const QList<int> &interrupts) override;
    bool canBlock() const override { return m_chunks->descriptor() >= 0; }
    bool isFromHistory() const override { return m_isFromHistory; }
    LossKnowledge lossKnowledge() const override { return m_lossKnowledge; }
    QString reasonForPolling() const override { return {}; }

private:
    Step step(const ReadBeginning &beginning);
    Step step(const ReceivedChunk &received);
    Step step(const Failure &why);
    Step step(const Standstill &standstill) const { return standstill; }

    ClusterReader::Task m_task;
    std::shared_ptr<IncomingChunks> m_chunks;
    ChunkAccount m_account;
    std::optional<Chunk> m_afterLoss; ///< the chunk to deliver next
    quint64 m_newestAtBeginning = 0;
    bool m_isFromHistory = false;
    LossKnowledge m_lossKnowledge = LossKnowledge::Exact;
};

} // namespace FileBus
