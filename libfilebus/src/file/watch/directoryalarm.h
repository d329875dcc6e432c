// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/postedcall.h"
#include "base/waiting.h"
#include "system/directoryevents.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>

namespace FileBus
{

/// Wakes a process that waits for something to come into a directory, or to leave it: once, and only if it was asked to. A
/// process that has work to do pays nothing for what happens meanwhile.
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

    /// Rings once. Without the directory only the timer rings.
    void ask(const QByteArray &directory, Occasion occasion);

    /// The same without an event loop: returns when it rings, at the latest at @p end, or as DirectoryEvents::wait() does.
    Awaited wait(Clock::time_point end, const QList<int> &interrupts = {});

    /// Why only the timer rings; empty if events work.
    const QString &reasonForPolling() const { return m_reasonForPolling; }

    /// Logs that reason, once; for callers with no other way to report it.
    void tellPolling();

Q_SIGNALS:
    void rang();

private:
    void listen();
    QString distrustOf(const QByteArray &directory);

    bool m_isActive = false;
    bool m_fileMonitoring = true;
    std::unique_ptr<DirectoryEvents> m_events;
    QTimer m_timer;
    PostedCall m_postedListen;
    QString m_reasonForPolling;
    QByteArray m_askedDirectory;
    QString m_distrust; ///< of its events
    QString m_told;
};

} // namespace FileBus
