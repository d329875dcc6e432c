// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/chunksource.h"
#include "file/consume/busfollower.h"
#include "file/watch/busmonitor.h"
#include "file/watch/lockretry.h"

#include <filebus/lossknowledge.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QString>

namespace FileBus
{

/// Reads a bus without leaving a trace.
class LossySource : public ChunkSource
{
    Q_OBJECT
public:
    LossySource(BusFollower follower, bool fileMonitoring, std::optional<std::chrono::milliseconds> sleepInterval);

    void start() override;
    void stop() override;
    Step next() override;
    bool hasMore() const override;
    Awaited wait(Clock::time_point end, const QList<int> &interrupts) override;
    bool canBlock() const override { return m_monitor.eventsEndWaits(); }
    bool isFromHistory() const override { return m_follower.isFromHistory(); }
    LossKnowledge lossKnowledge() const override { return m_follower.lossKnowledge(); }
    QString reasonForPolling() const override { return m_monitor.reasonForPolling(); }

private:
    void retryOrNot();
    Step checkPlace();

    BusFollower m_follower;
    BusMonitor m_monitor;
    LockRetry m_retry; ///< of what could not be read
    bool m_isTryingAgain = false;
    bool m_checksPlace = false;      ///< at the next step
    QDeadlineTimer m_nextPlaceCheck; ///< which is due at the first look
    QString m_placeProblem;          ///< that was said
};

} // namespace FileBus
