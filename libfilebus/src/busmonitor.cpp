// SPDX-License-Identifier: Apache-2.0
#include "busmonitor.h"

#include <cerrno>
#include <cstring>
#include <sys/inotify.h>

namespace FileBus
{

namespace
{

// QFileSystemWatcher does not tell when inotify has no instance left: it polls, once a second. And where it has no watch left,
// it writes to stderr each time. So we ask ourselves first; the empty string means that a watch can be had.
QString problemWithEvents(const QByteArray &directory)
{
    const UniqueFd probe(::inotify_init1(IN_CLOEXEC));
    if (probe && ::inotify_add_watch(probe.get(), directory.constData(), IN_CREATE) >= 0)
        return {};
    const QString limit = probe ? QStringLiteral("max_user_watches") : QStringLiteral("max_user_instances");
    return BusMonitor::tr("inotify refuses: %1 (see %2 in inotify(7))").arg(QString::fromLocal8Bit(std::strerror(errno)), limit);
}

} // namespace

BusMonitor::BusMonitor(const QByteArray &directory, QObject *parent)
    : QObject(parent)
    , m_directory(directory)
{
    connect(&m_timer, &QTimer::timeout, this, &BusMonitor::tick);
}

void BusMonitor::start()
{
    arm();
    m_timer.start();
}

void BusMonitor::stop()
{
    m_timer.stop();
    disconnect();
}

void BusMonitor::tick()
{
    const bool watchIsGone = m_watcher && m_watcher->directories().isEmpty();
    if (watchIsGone || !m_watched || directoryNow() != m_watched)
        arm();
    Q_EMIT lookAgain();
}

std::optional<BusMonitor::Directory> BusMonitor::directoryNow() const
{
    struct stat status;
    if (::stat(m_directory.constData(), &status) != 0)
        return std::nullopt;
    return Directory{status.st_dev, status.st_ino};
}

void BusMonitor::arm()
{
    if (!m_fileMonitoring)
        return disarm(tr("file monitoring is switched off"));
    const std::optional<Directory> directory = directoryNow();
    if (!directory)
        return disarm(tr("the directory does not exist"));
    if (const QString problem = watch(); !problem.isEmpty())
        return disarm(problem);
    m_watched = directory;
    if (!m_reasonForPolling.isEmpty()) {
        m_reasonForPolling.clear();
        Q_EMIT reasonForPollingChanged(m_reasonForPolling);
    }
}

// Why there is no watch; empty if there is one.
QString BusMonitor::watch()
{
    m_watcher.reset();
    if (const QString problem = problemWithEvents(m_directory); !problem.isEmpty())
        return problem;
    m_watcher = std::make_unique<QFileSystemWatcher>();
    connect(m_watcher.get(), &QFileSystemWatcher::directoryChanged, this, &BusMonitor::lookAgain);
    m_watchedName = QtPath(m_directory);
    return m_watcher->addPath(m_watchedName.name()) ? QString() : tr("the directory cannot be watched");
}

void BusMonitor::disarm(const QString &reason)
{
    m_watcher.reset();
    m_watched.reset();
    if (m_reasonForPolling == reason)
        return;
    m_reasonForPolling = reason;
    Q_EMIT reasonForPollingChanged(reason);
}

} // namespace FileBus
