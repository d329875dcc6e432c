// SPDX-License-Identifier: Apache-2.0
#include "file/watch/busmonitor.h"

#include "base/waiting.h"
#include "file/watch/lookinterval.h"

#include "file/disk/localfilesystem.h"

#include <algorithm>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr uint32_t whatPublishingDoes = IN_MOVED_TO | IN_CREATE;
constexpr uint32_t whatEndsABus = IN_DELETE | IN_ATTRIB; // not IN_MOVED_FROM: that is the other half of an exchange
constexpr uint32_t whatEndsAWatch = IN_DELETE_SELF | IN_MOVE_SELF;

} // namespace

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

// What is written into the bus in place, as no producer does, no event tells.
void BusMonitor::chooseInterval()
{
    const std::chrono::milliseconds interval = intervalBetweenLooks(m_interval, m_eventsAreCertain);
    if (interval != m_timer.intervalAsDuration())
        m_timer.setInterval(interval);
}

void BusMonitor::setWatched(const std::optional<Directory> &directory)
{
    m_watched = directory;
    m_eventsAreCertain = m_watched && isOnLocalFileSystem(m_bus.directory());
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
    m_notifier = std::make_unique<QSocketNotifier>(m_events.fd(), QSocketNotifier::Read, this);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        if (readEvents())
            Q_EMIT lookAgain();
    });
}

void BusMonitor::stop()
{
    m_isActive = false;
    m_timer.stop();
    if (m_notifier)
        m_notifier->setEnabled(false);
    disconnect();
}

void BusMonitor::tick()
{
    armAnew();
    Q_EMIT lookAgain();
}

void BusMonitor::armAnew()
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
        return disarm(m_events.problem());
    setWatched(directory);
    m_reasonForPolling = reasonForDistrust(m_fileSystem);
}

// A new instance, as the old one may have events of another directory.
bool BusMonitor::watch()
{
    m_notifier.reset();
    m_events = Inotify();
    if (!m_events.open() || !m_events.watch(m_bus.directory(), whatPublishingDoes | whatEndsABus | whatEndsAWatch))
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
        const Awaited awaited = m_events.wait(std::min(left, interval), interrupts);
        if (awaited == Awaited::Interrupt)
            return awaited;
        if (awaited == Awaited::Time)
            armAnew();
        if (awaited == Awaited::Event ? readEvents() : hasChanged())
            return Awaited::Event;
    }
}

// Since the last call. What cannot be told without opening the file is looked at.
bool BusMonitor::hasChanged()
{
    if (freshness() == Freshness::AskAnew)
        return true;
    struct stat status = {};
    [[maybe_unused]] const int found = ::lstat(m_bus.path().constData(), &status);
    const FileIdentity now = FileIdentity::of(status);
    return std::exchange(m_seen, now) != now;
}

// Whether one concerns the bus. Other files come and go in the directory; some file systems do not tell case. Events that were
// dropped, and the end of the watch, have no name.
bool BusMonitor::readEvents()
{
    alignas(struct inotify_event) char buffer[1024];
    const ssize_t size = ::read(m_events.fd(), buffer, sizeof buffer);
    bool concernsUs = false;
    for (ssize_t offset = 0; offset < size;) {
        const auto *event = reinterpret_cast<const struct inotify_event *>(buffer + offset);
        if (event->len == 0 && (event->mask & IN_Q_OVERFLOW) == 0)
            setWatched(std::nullopt);
        concernsUs = concernsUs || event->len == 0 || qstricmp(m_name.constData(), event->name) == 0;
        offset += static_cast<ssize_t>(sizeof *event + event->len);
    }
    return concernsUs;
}

void BusMonitor::disarm(const QString &reason)
{
    m_reasonForPolling = reason; // before what may have said it is given up
    m_notifier.reset();
    m_events = Inotify(); // of which a user has only so many
    setWatched(std::nullopt);
}

} // namespace FileBus
