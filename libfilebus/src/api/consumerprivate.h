// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/postedcall.h"
#include "bus/chunksource.h"
#include "bus/consumesettings.h"

#include <filebus/consumer.h>
#include <filebus/lossknowledge.h>

#include <chrono>
#include <memory>

namespace FileBus
{

/// Takes the steps of a source and turns them into signals. A slot may stop, start or delete the consumer.
class ConsumerPrivate
{
public:
    explicit ConsumerPrivate(Consumer *consumer);

    std::unique_ptr<ChunkSource> makeSource() const;
    void start();
    void stop();
    void look(std::chrono::milliseconds length);
    void lookSoon();
    bool lookOnce();
    bool waitForChunk(std::chrono::milliseconds timeout);
    bool takeSteps(const bool &isOver, std::chrono::milliseconds length);
    bool takeStep(const bool &isOver);
    void emitStep(const Step &step);
    bool acknowledge();
    void fail(const Failure &why);
    void giveUp(const Failure &why);
    void noteReasonForPolling();

    Consumer *q;
    QByteArray address; ///< made absolute
    ConsumeSettings settings;
    std::chrono::milliseconds blockingSlice = std::chrono::milliseconds(0);
    QList<int> interrupts;               ///< of a slice
    Failure failure;                     ///< reported last
    std::unique_ptr<ChunkSource> source; ///< while it runs
    QString reasonForPolling;            ///< reported last
    LossKnowledge lossKnowledge = LossKnowledge::Exact;
    PostedCall postedLook;
    bool *lookIsOver = nullptr; ///< of the look that runs, if one does; it becomes true when the consumer is stopped
    quint64 received = 0;
    quint64 everReceived = 0; ///< start() does not reset it
    quint64 lost = 0;
};

} // namespace FileBus
