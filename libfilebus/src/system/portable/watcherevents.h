// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "system/directoryevents.h"

#include <QtCore/QFileSystemWatcher>
#include <QtCore/QPointer>
#include <QtCore/QStringList>

#include <chrono>
#include <functional>

namespace FileBus
{

/// The events of a QFileSystemWatcher, which needs an event loop: it is made when somebody listens. It watches directories, never
/// a file: of that it would lose track with the first replacement. It does not say what happened, so everything concerns
/// everybody.
///
/// What happens between a watch() and listen() is not reported, so that listen() always begins with a call. Nor is it reported
/// where the watcher falls back to looking once a second itself, or when a directory is moved away: the intervals of the callers
/// find that.
class WatcherEvents : public DirectoryEvents
{
public:
    /// How long wait() waits: without an event loop nothing is reported.
    static constexpr std::chrono::milliseconds lookInterval{10};

    ~WatcherEvents() override;

    bool watch(const QByteArray &directory, Interest interest) override;
    const QString &problem() const override { return m_problem; }
    bool areComplete() const override { return false; }
    void listen(QObject *owner, std::function<void()> happened) override;
    void stopListening() override { m_isListening = false; }
    Awaited wait(std::chrono::nanoseconds time, const QList<int> &interrupts) override;
    Seen take(const QByteArray &name) override;
    void takeAll() override { }

private:
    void makeWatcher(QObject *owner);
    bool add(const QString &directory);
    void report();

    QPointer<QFileSystemWatcher> m_watcher; ///< a child of its owner
    QStringList m_later;                    ///< to be watched when there is a watcher
    bool m_once = false;
    bool m_isListening = false;
    bool m_wasMissed = false; ///< something happened, perhaps, while nobody listened
    std::function<void()> m_happened;
    QString m_problem;
};

} // namespace FileBus
