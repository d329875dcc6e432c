// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/postedcall.h"
#include "base/waiting.h"
#include "file/disk/busfile.h"
#include "file/disk/fileidentity.h"
#include "file/disk/freshness.h"
#include "file/disk/localfilesystem.h"
#include "system/directoryevents.h"

#include <QtCore/QTimer>

#include <chrono>
#include <memory>
#include <optional>
#include <sys/stat.h>

namespace FileBus
{

/// Says when it is worth looking at a bus again. It watches the directory: a watch on the file would end with the first
/// replacement. A timer looks at intervals as well, because some file systems report no events, watches are limited, and a
/// directory can be moved away and made again; it also arms the watch again.
class BusMonitor : public QObject
{
    Q_OBJECT
public:
    /// Moves to another thread together with its parent.
    explicit BusMonitor(const BusFile &bus, QObject *parent = nullptr);

    /// Without file monitoring there is only the timer.
    void setFileMonitoring(bool enabled) { m_fileMonitoring = enabled; }
    /// How often to look, whatever events there are. By default as often as pays: every 100 ms, but once a second while it is
    /// certain that an event reports every replacement.
    void setInterval(std::chrono::milliseconds interval);

    /// Arms the watch; what happens from then on is reported, without an event loop as soon as there is one. Whoever listens
    /// looks once after this, for what happened before.
    void start();
    /// Falls silent. May be called from what lookAgain() calls; the object itself may be deleted only later.
    void stop();

    /// Whether an event reports every replacement from now on.
    bool eventsAreCertain() const { return m_eventsAreCertain; }
    /// Whether wait() is as good as the event loop.
    bool eventsEndWaits() const { return !m_events || m_events->areComplete(); }
    /// How to ask for what is on the bus.
    Freshness freshness() const { return freshnessOn(m_fileSystem); }
    /// Waits without the event loop, at most until @p end: for an event, or until it is seen at an interval that the bus is
    /// another file.
    Awaited wait(Clock::time_point end, const QList<int> &interrupts);

    /// Why there are no events, or not all, for people; empty while there are.
    const QString &reasonForPolling() const { return m_reasonForPolling; }

Q_SIGNALS:
    /// After each change of reasonForPolling() as well.
    void lookAgain();

private:
    struct Directory {
        dev_t device;
        ino_t inode;
        friend bool operator==(const Directory &, const Directory &) = default;
    };

    void listen();
    void listenToEvents();
    void tick();
    void armAgain();
    void arm();
    void disarm(const QString &reason);
    void setWatched(const std::optional<Directory> &directory);
    void chooseInterval();
    std::optional<Directory> directoryNow() const;
    bool watch();
    bool readEvents();
    bool hasChanged();

    BusFile m_bus;
    QByteArray m_name;        ///< of the bus in its directory
    FileIdentity m_seen = {}; ///< at its path, when wait() last looked
    bool m_fileMonitoring = true;
    std::optional<std::chrono::milliseconds> m_interval;
    QTimer m_timer;
    std::unique_ptr<DirectoryEvents> m_events; ///< only while the directory is watched
    std::optional<Directory> m_watched;
    bool m_isActive = false;
    bool m_eventsAreCertain = false;
    PostedCall m_postedListen;
    FileSystemKind m_fileSystem = FileSystemKind::Other; ///< of the directory
    QString m_reasonForPolling;
};

} // namespace FileBus
