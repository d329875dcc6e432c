// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/postedcall.h"
#include "base/waiting.h"
#include "file/watch/inotify.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>
#include <QtCore/QTimer>

#include <memory>

namespace FileBus
{

/// Wakes a process that waits for something to come into a directory, or to leave it: once, and only if it was asked to. Who has
/// work to do pays nothing for what happens meanwhile, which makes the difference between this and a QFileSystemWatcher.
///
/// A timer rings as well, as events do not work everywhere. After a ring, look before you ask again; after asking, look again.
class DirectoryAlarm : public QObject
{
    Q_OBJECT
public:
    enum Occasion { SomethingComes, SomethingLeaves };

    /// Moves to another thread together with its parent.
    explicit DirectoryAlarm(QObject *parent);

    bool isFileMonitoring() const { return m_fileMonitoring; }
    void setFileMonitoring(bool enabled) { m_fileMonitoring = enabled; }
    void setInterval(std::chrono::milliseconds interval) { m_timer.setInterval(interval); }
    std::chrono::milliseconds interval() const { return m_timer.intervalAsDuration(); }

    /// Rings from now on, until stop(); without an event loop as soon as there is one.
    void start();
    void stop();
    bool isActive() const { return m_isActive; }

    /// To ring once. A directory that is not there is left to the timer.
    void ask(const QByteArray &directory, Occasion occasion);

    /// The same without an event loop: returns when it rings, at the latest at @p end, or as Inotify::wait() does.
    Awaited wait(Clock::time_point end, const QList<int> &interrupts = {});

    /// Why only the timer rings; empty if events work.
    const QString &reasonForPolling() const { return m_reasonForPolling; }

    /// Logs that reason, once; for who has nobody else to tell.
    QString distrustOf(const QByteArray &directory);
    void tellPolling();

Q_SIGNALS:
    void rang();

private:
    void listen();
    void listenToEvents();
    bool openEvents();
    void readEvents();

    bool m_isActive = false;
    bool m_fileMonitoring = true;
    Inotify m_events; ///< opened when it is first needed
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_timer;
    PostedCall m_postedListen;
    QString m_reasonForPolling;
    QByteArray m_askedDirectory;
    QString m_distrust; ///< of its events
    QString m_told;
};

} // namespace FileBus
