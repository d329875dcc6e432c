// SPDX-License-Identifier: Apache-2.0
#include "file/consume/inboxsource.h"

#include "file/disk/busfile.h"
#include "file/disk/buslock.h"
#include "file/disk/localfilesystem.h"
#include "file/disk/pinnedfile.h"
#include "file/watch/lookinterval.h"
#include "format/rawformat.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <thread>
#include <utility>

namespace FileBus
{

namespace
{

struct SourceText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::InboxSource)
};

} // namespace

InboxSource::InboxSource(const BusFile &bus, const QByteArray &name, bool fileMonitoring,
                         std::optional<std::chrono::milliseconds> sleepInterval)
    : m_subscription(std::in_place, bus, name)
    , m_bus(bus)
    , m_sleepInterval(sleepInterval)
    , m_alarm(this)
    , m_retry(this)
{
    m_alarm.setFileMonitoring(fileMonitoring);
    chooseInterval();
    connect(&m_retry, &QTimer::timeout, this, &InboxSource::lookAgain);
    connect(&m_alarm, &DirectoryAlarm::rang, this, [this] {
        m_asked = false;
        Q_EMIT lookAgain();
    });
}

// To be called whenever it may have become known whether events work.
void InboxSource::chooseInterval()
{
    const bool eventsAreCertain = m_fileSystem == FileSystemKind::Local && m_alarm.reasonForPolling().isEmpty();
    const std::chrono::milliseconds interval = intervalBetweenLooks(m_sleepInterval, eventsAreCertain);
    if (interval != m_alarm.interval())
        m_alarm.setInterval(interval);
}

// At once, so that what is published after this comes.
void InboxSource::start()
{
    m_lockDeadline.setRemainingTime(BusLock::patience);
    m_begun = subscribe();
}

void InboxSource::stop()
{
    m_alarm.stop();
    m_retry.stop();
    m_subscription.reset();
}

// Tried until the lock is free, and the directory there.
Step InboxSource::subscribe()
{
    const Result<Subscription::Attempt> opened = m_subscription->open();
    const bool isOpen = m_subscription->isOpen();
    m_fileSystem = isOpen ? fileSystemKind(m_bus.directory()) : FileSystemKind::Other;
    chooseInterval();
    m_retry.reset();
    if (isOpen) {
        m_alarm.start();
        return Subscribed{};
    }
    if (opened) {
        m_retry.startIn(BusLock::retryInterval);
        return lookWhenUnlocked();
    }
    if (opened.failure().error != Error::DirectoryMissing)
        return Standstill{opened.failure()};
    m_retry.startIn(m_alarm.interval());
    m_reasonForPolling = SourceText::tr("the directory does not exist");
    return std::monostate();
}

Step InboxSource::next()
{
    if (m_begun)
        return *std::exchange(m_begun, std::nullopt);
    if (!m_subscription->isOpen())
        return subscribe();
    Step step = nextOrAsk();
    m_atEnd = std::holds_alternative<EndOfStream>(step);
    if (m_subscription->isLockTaken())
        step = lookWhenUnlocked();
    else
        m_lockDeadline.setRemainingTime(BusLock::patience);
    if (m_subscription->isLockTaken() || m_subscription->isTryingAgain())
        m_retry.startNext();
    else
        m_retry.reset();
    if (!std::holds_alternative<std::monostate>(step))
        m_asked = m_tellsRaw = false;
    return step;
}

Awaited InboxSource::wait(Clock::time_point end, const QList<int> &interrupts)
{
    const Awaited awaited = m_alarm.wait(std::min(end, m_retry.due(end)), interrupts);
    m_asked = false;
    return awaited;
}

// A process that holds the lock for long may hold it for ever; then that is reported.
Step InboxSource::lookWhenUnlocked()
{
    if (!m_lockDeadline.hasExpired())
        return std::monostate();
    m_lockDeadline.setRemainingTime(BusLock::patience);
    return m_subscription->busLock().stuck(BusLock::patience);
}

// After asking, look once more: something may have come just before.
Step InboxSource::nextOrAsk()
{
    Step step = m_subscription->next(m_asked ? Subscription::Search : Subscription::NextOnly);
    if (!std::holds_alternative<std::monostate>(step) || std::exchange(m_asked, true))
        return step;
    m_alarm.ask(m_subscription->inbox().path(), DirectoryAlarm::SomethingComes);
    m_reasonForPolling = m_alarm.reasonForPolling();
    chooseInterval();
    const Step again = m_subscription->next(Subscription::Search);
    return m_tellsRaw && std::holds_alternative<std::monostate>(again) ? tellRaw() : again;
}

// Otherwise a consumer that does not know the format would wait for ever, and its producer with it.
Step InboxSource::tellRaw()
{
    Result<std::optional<PinnedFile>> file = PinnedFile::open(m_bus.path(), freshnessOn(m_fileSystem));
    if (!file || !*file)
        return std::monostate();
    const Result<QByteArray> bytes = (*file)->read(m_bus.path());
    m_tellsRaw = bytes && bytes->isEmpty();
    if (!bytes || bytes->isEmpty() || !RawFormat::isRaw(*bytes))
        return std::monostate();
    return Failure{Error::CorruptChunk,
                   SourceText::tr("%1 is in the raw format, which has no inboxes; choose that format (--format raw)")
                       .arg(shownPath(m_bus.path()))};
}

// Does nothing if there is nothing to acknowledge: a slot may have done it before us.
Outcome InboxSource::acknowledge()
{
    if (!std::exchange(m_atEnd, false)) {
        m_subscription->acknowledge();
    } else if (m_subscription->isOpen()) {
        m_subscription->acknowledgeEnd();
    } else {
        m_subscription.emplace(m_bus, QByteArray()); // and subscribes with the next step
        m_lockDeadline.setRemainingTime(BusLock::patience);
    }
    return done();
}

Outcome InboxSource::removeUnowned(const BusFile &bus, const QByteArray &name)
{
    if (name.isEmpty())
        return Failure{Error::InvalidName, SourceText::tr("no subscription was named, and only named ones can be removed")};
    Subscription subscription(bus, name);
    for (const QDeadlineTimer end(BusLock::patience);; std::this_thread::sleep_for(BusLock::retryInterval)) {
        const Result<Subscription::Attempt> removed = subscription.removeUnowned();
        if (!removed)
            return removed.failure();
        if (*removed == Subscription::Done)
            return done();
        if (end.hasExpired())
            return subscription.busLock().stuck(BusLock::patience);
    }
}

} // namespace FileBus
