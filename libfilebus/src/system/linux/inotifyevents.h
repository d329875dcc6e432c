// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"
#include "system/directoryevents.h"

#include <QtCore/QPointer>
#include <QtCore/QSocketNotifier>

#include <memory>

namespace FileBus
{

/// The events of an instance of inotify(7), which is opened when it is first needed: users have only so many. It is not a
/// QFileSystemWatcher because that reports every event in the directory without its name, only to an event loop, and not once.
class InotifyEvents : public DirectoryEvents
{
public:
    bool watch(const QByteArray &directory, Interest interest) override;
    const QString &problem() const override { return m_problem; }
    bool areComplete() const override { return true; }
    void listen(QObject *owner, std::function<void()> happened) override;
    void stopListening() override;
    Awaited wait(std::chrono::nanoseconds time, const QList<int> &interrupts) override;
    Seen take(const QByteArray &name) override;
    void takeAll() override;

private:
    bool open();
    bool refused(const QString &limit);
    void notify();

    UniqueFd m_fd;
    QString m_problem;
    QPointer<QObject> m_owner; ///< who listens
    std::function<void()> m_happened;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace FileBus
