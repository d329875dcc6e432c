// SPDX-License-Identifier: Apache-2.0
#include "directoryalarm.h"

#include "freshness.h"
#include "logging.h"

#include <QtCore/QAbstractEventDispatcher>

#include <algorithm>
#include <sys/inotify.h>
#include <utility>

namespace FileBus
{

namespace
{

constexpr uint32_t once = IN_ONESHOT | IN_DELETE_SELF | IN_MOVE_SELF;

} // namespace

DirectoryAlarm::DirectoryAlarm(QObject *parent)
    : QObject(parent)
    , m_timer(this)
{
    m_timer.setInterval(usualInterval);
    connect(&m_timer, &QTimer::timeout, this, &DirectoryAlarm::rang);
}

// A thread that Qt did not start has no event loop; there only wait() is of use.
void DirectoryAlarm::start()
{
    if (QAbstractEventDispatcher::instance())
        m_timer.start();
    if (m_notifier)
        m_notifier->setEnabled(true);
}

void DirectoryAlarm::stop()
{
    m_timer.stop();
    if (m_notifier)
        m_notifier->setEnabled(false);
}

bool DirectoryAlarm::openEvents()
{
    if (m_events)
        return true;
    if (!m_events.open())
        return false;
    if (!QAbstractEventDispatcher::instance())
        return true;
    m_notifier = std::make_unique<QSocketNotifier>(m_events.fd(), QSocketNotifier::Read);
    m_notifier->setEnabled(m_timer.isActive());
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        readEvents();
        Q_EMIT rang();
    });
    return true;
}

void DirectoryAlarm::ask(const QByteArray &directory, Occasion occasion)
{
    if (!m_fileMonitoring) {
        m_reasonForPolling = tr("file monitoring is switched off");
        return;
    }
    const uint32_t events = occasion == SomethingComes ? IN_CREATE | IN_MOVED_TO : IN_DELETE | IN_MOVED_FROM;
    if (openEvents())
        m_events.watch(directory, events | once);
    m_reasonForPolling = m_events.problem().isEmpty() ? reasonForDistrust(fileSystemKind(directory)) : m_events.problem();
}

void DirectoryAlarm::tellPolling()
{
    if (std::exchange(m_told, m_reasonForPolling) != m_reasonForPolling && !m_reasonForPolling.isEmpty())
        qCInfo(logAlarm).noquote() << "polling:" << m_reasonForPolling;
}

void DirectoryAlarm::readEvents()
{
    char buffer[4096];
    while (m_events && ::read(m_events.fd(), buffer, sizeof buffer) > 0) { }
}

void DirectoryAlarm::wait(const QDeadlineTimer &end)
{
    m_events.wait(std::min<std::chrono::nanoseconds>(end.remainingTimeAsDuration(), interval()), {});
    readEvents();
}

} // namespace FileBus
