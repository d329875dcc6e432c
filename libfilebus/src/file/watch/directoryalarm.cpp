// SPDX-License-Identifier: Apache-2.0
#include "file/watch/directoryalarm.h"

#include "base/logging.h"
#include "base/waiting.h"
#include "file/disk/freshness.h"
#include "file/watch/lookinterval.h"
#include "system/system.h"

#include <algorithm>
#include <utility>

namespace FileBus
{

DirectoryAlarm::DirectoryAlarm(QObject *parent)
    : QObject(parent)
    , m_events(System::current().directoryEvents())
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
    m_events->listen(this, [this] {
        m_events->takeAll();
        Q_EMIT rang();
    });
}

void DirectoryAlarm::stop()
{
    m_isActive = false;
    m_timer.stop();
    m_events->stopListening();
}

void DirectoryAlarm::ask(const QByteArray &directory, Occasion occasion)
{
    if (!m_fileMonitoring) {
        m_reasonForPolling = tr("file monitoring is switched off");
        return;
    }
    const bool isWatched =
        m_events->watch(directory, occasion == SomethingComes ? DirectoryEvents::Arrival : DirectoryEvents::Departure);
    m_reasonForPolling = isWatched ? distrustOf(directory) : m_events->problem();
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

Awaited DirectoryAlarm::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const std::chrono::nanoseconds left = std::max<std::chrono::nanoseconds>(end - Clock::now(), std::chrono::nanoseconds(0));
    const Awaited awaited = m_events->wait(std::min<std::chrono::nanoseconds>(left, interval()), interrupts);
    m_events->takeAll();
    return awaited;
}

} // namespace FileBus
