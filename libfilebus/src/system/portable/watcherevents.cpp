// SPDX-License-Identifier: Apache-2.0
#include "system/portable/watcherevents.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <algorithm>
#include <utility>

namespace FileBus
{

namespace
{

struct WatcherText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::WatcherEvents)
};

} // namespace

// Perhaps in a slot of the watcher.
WatcherEvents::~WatcherEvents()
{
    if (!m_watcher)
        return;
    m_watcher->disconnect();
    QCoreApplication::removePostedEvents(m_watcher, QEvent::MetaCall); // which use this object
    m_watcher->deleteLater();
}

bool WatcherEvents::watch(const QByteArray &directory, Interest interest)
{
    m_problem.clear();
    m_once = interest != Everything;
    const QString name = QFile::decodeName(directory);
    if (QFile::encodeName(name) != directory) {
        m_problem = WatcherText::tr("Qt cannot watch a directory whose path is not valid UTF-8");
        return false;
    }
    if (m_watcher)
        return add(name);
    if (!m_later.contains(name))
        m_later.append(name);
    return true;
}

bool WatcherEvents::add(const QString &directory)
{
    if (m_watcher->directories().contains(directory) || m_watcher->addPath(directory))
        return true;
    m_problem = QFileInfo::exists(directory) ? WatcherText::tr("Qt cannot watch the directory")
                                             : WatcherText::tr("the directory does not exist");
    return false;
}

void WatcherEvents::listen(QObject *owner, std::function<void()> happened)
{
    m_happened = std::move(happened);
    m_isListening = true;
    if (!m_watcher)
        makeWatcher(owner);
    if (std::exchange(m_wasMissed, false))
        QMetaObject::invokeMethod(m_watcher, [this] { report(); }, Qt::QueuedConnection);
}

void WatcherEvents::makeWatcher(QObject *owner)
{
    m_watcher = new QFileSystemWatcher(owner);
    QObject::connect(m_watcher, &QFileSystemWatcher::directoryChanged, m_watcher, [this](const QString &directory) {
        if (m_once)
            m_watcher->removePath(directory);
        report();
    });
    for (const QString &directory : std::as_const(m_later))
        add(directory);
    m_wasMissed = !m_later.isEmpty();
    m_later.clear();
}

void WatcherEvents::report()
{
    if (m_isListening)
        m_happened();
    else
        m_wasMissed = true;
}

Awaited WatcherEvents::wait(std::chrono::nanoseconds time, const QList<int> &interrupts)
{
    return waitForDescriptors(-1, interrupts, std::min<std::chrono::nanoseconds>(time, lookInterval));
}

DirectoryEvents::Seen WatcherEvents::take(const QByteArray &)
{
    return {.concernsName = true, .watchEnded = m_watcher && m_watcher->directories().isEmpty()};
}

} // namespace FileBus
