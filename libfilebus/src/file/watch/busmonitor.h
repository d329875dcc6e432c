// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/postedcall.h"
#include "base/waiting.h"
#include "file/disk/busfile.h"
#include "file/disk/freshness.h"
#include "file/disk/localfilesystem.h"
#include "file/disk/pinnedfile.h"
#include "file/watch/inotify.h"

#include <QtCore/QSocketNotifier>
#include <QtCore/QTimer>

#include <chrono>
#include <memory>
#include <optional>
#include <sys/stat.h>

namespace FileBus
{

/// Says when it is worth to look at a bus again. It watches the directory: a watch on the file would end with the first
/// replacement. Not with QFileSystemWatcher, which cannot tell one file from another there, and takes longer. A timer does the
/// same at intervals, because there are file systems without events, limits on watches, and directories that are moved away
/// and made anew; it also arms the watch again.
class BusMonitor : public QObject
{
    Q_OBJECT
public:
    /// Moves to another thread together with its parent.
    explicit BusMonitor(const BusFile &bus, QObject *parent = nullptr);

    /// Without file monitoring there is only the timer.
    void setFileMonitoring(bool enabled) { m_fileMonitoring = enabled; }
    /// How often to look, whatever the events tell. Unless it is set: as often as pays. That is every 100 ms, but once a second
    /// while it is certain that events tell of every replacement.
    void setInterval(std::chrono::milliseconds interval);

    /// Arms the watch; what happens from then on is told, without an event loop as soon as there is one. Whoever listens looks
    /// once after this, for what happened before.
    void start();
    /// Falls silent. May be called from what lookAgain() calls; the object itself may be deleted only later.
    void stop();

    /// Whether every replacement from now on is told by an event.
    bool eventsAreCertain() const { return m_eventsAreCertain; }
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
    void armAnew();
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
    Inotify m_events;
    std::unique_ptr<QSocketNotifier> m_notifier;
    std::optional<Directory> m_watched;
    bool m_isActive = false;
    bool m_eventsAreCertain = false;
    PostedCall m_postedListen;
    FileSystemKind m_fileSystem = FileSystemKind::Other; ///< of the directory
    QString m_reasonForPolling;
};

} // namespace FileBus
