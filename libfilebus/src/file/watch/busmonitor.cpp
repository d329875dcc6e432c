// SPDX-License-Identifier: Apache-2.0
#include "file/watch/busmonitor.h"

#include "base/waiting.h"
#include "file/disk/localfilesystem.h"
#include "file/watch/lookinterval.h"
#include "system/system.h"

#include <algorithm>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

BusMonitor::BusMonitor(const BusFile &bus, QObject *parent)
    : QObject(parent)
    , m_bus(bus)
    , m_name(bus.path().sliced(bus.path().lastIndexOf('/') + 1))
    , m_timer(this)
{
    connect(&m_timer, &QTimer::timeout, this, &BusMonitor::tick);
    chooseInterval();
}

void BusMonitor::setInterval(std::chrono::milliseconds interval)
{
    m_interval = interval;
    chooseInterval();
}

// No event reports what is written into the bus in place, which no producer does.
void BusMonitor::chooseInterval()
{
    const std::chrono::milliseconds interval = intervalBetweenLooks(m_interval, m_eventsAreCertain);
    if (interval != m_timer.intervalAsDuration())
        m_timer.setInterval(interval);
}

void BusMonitor::setWatched(const std::optional<Directory> &directory)
{
    m_watched = directory;
    m_eventsAreCertain = m_watched && m_events->areComplete() && isOnLocalFileSystem(m_bus.directory());
    chooseInterval();
}

void BusMonitor::start()
{
    m_isActive = true;
    arm();
    hasChanged(); // from now on
    m_postedListen.callOrPost(this, [this] {
        if (m_isActive)
            listen();
    });
}

void BusMonitor::listen()
{
    m_timer.start();
    if (m_events)
        listenToEvents();
}

void BusMonitor::listenToEvents()
{
    m_events->listen(this, [this] {
        if (readEvents())
            Q_EMIT lookAgain();
    });
}

void BusMonitor::stop()
{
    m_isActive = false;
    m_timer.stop();
    if (m_events)
        m_events->stopListening();
    disconnect();
}

void BusMonitor::tick()
{
    armAgain();
    Q_EMIT lookAgain();
}

void BusMonitor::armAgain()
{
    if (!m_watched || directoryNow() != m_watched)
        arm();
}

std::optional<BusMonitor::Directory> BusMonitor::directoryNow() const
{
    struct stat status;
    if (::stat(m_bus.directory().constData(), &status) != 0)
        return std::nullopt;
    return Directory{status.st_dev, status.st_ino};
}

void BusMonitor::arm()
{
    m_fileSystem = fileSystemKind(m_bus.directory());
    if (!m_fileMonitoring)
        return disarm(tr("file monitoring is switched off"));
    const std::optional<Directory> directory = directoryNow();
    if (!directory)
        return disarm(tr("the directory does not exist"));
    if (!watch())
        return disarm(m_events->problem());
    setWatched(directory);
    m_reasonForPolling = reasonForDistrust(m_fileSystem);
}

// With new events, as the old ones may be of another directory.
bool BusMonitor::watch()
{
    m_events = System::current().directoryEvents();
    if (!m_events->watch(m_bus.directory(), DirectoryEvents::Everything))
        return false;
    if (m_timer.isActive())
        listenToEvents();
    return true;
}

// As long as nothing happens there is no reason to wake up more than this one function.
Awaited BusMonitor::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const std::chrono::nanoseconds interval = m_timer.intervalAsDuration();
    while (true) {
        const std::chrono::nanoseconds left = end - Clock::now();
        if (left <= 0ns)
            return Awaited::Time;
        const std::chrono::nanoseconds time = std::min(left, interval);
        const Awaited awaited = m_events ? m_events->wait(time, interrupts) : waitForDescriptors(-1, interrupts, time);
        if (awaited == Awaited::Interrupt)
            return awaited;
        if (awaited == Awaited::Time)
            armAgain();
        if (awaited == Awaited::Event ? readEvents() : hasChanged())
            return Awaited::Event;
    }
}

// Since the last call. True where only opening the file would show it.
bool BusMonitor::hasChanged()
{
    if (freshness() == Freshness::AskAnew)
        return true;
    struct stat status = {};
    [[maybe_unused]] const int found = ::lstat(m_bus.path().constData(), &status);
    const FileIdentity now = FileIdentity::of(status);
    return std::exchange(m_seen, now) != now;
}

// Whether one concerns the bus.
bool BusMonitor::readEvents()
{
    const DirectoryEvents::Seen seen = m_events->take(m_name);
    if (seen.watchEnded)
        setWatched(std::nullopt);
    return seen.concernsName;
}

void BusMonitor::disarm(const QString &reason)
{
    m_reasonForPolling = reason; // before the events, which may have said it, are given up
    m_events.reset();
    setWatched(std::nullopt);
}

} // namespace FileBus
