// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/postedcall.h"
#include "bus/chunksource.h"
#include "bus/startpoint.h"

#include <filebus/consumer.h>
#include <filebus/format.h>
#include <filebus/lossknowledge.h>

#include <chrono>
#include <memory>

namespace FileBus
{

/// Takes the steps of a source, makes signals of them, and bears that a slot stops, starts or deletes the consumer.
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
    QByteArray nativeFileName;
    bool fileMonitoring = true;
    std::optional<std::chrono::milliseconds> sleepInterval;
    std::chrono::milliseconds turnLength = std::chrono::milliseconds(0);
    QList<int> interrupts; ///< of a turn
    StartPoint startPoint;
    Failure failure;              ///< that was told last
    std::optional<Format> format; ///< without it, chunks tell
    bool lossless = false;
    QByteArray subscriptionName;
    std::unique_ptr<ChunkSource> source; ///< while it runs
    QString reasonForPolling;            ///< that was told last
    LossKnowledge lossKnowledge = LossKnowledge::Exact;
    PostedCall postedLook;
    bool *turn = nullptr; ///< of a look, while it runs; true: over, as the consumer was stopped
    quint64 received = 0;
    quint64 everReceived = 0; ///< start() does not reset it
    quint64 lost = 0;
};

} // namespace FileBus
