// SPDX-License-Identifier: Apache-2.0
#include "file/watch/directoryalarm.h"

#include "base/waiting.h"
#include "file/watch/lookinterval.h"

#include "base/logging.h"
#include "file/disk/freshness.h"

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

void DirectoryAlarm::start()
{
    m_isActive = true;
    m_postedListen.callOrPost(this, [this] {
        if (m_isActive)
            listen();
    });
}

void DirectoryAlarm::listen()
{
    m_timer.start();
    if (m_events)
        listenToEvents();
}

void DirectoryAlarm::listenToEvents()
{
    if (!m_notifier) {
        m_notifier = std::make_unique<QSocketNotifier>(m_events.fd(), QSocketNotifier::Read, this);
        connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
            readEvents();
            Q_EMIT rang();
        });
    }
    m_notifier->setEnabled(true);
}

void DirectoryAlarm::stop()
{
    m_isActive = false;
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
    if (m_timer.isActive())
        listenToEvents();
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
    m_reasonForPolling = m_events.problem().isEmpty() ? distrustOf(directory) : m_events.problem();
}

// Asked for each chunk, mostly of one directory, whose file system stays.
QString DirectoryAlarm::distrustOf(const QByteArray &directory)
{
    if (std::exchange(m_askedDirectory, directory) != directory)
        m_distrust = reasonForDistrust(fileSystemKind(directory));
    return m_distrust;
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

Awaited DirectoryAlarm::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const std::chrono::nanoseconds left = std::max<std::chrono::nanoseconds>(end - Clock::now(), std::chrono::nanoseconds(0));
    const Awaited awaited = m_events.wait(std::min<std::chrono::nanoseconds>(left, interval()), interrupts);
    readEvents();
    return awaited;
}

} // namespace FileBus
