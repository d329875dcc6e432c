// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/waiting.h"
#include "bus/chunksource.h"
#include "bus/step.h"
#include "file/consume/rawsubscription.h"
#include "file/watch/directoryalarm.h"
#include "file/watch/lockretry.h"

namespace FileBus
{

/// Takes what lies on a bus of the raw format off it.
class RawSource : public ChunkSource
{
    Q_OBJECT
public:
    RawSource(const QByteArray &path, bool fileMonitoring, std::optional<std::chrono::milliseconds> sleepInterval);

    void start() override;
    void stop() override;
    Step next() override;
    Awaited wait(Clock::time_point end, const QList<int> &interrupts) override;
    Outcome acknowledge() override { return m_subscription.acknowledge(); }
    QString reasonForPolling() const override { return m_alarm.reasonForPolling(); }

private:
    void lookWhenPossible();

    RawSubscription m_subscription;
    DirectoryAlarm m_alarm;
    LockRetry m_retry;
    bool m_asked = false; ///< the alarm, and nothing came since
};

} // namespace FileBus
