// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/chunksource.h"
#include "file/consume/subscription.h"
#include "file/disk/busfile.h"
#include "file/disk/freshness.h"
#include "file/disk/localfilesystem.h"
#include "file/watch/directoryalarm.h"
#include "file/watch/lockretry.h"

#include <QtCore/QDeadlineTimer>

namespace FileBus
{

/// Subscribes to a bus, and takes what comes into the inbox.
class InboxSource : public ChunkSource
{
    Q_OBJECT
public:
    InboxSource(const BusFile &bus, const QByteArray &name, bool fileMonitoring,
                std::optional<std::chrono::milliseconds> sleepInterval);

    /// Whether to report it when the bus turns out to be of the raw format, from which nothing comes into inboxes.
    void setTellingRaw(bool telling) { m_tellsRaw = telling; }

    void start() override;
    void stop() override;
    Step next() override;
    Awaited wait(Clock::time_point end, const QList<int> &interrupts) override;
    Outcome acknowledge() override;
    QString reasonForPolling() const override { return m_reasonForPolling; }

    /// Removes the subscription @p name that no living consumer holds.
    static Outcome removeUnowned(const BusFile &bus, const QByteArray &name);

private:
    Step subscribe();
    Step lookWhenUnlocked();
    Step nextOrAsk();
    void chooseInterval();
    Step tellRaw();

    std::optional<Subscription> m_subscription;
    std::optional<Step> m_begun; ///< what came of the attempt to subscribe in start()
    BusFile m_bus;
    std::optional<std::chrono::milliseconds> m_sleepInterval;
    FileSystemKind m_fileSystem = FileSystemKind::Other; ///< of the bus
    DirectoryAlarm m_alarm;
    LockRetry m_retry;
    QDeadlineTimer m_lockDeadline; ///< then it is reported that the lock is taken
    bool m_tellsRaw = false;       ///< and nothing has come that shows another format
    bool m_asked = false;          ///< the alarm, and nothing came since
    bool m_atEnd = false;          ///< that was the last step
    QString m_reasonForPolling;
};

} // namespace FileBus
