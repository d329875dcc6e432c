// SPDX-License-Identifier: Apache-2.0
#include "inboxsource.h"

#include "rawformat.h"

#include <QtCore/QCoreApplication>

#include <thread>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto lockPatience = 10s;
constexpr std::chrono::milliseconds longestRetry = 100ms;

struct SourceText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Consumer)
};

} // namespace

InboxSource::InboxSource(const BusFile &bus, const QByteArray &name, bool fileMonitoring,
                         std::optional<std::chrono::milliseconds> sleepInterval)
    : m_subscription(std::in_place, bus, name)
    , m_bus(bus)
    , m_sleepInterval(sleepInterval)
{
    m_alarm.setFileMonitoring(fileMonitoring);
    chooseInterval();
    connect(&m_retry, &QTimer::timeout, this, &InboxSource::lookAgain);
    connect(&m_alarm, &DirectoryAlarm::rang, this, [this] {
        m_asked = false;
        Q_EMIT lookAgain();
    });
}

// To be done anew whenever it may have become known whether events work.
void InboxSource::chooseInterval()
{
    const bool eventsAreCertain = m_fileSystem == FileSystemKind::Local && m_alarm.reasonForPolling().isEmpty();
    const std::chrono::milliseconds interval = intervalBetweenLooks(m_sleepInterval, eventsAreCertain);
    if (interval != m_alarm.interval())
        m_alarm.setInterval(interval);
}

void InboxSource::start()
{
    m_lockDeadline.setRemainingTime(lockPatience);
    subscribe();
}

void InboxSource::stop()
{
    m_alarm.stop();
    m_retry.stop();
    m_subscription.reset();
}

// Tried until the lock is free, and the directory there. A signal comes last, as whoever hears it may stop us.
void InboxSource::subscribe()
{
    if (!m_subscription || m_subscription->isOpen())
        return;
    const Result<bool> opened = m_subscription->open();
    m_fileSystem = opened && *opened ? fileSystemKind(m_bus.directory()) : FileSystemKind::Other;
    chooseInterval();
    if (opened && *opened) {
        m_alarm.start();
        QMetaObject::invokeMethod(this, &InboxSource::lookAgain, Qt::QueuedConnection);
        Q_EMIT subscribed();
    } else if (opened) {
        subscribeLater(BusLock::retryInterval);
        reportStuckLock();
    } else if (opened.failure().error == Error::DirectoryMissing) {
        subscribeLater(m_alarm.interval());
        m_reasonForPolling = SourceText::tr("the directory does not exist");
        Q_EMIT reasonForPollingChanged();
    } else {
        Q_EMIT gaveUp(opened.failure());
    }
}

void InboxSource::subscribeLater(std::chrono::milliseconds delay)
{
    QTimer::singleShot(delay, this, &InboxSource::subscribe);
}

void InboxSource::reportStuckLock()
{
    if (!m_lockDeadline.hasExpired())
        return;
    m_lockDeadline.setRemainingTime(lockPatience);
    Q_EMIT failed(m_subscription->busLock().stuck(lockPatience));
}

ChunkSource::Step InboxSource::next()
{
    if (!m_subscription->isOpen())
        return std::monostate();
    Step step = nextOrAsk();
    m_atEnd = std::holds_alternative<End>(step);
    if (m_subscription->isLockTaken())
        step = lookWhenUnlocked();
    else
        m_lockDeadline.setRemainingTime(lockPatience);
    if (m_subscription->isLockTaken() || m_subscription->isTryingAgain())
        m_retry.startNext(longestRetry);
    else
        m_retry.reset();
    if (!std::holds_alternative<std::monostate>(step))
        m_asked = m_tellsRaw = false;
    return step;
}

// Who holds the lock for long may hold it for ever; then that is told. Not by a signal from here: whoever hears it may delete the
// consumer, which still waits for this step.
ChunkSource::Step InboxSource::lookWhenUnlocked()
{
    if (!m_lockDeadline.hasExpired())
        return std::monostate();
    m_lockDeadline.setRemainingTime(lockPatience);
    return m_subscription->busLock().stuck(lockPatience);
}

// Whoever asks must look once more, as something may have come just before.
ChunkSource::Step InboxSource::nextOrAsk()
{
    const Step step = m_subscription->next(m_asked ? Subscription::Search : Subscription::Glance);
    if (!std::holds_alternative<std::monostate>(step) || std::exchange(m_asked, true))
        return step;
    m_alarm.ask(m_subscription->inbox().path(), DirectoryAlarm::SomethingComes);
    m_reasonForPolling = m_alarm.reasonForPolling();
    chooseInterval();
    const Step again = m_subscription->next(Subscription::Search);
    return m_tellsRaw && std::holds_alternative<std::monostate>(again) ? tellRaw() : again;
}

// Else a consumer that was not told the format would wait for ever, and its producer with it.
ChunkSource::Step InboxSource::tellRaw()
{
    Result<std::optional<PinnedFile>> file = PinnedFile::open(m_bus.path(), freshnessOn(m_fileSystem));
    if (!file || !*file)
        return std::monostate();
    const Result<QByteArray> bytes = (*file)->read(m_bus.path());
    m_tellsRaw = bytes && bytes->isEmpty();
    if (!bytes || bytes->isEmpty() || !RawFormat::isRaw(*bytes))
        return std::monostate();
    return Failure{Error::CorruptChunk,
                   SourceText::tr("%1 is in the raw format, which brings nothing into an inbox; choose it (--format raw)")
                       .arg(shownPath(m_bus.path()))};
}

// If there is nothing, nothing is done: so a slot may have been before us.
Outcome InboxSource::acknowledge()
{
    if (!std::exchange(m_atEnd, false)) {
        m_subscription->acknowledge();
    } else if (m_subscription->isOpen()) {
        m_subscription->acknowledgeEnd();
    } else {
        m_subscription.emplace(m_bus, QByteArray());
        QTimer::singleShot(0ms, this, &InboxSource::start);
    }
    return done();
}

Outcome InboxSource::removeUnowned(const BusFile &bus, const QByteArray &name)
{
    Subscription subscription(bus, name);
    for (const QDeadlineTimer end(lockPatience);; std::this_thread::sleep_for(BusLock::retryInterval)) {
        const Result<bool> removed = subscription.removeUnowned();
        if (!removed)
            return removed.failure();
        if (*removed)
            return done();
        if (end.hasExpired())
            return subscription.busLock().stuck(lockPatience);
    }
}

} // namespace FileBus
